"""Stands between a kernel's websocket and a browser: each message is judged before it passes.

Whatever happens in the workspace, also when its server has been replaced, only messages that the
tables in `messages` know reach the browser; for the others a short text takes their place.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from hub.gateway.bucket import TokenBucket
from hub.gateway.screen import outputs, wire
from hub.gateway.screen.messages import FROM_BROWSER, Withheld, cleaned, reply_in_place, shape_of
from hub.gateway.screen.wire import Message, Protocol, Undecodable

# What a person can read is far below.
OUTPUT_BYTES_PER_SECOND: Final = 256 * 1024
OUTPUT_BURST_BYTES: Final = 4 * 1024**2
# Larger ones are not even taken apart.
MAX_LOOKED_AT_BYTES: Final = 4 * 1024**2
MOST_NOTICES: Final = 500


class KernelScreen:
    """One connection to one kernel.

    Attributes:
        dropped: How many messages did not pass, in either direction.
    """

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.dropped = 0
        self._outputs = TokenBucket(
            bytes_per_second=OUTPUT_BYTES_PER_SECOND, burst_bytes=OUTPUT_BURST_BYTES
        )
        self._asked: dict[str, str] = {}
        self._said: dict[tuple[str, str], None] = {}
        self._notices = 0

    async def from_workspace(self, raw: str | bytes) -> list[str | bytes]:
        """What the browser gets for a message of the workspace."""
        if len(raw) > MAX_LOOKED_AT_BYTES:
            return self._drop("A message that is too large", self._asked)
        try:
            message = wire.decode(raw, self.protocol)
        except Undecodable:
            return self._drop("A message that is not a kernel's", self._asked)
        try:
            passed, withheld = cleaned(message)
        except Withheld as why:
            return self._instead(message, str(why))
        encoded = wire.encode(passed, self.protocol)
        shape = shape_of(message)
        if shape is not None and shape.is_output:
            if not self._outputs.take_now(len(encoded)):
                return self._drop("Output faster than anybody reads", _parent(message))
        else:
            # An answer is waited for, so it is late and not lost.
            await self._outputs.take(len(encoded))
        said = (self._notice(what, _parent(message)) for what in withheld)
        return [encoded, *(text for text in said if text is not None)]

    def from_browser(self, raw: str | bytes) -> tuple[str | bytes | None, list[str | bytes]]:
        """What the workspace gets for a message of the browser, and what the browser is told."""
        try:
            message = wire.decode(raw, self.protocol)
        except Undecodable:
            return None, self._drop("A message that is not JupyterLab's", self._asked)
        if (message.channel, message.type) not in FROM_BROWSER or message.buffers:
            # Widgets and the debugger ask by themselves, again and again: nobody is told.
            self.dropped += 1
            return None, []
        if message.type == "execute_request":
            self._asked = message.header
        return wire.encode(replace(message, buffers=()), self.protocol), []

    def say(self, words: str) -> str | bytes:
        """A text from Haven under the cell that ran last."""
        return self._stream(f"[Haven] {words}\n", self._asked)

    def _instead(self, message: Message, why: str) -> list[str | bytes]:
        notices = self._drop(why, _parent(message))
        if shape_of(message) is not None and message.type.endswith("_reply"):
            reply = reply_in_place(message, outputs.words(why).strip())
            return [wire.encode(reply, self.protocol), *notices]
        return notices

    def _drop(self, what: str, parent: dict[str, str]) -> list[str | bytes]:
        self.dropped += 1
        notice = self._notice(what, parent)
        return [] if notice is None else [notice]

    def _notice(self, what: str, parent: dict[str, str]) -> str | bytes | None:
        # Once a cell and reason; a kernel that names new cells for ever gets no more words.
        place = (parent.get("msg_id", ""), what)
        if place in self._said or len(self._said) >= MOST_NOTICES:
            return None
        self._said[place] = None
        return self._stream(outputs.words(what), parent)

    def _stream(self, text: str, parent: dict[str, str]) -> str | bytes:
        self._notices += 1
        header = {
            "msg_id": f"haven-{self._notices}",
            "msg_type": "stream",
            "username": "haven",
            "session": parent.get("session", ""),
            "version": "5.3",
        }
        notice = Message(
            channel="iopub",
            header=header,
            parent_header=parent,
            metadata={},
            content={"name": "stderr", "text": text},
        )
        return wire.encode(notice, self.protocol)


def _parent(message: Message) -> dict[str, str]:
    return message.parent_header


def offered(subprotocols: list[str]) -> Iterator[Protocol]:
    """The formats that a browser offers and that are known here."""
    for name in subprotocols:
        if name == Protocol.BINARY:
            yield Protocol.BINARY
    if not subprotocols:
        yield Protocol.JSON
