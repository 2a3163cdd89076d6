"""The doors of a workspace's screen, and how each is opened on purpose."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.gateway.pixel import rfb, wire
from hub.gateway.pixel.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenDoor:
    """A door; `open` changes the gateway's code with pytest's monkeypatch."""

    words: str
    caught: Mapping[str, str]
    open: Callable[[Any], None]


def _pass_text_on(monkeypatch: Any) -> None:
    heard: list[bytes] = []

    def cut_text() -> Any:
        (length,) = struct.unpack(">xxxi", (yield 7))
        heard.append((yield length))
        return rfb.Dropped(size=length)

    async def update(self: Session) -> rfb.Update:
        while True:
            told = await self._screen.next()
            if isinstance(told, rfb.Update):
                return told
            await self._say(wire.words(heard[-1].decode()))

    monkeypatch.setattr(rfb, "_cut_text", cut_text)
    monkeypatch.setattr(Session, "_update", update)


def _take_any_text(monkeypatch: Any) -> None:
    made = Session.__init__

    def trusting(self: Session, *args: Any, **options: Any) -> None:
        made(self, *args, **(options | {"may_paste": True}))

    monkeypatch.setattr(Session, "__init__", trusting)
    # It goes on telling the page that none may come in.
    monkeypatch.setattr(wire, "welcome", lambda **_: b"\x05\x00")


SCREEN_DOORS = (
    ScreenDoor(words="the gateway passes on what is copied in a workspace",
               open=_pass_text_on, caught={"J11": "copied inside"}),
    ScreenDoor(words="the gateway takes text where none may come in",
               open=_take_any_text, caught={"J11": "none may come in"}),
)  # fmt: skip
