"""Copies what JupyterLab's page is made of out of the workspace's own packages, at image build.

The gateway serves these copies, so that a browser gets its programs and its page from here and not
from a server that a researcher may have replaced.
"""

import gzip
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

PREFIX = Path("/opt/haven/share/jupyter")
TARGET = Path(sys.argv[1])
SOCKET = "/tmp/lab.sock"  # noqa: S108  of the build's own container
# The gateway puts the workspace's own address in place of this.
BASE = "/user/haven-person/haven-project/"
COMPRESSED = {".js", ".css", ".svg", ".json", ".woff", ".ttf", ".eot", ".ico"}


class OverSocket(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def get(path: str) -> str:
    connection = OverSocket("workspace", timeout=60)
    connection.request("GET", BASE + path)
    answer = connection.getresponse()
    if answer.status != http.HTTPStatus.OK:
        raise SystemExit(f"{path}: {answer.status}")
    return answer.read().decode()


def copy_files() -> None:
    server = Path(str(files("jupyter_server"))) / "static"
    places = {
        PREFIX / "lab" / "static": "static/lab",
        PREFIX / "lab" / "themes": "lab/api/themes",
        PREFIX / "labextensions": "lab/extensions",
        PREFIX / "kernels" / "python3": "kernelspecs/python3",
        server / "favicons": "static/favicons",
        server / "logo": "static/logo",
        server / "style": "static/style",
    }
    for source, place in places.items():
        shutil.copytree(source, TARGET / "files" / place)
    shutil.copy(server / "favicon.ico", TARGET / "files" / "favicon.ico")
    # Written by the server at each request, or of no use to a page.
    (TARGET / "files" / "static" / "lab" / "index.html").unlink()
    (TARGET / "files" / "kernelspecs" / "python3" / "kernel.json").unlink()
    for path in [path for path in TARGET.rglob("*") if path.is_file()]:
        if path.suffix in COMPRESSED:
            packed = path.with_name(path.name + ".gz")
            packed.write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def capture_page() -> None:
    page = get("lab")
    config = re.search(r'(<script id="jupyter-config-data"[^>]*>)(.*?)(</script>)', page, re.DOTALL)
    if config is None:
        raise SystemExit("JupyterLab's page has another form")
    page = page.replace(config[0], config[1] + "HAVEN-PAGE-CONFIG" + config[3])
    page = page.replace("<script", '<script nonce="HAVEN-NONCE"')
    (TARGET / "page.html").write_text(page)
    (TARGET / "page-config.json").write_text(json.dumps(json.loads(config[2]), indent=1))
    languages = "lab/api/translations"
    answers = {languages: json.loads(get(languages))}
    (TARGET / "answers.json").write_text(json.dumps(answers))


def main() -> None:
    home = Path("/tmp/home")  # noqa: S108  likewise
    home.mkdir()
    environment = {
        **os.environ,
        "HOME": str(home),
        "HAVEN_SOCKET": SOCKET,
        "HAVEN_TIER": "browser",
        "HAVEN_BASE_URL": BASE,
        "JUPYTER_CONFIG_DIR": "/opt/haven/etc/jupyter-none",
        "JUPYTER_DATA_DIR": "/opt/haven/share/jupyter-none",
        "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108  likewise
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    server = subprocess.Popen(command, env=environment)  # noqa: S603
    try:
        deadline = time.monotonic() + 120
        while not Path(SOCKET).exists():
            if server.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("JupyterLab did not start")
            time.sleep(0.1)
        copy_files()
        capture_page()
    finally:
        server.terminate()
        server.wait()


main()
