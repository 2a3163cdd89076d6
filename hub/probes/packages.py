"""Probes of the package mirror: what it gives, takes and says to what it should refuse.

Where nothing listens at the mirror's place, no package comes in at all, and the door is shut.
"""

import re
import secrets
import socket
from typing import Final

from hub.probes.targets import Targets

PLACE: Final = ("127.0.0.1", 3141)
SECONDS: Final = 5.0
LONGEST_PAGE: Final = 1024 * 1024
MOST_PAGES: Final = 5
_HOST: Final = f"{PLACE[0]}:{PLACE[1]}"


def p02_unlisted(_: Targets) -> list[str]:
    """A name that nobody can have put on the list."""
    name = f"haven-probe-{secrets.token_hex(8)}"
    file = f"/files/{name.replace('-', '_')}-1.0-py3-none-any.whl"
    return _given(("GET", f"/simple/{name}/"), ("GET", file))


def p03_uploads(_: Targets) -> list[str]:
    """As twine, a browser and WebDAV would put something there."""
    file = "/files/haven_probe-1.0-py3-none-any.whl"
    ways = (("POST", "/legacy/"), ("POST", "/simple/"), ("PUT", file), ("DELETE", "/simple/"))
    return [*_given(*ways), *_given(("GET", "/simple/"), body="data")]


def p04_data_in_addresses(_: Targets) -> list[str]:
    """Data in a query string, in a name, in a path, and in another host's address."""
    data = secrets.token_hex(32)
    found = _given(
        ("GET", f"/simple/?d={data}"),
        ("GET", f"/simple/{data}/"),
        ("GET", f"/simple/pip/{data}/"),
        ("GET", f"http://{data}.example.com/simple/"),
        ("CONNECT", f"{data}.example.com:443"),
    )
    return found + _given(("GET", "/simple/"), host=f"{data}.example.com")


def p05_look_alikes(_: Targets) -> list[str]:
    """Names a letter away from those on the list, and files that run code when they are built."""
    found = _given(("GET", "/files/haven-probe-1.0.tar.gz"), ("GET", "/files/haven-probe-1.0.zip"))
    listed = _names(_say("GET", "/simple/"))
    for name in listed[:MOST_PAGES]:
        alike = f"{name}x"
        if alike not in listed:
            found += _given(("GET", f"/simple/{alike}/"))
        page = _say("GET", f"/simple/{name}/")
        found += [f"offers {file}" for file in _files(page) if not file.endswith(".whl")]
    return found


def _given(*asked: tuple[str, str], host: str = _HOST, body: str = "") -> list[str]:
    """Those requests that got a success for an answer."""
    found = []
    for method, target in asked:
        first = _say(method, target, host=host, body=body).split("\r\n", 1)[0]
        if re.match(r"HTTP/1\.[01] 2\d\d", first):
            found.append(f"{method} {target} of {_HOST} as {host}{' with a body' if body else ''}")
    return found


def _say(method: str, target: str, *, host: str = _HOST, body: str = "") -> str:
    request = (
        f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    said = b""
    try:
        with socket.create_connection(PLACE, timeout=SECONDS) as asker:
            asker.sendall(request.encode())
            while len(said) < LONGEST_PAGE and (more := asker.recv(65536)):
                said += more
    except OSError:
        pass  # what came before counts
    return said.decode("latin-1")


def _names(page: str) -> list[str]:
    return re.findall(r'href="/simple/([a-z0-9-]+)/"', page)


def _files(page: str) -> list[str]:
    return re.findall(r'href="/files/([^"#]+)', page)
