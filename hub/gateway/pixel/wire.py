"""What the page and the gateway say to each other: small binary messages, and nothing else.

From the page: keys, the pointer, the window's size, "drawn", text to paste, two requests. To the
page: frames of pictures, the desktop's size, the pointer's picture, Haven's own words.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from hub.gateway.pixel import limits
from hub.gateway.pixel.rfb import Cursor, Size


class BadInput(Exception):
    """The page says what no page of ours says; the connection ends."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key by its X keysym."""

    keysym: int
    down: bool


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is, and its buttons as RFB counts them: bits 3 to 6 are the wheel."""

    x: int
    y: int
    buttons: int


@dataclass(frozen=True, slots=True)
class Resize:
    """The window's size, brought within bounds."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """The page has drawn this frame."""

    number: int


@dataclass(frozen=True, slots=True)
class Paste:
    text: str


@dataclass(frozen=True, slots=True)
class ReleaseAll:
    """The window is no longer looked at: no key or button is down."""


@dataclass(frozen=True, slots=True)
class Restart:
    """The screen hangs; its person asks for a new one."""


Input = Key | Pointer | Resize | Drawn | Paste | ReleaseAll | Restart

MAX_KEYSYM: Final = 0x0110FFFF


def read(data: bytes) -> Input:
    """One message from the page.

    Raises:
        BadInput: Not one of ours.
    """
    try:
        return _read(data)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise BadInput("message") from error


def _read(data: bytes) -> Input:
    kind, rest = data[0], data[1:]
    match kind:
        case 1:
            down, keysym = struct.unpack(">BI", rest)
            if not 0 < keysym <= MAX_KEYSYM or down > 1:
                raise BadInput("key")
            return Key(keysym, bool(down))
        case 2:
            buttons, x, y = struct.unpack(">BHH", rest)
            return Pointer(x, y, buttons)
        case 3:
            width, height = struct.unpack(">HH", rest)
            return Resize(
                min(max(width, limits.MIN_WIDTH), limits.MAX_WIDTH),
                min(max(height, limits.MIN_HEIGHT), limits.MAX_HEIGHT),
            )
        case 4:
            (number,) = struct.unpack(">I", rest)
            return Drawn(number)
        case 5:
            if len(rest) > limits.MAX_PASTE_BYTES:
                raise BadInput("paste")
            return Paste(rest.decode())
        case 6 | 7 if not rest:
            return ReleaseAll() if kind == 6 else Restart()  # noqa: PLR2004  the page's number for it
        case _:
            raise BadInput("kind")


class _To(IntEnum):
    FRAME, SIZE, CURSOR, WORDS, WELCOME = 1, 2, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Picture:
    """A rectangle of the screen as WEBP."""

    x: int
    y: int
    webp: bytes


def frame(number: int, pictures: Sequence[Picture]) -> bytes:
    """All that changed at once, so that a page never shows half of it."""
    parts = [struct.pack(">BIH", _To.FRAME, number, len(pictures))]
    for picture in pictures:
        parts += [struct.pack(">HHI", picture.x, picture.y, len(picture.webp)), picture.webp]
    return b"".join(parts)


def size(desktop: Size) -> bytes:
    return struct.pack(">BHH", _To.SIZE, desktop.width, desktop.height)


def cursor(shape: Cursor, png: bytes) -> bytes:
    return struct.pack(">BHH", _To.CURSOR, shape.hot_x, shape.hot_y) + png


def words(text: str) -> bytes:
    """Something that Haven, never the workspace, says to the person."""
    return bytes([_To.WORDS]) + text.encode()


def welcome(*, may_paste: bool) -> bytes:
    return bytes([_To.WELCOME, may_paste])
