"""The proxy itself, Caddy as a process of its own, with the configuration Haven would hand it."""

import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra import proxy
from infra.instance import Instance
from infra.tls import Source, Tls
from tests.installation import free_port

CADDY = Path(sys.executable).parent / "caddy"
HOST = "haven.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningProxy:
    """Where it listens on loopback, and the folder it keeps its own files in."""

    tls_port: int
    plain_port: int
    data: Path

    def connect(self, context: ssl.SSLContext, host: str = HOST) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=10)
        return context.wrap_socket(plain, server_hostname=host)

    def answer(self, connection: socket.socket, path: str, host: str = HOST) -> str:
        """Ask for a page, and return the whole answer."""
        asked = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        connection.sendall(asked.encode())
        received = b""
        with suppress(TimeoutError):
            while more := connection.recv(65536):
                received += more
        return received.decode()


def an_instance(home: Path, **changes: object) -> Instance:
    values = {"name": "edge", "home": home, "listen": "0.0.0.0:443",
              "public_url": f"https://{HOST}", "tls": Tls(source=Source.INTERNAL)}  # fmt: skip
    return Instance(**(values | changes))


@contextmanager
def running_proxy(instance: Instance, folder: Path) -> Iterator[RunningProxy]:
    ports = {8443: free_port(), 8000: free_port(), 8002: free_port()}
    text = proxy.configuration(instance).replace(str(proxy.HANDED), str(folder))
    for inside, outside in ports.items():
        text = text.replace(f":{inside}", f":{outside}").replace(
            f"_port {inside}", f"_port {outside}"
        )
    for service in ("hub:8081", "gateway:8001", "portal:8000"):
        text = text.replace(service, "127.0.0.1:1")
    (folder / "Caddyfile").write_text(text)
    found = RunningProxy(tls_port=ports[8443], plain_port=ports[8000], data=folder / "data")
    with caddy(folder):
        for name in (HOST, f"ada.{HOST}") if instance.subdomains else (HOST,):
            wait(lambda name=name: proxy.shows_certificate("127.0.0.1", found.tls_port, name))
        yield found


@contextmanager
def caddy(folder: Path) -> Iterator[None]:
    environment = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"),
                   "HOME": str(folder)}  # fmt: skip
    command = [CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "did not come to hold in time"
        time.sleep(0.05)


def trusting(certificate: Path) -> ssl.SSLContext:
    wait(certificate.exists)
    context = ssl.create_default_context(cafile=str(certificate))
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


@pytest.fixture(scope="module")
def internal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningProxy, Path]]:
    """A proxy that signs for itself, and the root certificate people would install."""
    folder = tmp_path_factory.mktemp("internal")
    with running_proxy(an_instance(folder, subdomains=True), folder) as proxy_:
        yield proxy_, folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"
