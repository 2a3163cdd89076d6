"""Kernel messages as they cross the websocket, in both of JupyterLab's formats.

Decoding is strict: a message is taken apart into values and put together again, so that what the
browser reads is what was judged.

Source:
    jupyter_server, `docs/source/developers/websocket-protocols.rst`.
"""

import itertools
import json
import math
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

HEADER_FIELDS: Final = ("msg_id", "msg_type", "username", "session", "date", "version")
MAX_HEADER_CHARACTERS: Final = 200
MAX_BUFFERS: Final = 64
_OFFSET: Final = 8
_PARTS: Final = 5


class Protocol(StrEnum):
    """The value is the websocket's subprotocol."""

    JSON = ""
    BINARY = "v1.kernel.websocket.jupyter.org"


class Undecodable(Exception):
    """It is not a kernel message in the agreed format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One kernel message. `header` and `parent_header` hold texts in the known fields only."""

    channel: str
    header: dict[str, str]
    parent_header: dict[str, str]
    metadata: dict[str, Any]
    content: dict[str, Any]
    buffers: tuple[bytes, ...] = field(default=())

    @property
    def type(self) -> str:
        return self.header["msg_type"]


def decode(raw: str | bytes, protocol: Protocol) -> Message:
    """Take a websocket message apart.

    Raises:
        Undecodable: It has another form, or is nested too deeply.
    """
    if protocol is Protocol.BINARY:
        if isinstance(raw, str):
            raise Undecodable("text where binary was agreed")
        return _from_binary(raw)
    if isinstance(raw, bytes):
        # The format for buffers, which do not pass anyway.
        raise Undecodable("binary where text was agreed")
    message = _object(parse(raw))
    if message.get("buffers"):
        raise Undecodable("buffers in a text")
    parts = [message.get(part) for part in ("header", "parent_header", "metadata", "content")]
    return _message(message.get("channel"), parts, ())


def encode(message: Message, protocol: Protocol) -> str | bytes:
    parts: list[dict[str, Any]] = [message.header, message.parent_header]
    parts += [message.metadata, message.content]
    if protocol is Protocol.JSON:
        names = ("header", "parent_header", "metadata", "content")
        whole = dict(zip(names, parts, strict=True)) | {"channel": message.channel, "buffers": []}
        whole |= {"msg_id": message.header["msg_id"], "msg_type": message.type}
        return compact(whole).decode()
    pieces = [message.channel.encode(), *(compact(part) for part in parts)]
    offsets = [_OFFSET * (len(pieces) + 2)]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    numbers = [len(offsets), *offsets]
    return b"".join([*(number.to_bytes(_OFFSET, "little") for number in numbers), *pieces])


def compact(value: Any) -> bytes:
    """JSON without needless space; half of a surrogate pair becomes a question mark."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")


def _from_binary(raw: bytes) -> Message:
    count = int.from_bytes(raw[:_OFFSET], "little")
    if not _PARTS < count <= _PARTS + 1 + MAX_BUFFERS or len(raw) < _OFFSET * (count + 1):
        raise Undecodable("wrong number of parts")
    edges = [
        int.from_bytes(raw[_OFFSET * place : _OFFSET * (place + 1)], "little")
        for place in range(1, count + 1)
    ]
    in_order = all(a <= b for a, b in itertools.pairwise(edges))
    if edges[0] != _OFFSET * (count + 1) or edges[-1] != len(raw) or not in_order:
        raise Undecodable("parts that do not fit together")
    pieces = [raw[a:b] for a, b in itertools.pairwise(edges)]
    try:
        channel = pieces[0].decode("ascii")
    except UnicodeDecodeError as error:
        raise Undecodable("a channel without a name") from error
    parts = [parse(piece) for piece in pieces[1:_PARTS]]
    return _message(channel, parts, tuple(pieces[_PARTS:]))


def _message(channel: Any, parts: list[Any], buffers: tuple[bytes, ...]) -> Message:
    if not isinstance(channel, str):
        raise Undecodable("no channel")
    header, parent, metadata, content = parts
    own = _header(header)
    if not own.get("msg_type") or not own.get("msg_id"):
        raise Undecodable("no type")
    return Message(
        channel=channel,
        header=own,
        parent_header=_header(parent),
        metadata=_object(metadata),
        content=_object(content),
        buffers=buffers,
    )


def _header(value: Any) -> dict[str, str]:
    known = {name: part for name, part in _object(value).items() if name in HEADER_FIELDS}
    for part in known.values():
        if not isinstance(part, str) or len(part) > MAX_HEADER_CHARACTERS:
            raise Undecodable("a header with another form")
    return known


def _object(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Undecodable("not an object")
    return value


def parse(text: str | bytes) -> Any:
    """JSON as the standard has it.

    Raises:
        Undecodable: It is not, or it is nested too deeply.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise Undecodable("not JSON") from error


def _no_constant(_: str) -> None:
    raise ValueError("not a number that JSON knows")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number too large to be one")
    return number
