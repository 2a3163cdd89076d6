"""Doors of the gateway and of the hub, each opened on purpose, and the probes that must say so."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.gateway import forgery, headers, routes
from hub.gateway.door import Door as GatewayDoor
from hub.gateway.screen.kernel import KernelScreen

MEBIBYTE = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """A door.

    Attributes:
        words: What is open, for the table.
        open: Opens it: gets the test's monkeypatch and its front (see `front.py`).
        caught: Probe -> a piece of what it must say.
        also: Probes that may find something too.
    """

    words: str
    open: Callable[[Any, Any], object]
    caught: Mapping[str, str]
    also: frozenset[str] = frozenset()


def route(pattern: str) -> Callable[[Any, Any], object]:
    def change(monkeypatch: Any, _front: Any) -> None:
        before = routes.find

        def find(method: str, path: str, *more: str) -> routes.Route | None:
            if re.match(pattern, path):
                every = re.compile(".*")
                return routes.Route(methods=routes.WRITE, pattern=every, max_bytes=MEBIBYTE)
            return before(method, path, *more)

        monkeypatch.setattr(routes, "find", find)

    return change


def anybody(monkeypatch: Any, _front: Any) -> None:
    async def open_to(*_: object) -> bool:
        return True

    monkeypatch.setattr(GatewayDoor, "open_to", open_to)


def setting(**changes: Any) -> Callable[[Any, Any], object]:
    return lambda _, front: front.settings.update(changes)


def page_without_settings(_monkeypatch: Any, front: Any) -> None:
    front.page_config = {}


def no_form_key(monkeypatch: Any, _front: Any) -> None:
    monkeypatch.setattr(forgery, "is_forged", lambda _: False)


def unread_messages(monkeypatch: Any, _front: Any) -> None:
    async def from_workspace(_: object, raw: object) -> list[object]:
        return [raw]

    monkeypatch.setattr(KernelScreen, "from_workspace", from_workspace)


def header(name: str, value: str) -> Callable[[Any, Any], object]:
    return lambda monkeypatch, _: monkeypatch.setitem(headers.SECURITY, name, value)


def everything_to_the_workspace(monkeypatch: Any, _front: Any) -> None:
    monkeypatch.setattr(headers, "to_workspace", dict)


FRONT_DOORS = (
    FrontDoor(words="the gateway lets raw files through", open=route(r"files/"),
              caught={"J01": "files/"}),
    FrontDoor(words="the gateway lets exports through", open=route(r"nbconvert/"),
              caught={"J01": "nbconvert/"}),
    FrontDoor(words="the page keeps its download commands", open=page_without_settings,
              caught={"J02": "filebrowser-extension:download"}),
    FrontDoor(words="the gateway lets terminals through", open=route(r"(api/)?terminals"),
              caught={"J01": "terminals", "J03": "GET terminals"}),
    FrontDoor(words="the gateway lets proxied ports through", open=route(r"proxy/"),
              caught={"J05": "proxy/8888/"}),
    FrontDoor(words="the gateway asks nobody who they are", open=anybody,
              caught={"J03": "another account", "J06": "with another account",
                      "S03": "/lab"}),
    FrontDoor(words="a session is not asked about again", open=setting(recheck_seconds=3600.0),
              caught={"J06": "after signing out"}),
    FrontDoor(words="answers may be read from other sites",
              open=header("Access-Control-Allow-Origin", "*"),
              caught={"J07": "read from elsewhere"}, also=frozenset({"J08"})),
    FrontDoor(words="forms are taken without their key", open=no_form_key,
              caught={"J07": "without its key"}),
    FrontDoor(words="pages may be framed by other sites",
              open=header("Content-Security-Policy", "default-src 'self'"),
              caught={"J08": "no frame-ancestors"}),
    FrontDoor(words="uploads have no limit", open=setting(max_request_bytes=1024 * MEBIBYTE),
              caught={"J09": "bytes at once"}),
    FrontDoor(words="the gateway does not look into a kernel's messages", open=unread_messages,
              caught={"J04": "bytes at once"}),
    FrontDoor(words="messages have no limit", open=setting(max_message_bytes=1024 * MEBIBYTE),
              caught={"J10": "bytes in one message"}),
    FrontDoor(words="the gateway passes a person's cookies on", open=everything_to_the_workspace,
              caught={"S06": "cookie haven-workspace-p2"}, also=frozenset({"S03"})),
)  # fmt: skip
