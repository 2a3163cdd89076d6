"""A certificate asked for over ACME, from an authority that runs beside the proxy.

Both run in a network of their own, in which the host's name means loopback: the authority then
reaches the proxy at the ports that ACME prescribes, and nothing leaves the machine.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra import proxy
from infra.tls import Source, Tls
from tests.integration.edge.conftest import CADDY, HOST, an_instance

AUTHORITY = """\
{
	admin off
	skip_install_trust
	http_port 9080
	https_port 9443
}
https://authority.example:9443 {
	tls internal
	acme_server
}
"""
INSIDE = """\
import json, os, ssl, subprocess, sys, time
from pathlib import Path
folder, caddy, host = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
def start(place):
    environment = {"XDG_DATA_HOME": str(place / "data"), "XDG_CONFIG_HOME": str(place / "config"),
                   "HOME": str(place)}
    log = (place / "log").open("wb")
    return subprocess.Popen([caddy, "run", "--adapter", "caddyfile", "--config",
                             str(place / "Caddyfile")], env=environment, stdout=log, stderr=log)
def wait(holds, seconds=40):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            sys.exit((folder / "proxy" / "log").read_text()[-3000:])
        time.sleep(0.1)
import socket
def shown():
    context = ssl.create_default_context(cafile=str(root))
    try:
        with socket.create_connection((host, 443), timeout=5) as plain:
            with context.wrap_socket(plain, server_hostname=host) as connection:
                found.update(connection.getpeercert())
                return True
    except OSError:
        return False
found = {}
root = folder / "authority/data/caddy/pki/authorities/local/root.crt"
processes = [start(folder / "authority")]
try:
    wait(root.exists)
    (folder / "proxy/acme-root.pem").write_bytes(root.read_bytes())
    processes.append(start(folder / "proxy"))
    wait(shown)
    print(json.dumps(found))
finally:
    for process in processes:
        process.terminate()
        process.wait(10)
"""


@pytest.mark.skipif(os.getuid() != 0, reason="a network of one's own needs root")
def test_a_certificate_comes_from_the_authority_that_the_settings_name(tmp_path):
    tls = Tls(
        source=Source.ACME,
        email="admin@haven.example",
        directory="https://authority.example:9443/acme/local/directory",
        directory_root=Path("any"),
    )
    for name in ("authority", "proxy"):
        (tmp_path / name).mkdir()
    (tmp_path / "authority" / "Caddyfile").write_text(AUTHORITY)
    text = proxy.configuration(an_instance(tmp_path, tls=tls))
    text = text.replace("_port 8000", "_port 80").replace("_port 8443", "_port 443")
    text = text.replace(":8000 {", ":80 {").replace(":8443 {", ":443 {")
    text = text.replace(str(proxy.HANDED), str(tmp_path / "proxy"))
    (tmp_path / "proxy" / "Caddyfile").write_text(text)
    (tmp_path / "hosts").write_text(
        f"127.0.0.1 localhost authority.example {HOST}\n127.0.0.1 hub gateway portal\n"
    )
    script = (
        f"ip link set lo up && mount --bind {tmp_path}/hosts /etc/hosts && "
        f'exec "$0" -c "$1" {tmp_path} {CADDY} {HOST}'
    )

    said = subprocess.run(
        ["unshare", "--net", "--mount", "sh", "-c", script, sys.executable, INSIDE],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert said.returncode == 0, said.stderr
    assert ["DNS", HOST] in json.loads(said.stdout)["subjectAltName"]
