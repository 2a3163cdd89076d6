"""Probes of a workspace's addresses: J01, J02, J05, J07, J08 and J09, each with its control."""

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2

from hub.client.browser import FOUND, OK
from infra.probes.outcome import Pair, Seen
from infra.probes.visit import EVIL, Visit

FORBIDDEN = 403
CREATED = 201
MARKED = "haven-probe.txt"
CONFIG = re.compile(r'(?s)<script[^>]* id="jupyter-config-data"[^>]*>(.*?)</script>')
CLOSED = (
    f"files/{MARKED}", f"files/{MARKED}?download=1", "files/data/", "files/outputs/", "view/x.html",
    "nbconvert/html/haven-probe.ipynb", "nbconvert/pdf/haven-probe.ipynb", "edit/haven-probe.txt",
    "tree", "terminals/1", "api/terminals", "api/nbconvert", "api/config/notebook", "api/shutdown",
    f"api/contents/{MARKED}?type=file&format=base64&content=1",
    f"api/contents/{MARKED}?download=1", "lab/api/extensions", "lab/api/plugins", "metrics",
    "static/%2e%2e/%2e%2e/etc/passwd", "static/..%2f..%2fetc%2fpasswd", "voila/render/x.ipynb",
    "rest/x", "lab/static/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "lsp/ws/pylsp", "api/collaboration/x",
)  # fmt: skip
ELSEWHERE = ("proxy/8888/", "proxy/22/", "proxy/1.1.1.1:80/", "proxy/absolute/8888/",
             "proxy/absolute/http://hub:8081/", "proxy/unix/run/x.sock/", "vscode/", "rstudio/",
             "desktop/", "server-proxy/servers-info")  # fmt: skip
# Pages of JupyterLab itself, which no browser of the pixel tier gets.
LAB = ("lab", "lab/tree/x", "api/contents", "api/kernels", "api/sessions", "api/me",
       "lab/api/settings", "static/favicons/favicon.ico")  # fmt: skip
WAYS_OUT = (
    "@jupyterlab/filebrowser-extension:download", "@jupyterlab/docmanager-extension:download",
    "@jupyterlab/notebook-extension:export", "@jupyterlab/filebrowser-extension:share-file",
    "@jupyterlab/filebrowser-extension:open-browser-tab", "@jupyterlab/terminal-extension:plugin",
)  # fmt: skip
UPLOAD_BYTES = 300_000
TOO_LARGE_BYTES = 65 * 1024**2


def j01_addresses(visit: Visit, tier: str) -> Pair:
    if tier == "browser":
        body = {"type": "file", "format": "text", "content": "a file of the probes"}
        visit.browser.api(visit.project, "PUT", f"api/contents/{MARKED}", json=body)
    closed = CLOSED if tier == "browser" else (*CLOSED, *LAB)
    found = not_refused(visit, closed, tier)
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=tuple(visit.opens())))


def not_refused(visit: Visit, addresses: Iterable[str], tier: str) -> list[str]:
    """The addresses that the gateway does not turn away itself."""
    # Where JupyterLab's page would be, the pixel tier leads to its own.
    well = {FORBIDDEN, FOUND} if tier == "pixel" else {FORBIDDEN}
    return [f"{rest} ({status})" for rest in addresses
            if (status := visit.get(rest).status_code) not in well]  # fmt: skip


def j02_commands(visit: Visit) -> Pair:
    page = visit.get("lab").text
    return Pair(
        here=Seen(open=tuple(commands_left(page))),
        control=Seen(open=tuple(commands_left('<script id="jupyter-config-data">{}</script>'))),
    )


def commands_left(page: str) -> list[str]:
    """The ways out that JupyterLab's page does not switch off.

    Raises:
        ValueError: It is not JupyterLab's page.
    """
    found = re.search(CONFIG, page)
    if not found:
        raise ValueError("the page holds no configuration")
    disabled = json.loads(found.group(1)).get("disabledExtensions", [])
    return [command for command in WAYS_OUT if command not in disabled]


def j05_elsewhere(visit: Visit, tier: str) -> Pair:
    found = not_refused(visit, ELSEWHERE, tier)
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=tuple(visit.opens())))


def j07_other_sites(visit: Visit) -> Pair:
    """What another site can do: read answers (CORS), or send forms (CSRF)."""
    found = [f"{name} may be read from elsewhere" for name in ("lab", "api/contents")
             if allows_reading(visit.get(name, {"Origin": EVIL}).headers)]  # fmt: skip
    preflight = visit.browser.http.request(
        "OPTIONS", visit.address + "api/contents",
        headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"},
    )  # fmt: skip
    if allows_reading(preflight.headers):
        found.append("a question beforehand is allowed")
    bare = visit.browser.http.post(visit.address + "api/contents", json={"type": "directory"})
    if bare.is_success:
        found.append("a form without its key is taken")
    made = visit.browser.api(visit.project, "POST", "api/contents", json={"type": "directory"})
    if made.status_code == CREATED:
        visit.browser.api(visit.project, "DELETE", f"api/contents/{made.json()['path']}")
    control = ("the same from Haven's own page",) if made.status_code == CREATED else ()
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=control))


def allows_reading(headers: Mapping[str, str]) -> bool:
    return headers.get("access-control-allow-origin", "") in ("*", EVIL, "null")


def j08_protections(visit: Visit, hostile: httpx2.Response | None, raw: Mapping[str, str]) -> Pair:
    """Whether every answer carries what browsers enforce, whatever the workspace says.

    Args:
        visit: Who looks.
        hostile: What the gateway made of an answer that tried to weaken it.
        raw: That answer's headers before the gateway.
    """
    found = []
    for rest in ("lab", "api/contents", "static/none", "files/x.html"):
        found += [f"{rest}: {what}" for what in missing_protections(visit.get(rest).headers)]
    if hostile is None:
        return Pair(here=Seen(error="no answer of the replaced server"), control=Seen())
    found += [f"set by the workspace: {what}" for what in missing_protections(hostile.headers)]
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=tuple(missing_protections(raw))))


def missing_protections(headers: Mapping[str, str]) -> list[str]:
    policy = headers.get("content-security-policy", "")
    found = [f"no {rule}" for rule in ("frame-ancestors", "object-src 'none'", "base-uri")
             if rule not in policy]  # fmt: skip
    if headers.get("x-content-type-options", "") != "nosniff":
        found.append("its type may be guessed")
    if allows_reading(headers):
        found.append("it may be read from elsewhere")
    return found


def j09_uploads(visit: Visit, meters: Path) -> Pair:
    small = _upload(visit, UPLOAD_BYTES)
    control = ("an ordinary save",) if small.status_code in (OK, CREATED) else ()
    found = [] if _counted(meters, visit) >= UPLOAD_BYTES else ["an upload was not counted"]
    try:
        large = _upload(visit, TOO_LARGE_BYTES)
        found += [f"{TOO_LARGE_BYTES} bytes at once"] if large.is_success else []
    except httpx2.HTTPError:
        pass  # the gateway hung up in the middle, which is a refusal too
    visit.browser.api(visit.project, "DELETE", f"api/contents/{MARKED}")
    return Pair(here=Seen(open=tuple(found)), control=Seen(open=control))


def _upload(visit: Visit, size: int) -> httpx2.Response:
    body = {"type": "file", "format": "text", "content": "x" * size}
    return visit.browser.api(visit.project, "PUT", f"api/contents/{MARKED}", json=body)


def _counted(meters: Path, visit: Visit) -> int:
    """Bytes into this workspace so far, after the gateway has had time to write them down."""
    for _ in range(20):
        total = max(_sums(meters, visit), default=0)
        if total >= UPLOAD_BYTES:
            return total
        time.sleep(0.25)
    return 0


def _sums(meters: Path, visit: Visit) -> Iterator[int]:
    for path in meters.glob("*.json"):
        read: dict[str, Any] = json.loads(path.read_text())
        if (read["username"], read["project"]) == (visit.browser.username, visit.project):
            yield sum(sum(day["to_workspace"].values()) for day in read["days"].values())
