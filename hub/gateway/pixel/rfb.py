"""RFB 3.8 as its client speaks it: pure functions from bytes to values and back.

The readers are generators: each yields how many bytes it needs next, is sent exactly those, and
returns a value. So they do no input or output, and can be fed anything. The server is a program in
the workspace, which its researcher may have replaced: every length is bounded before it is asked
for, and what is not on the list is an error.

Source:
    RFC 6143; the community's description of RFB for ExtendedDesktopSize and the extended clipboard.
"""

import struct
import zlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

from hub.gateway.pixel import limits

VERSION: Final = b"RFB 003.008\n"
SECURITY_NONE: Final = 1
_UPDATE, _BELL, _CUT_TEXT = 0, 2, 3
_RAW, _CURSOR, _DESKTOP_SIZE, _EXTENDED_CLIPBOARD = 0, -239, -308, -1063131698
# Flags of the extended clipboard: text in UTF-8; "there is some" and "here it is".
_CLIPBOARD_TEXT, _CLIPBOARD_NOTIFY, _CLIPBOARD_PROVIDE = 1, 1 << 27, 1 << 28


class NotRfb(Exception):
    """The workspace's screen says what no screen should; the connection ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A desktop's width and height in pixels, and the number of its one screen."""

    width: int
    height: int
    screen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """Pixels that changed, four bytes each: red, green, blue, nothing."""

    x: int
    y: int
    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The pointer's picture, as `Rectangle`, with a bit for each pixel that shows."""

    hot_x: int
    hot_y: int
    width: int
    height: int
    pixels: bytes
    mask: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What changed on the screen since it was last asked for.

    Attributes:
        size: The desktop's new size; what was shown before is void.
    """

    rectangles: tuple[Rectangle, ...] = ()
    cursor: Cursor | None = None
    size: Size | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A message that was read past: the bell, or text that the workspace put on its clipboard."""

    size: int


def version() -> Generator[int, bytes, None]:
    """The server's version.

    Raises:
        NotRfb: Another protocol.
    """
    told = yield len(VERSION)
    if told != VERSION:
        raise NotRfb("version")


def offer() -> Generator[int, bytes, None]:
    """The server's offer of security types.

    Raises:
        NotRfb: No way in without a password.
    """
    (count,) = yield 1
    if not 1 <= count <= limits.MAX_SECURITY_TYPES:
        raise NotRfb("security types")
    offered = yield count
    if SECURITY_NONE not in offered:
        raise NotRfb("security types")


def accepted() -> Generator[int, bytes, None]:
    """The server's answer to the chosen security type.

    Raises:
        NotRfb: It refused.
    """
    answer = yield 4
    if answer != bytes(4):
        raise NotRfb("refused")


def desktop() -> Generator[int, bytes, Size]:
    """The server's first description of its desktop.

    Raises:
        NotRfb: A size or a name out of bounds.
    """
    width, height, _, name_bytes = struct.unpack(">HH16sI", (yield 24))
    if name_bytes > limits.MAX_NAME_BYTES:
        raise NotRfb("name")
    if name_bytes:
        yield name_bytes
    return _size(width, height)


def message(size: Size) -> Generator[int, bytes, Update | Dropped]:
    """The server's next message.

    Args:
        size: The desktop's size as last told, which rectangles must fit into.

    Raises:
        NotRfb: A message that was not asked for, or one out of bounds.
    """
    (kind,) = yield 1
    if kind == _UPDATE:
        return (yield from _update(size))
    if kind == _BELL:
        return Dropped(size=1)
    if kind == _CUT_TEXT:
        return (yield from _cut_text())
    raise NotRfb("message type")


def _update(size: Size) -> Generator[int, bytes, Update]:
    (count,) = struct.unpack(">xH", (yield 3))
    if count > limits.MAX_RECTANGLES:
        raise NotRfb("too many rectangles")
    rectangles: list[Rectangle] = []
    cursor, resized = None, None
    room, descriptions = size.width * size.height, 0
    for _ in range(count):
        x, y, width, height, encoding = struct.unpack(">HHHHi", (yield 12))
        if encoding == _RAW:
            room -= width * height
            if room < 0 or x + width > size.width or y + height > size.height:
                raise NotRfb("rectangle outside the desktop")
            if width and height:
                pixels = yield width * height * limits.BYTES_PER_PIXEL
                rectangles.append(Rectangle(x=x, y=y, width=width, height=height, pixels=pixels))
            continue
        descriptions += 1
        if descriptions > limits.MAX_DESCRIPTIONS:
            raise NotRfb("too many descriptions")
        if encoding == _CURSOR:
            cursor = yield from _cursor(x, y, width, height)
        elif encoding == _DESKTOP_SIZE:
            told = yield from _resized(x, y, width, height)
            if told != size:
                # Pixels sent before were of the desktop that is gone.
                size = resized = told
                room = size.width * size.height
                rectangles.clear()
        else:
            raise NotRfb("encoding")
    return Update(rectangles=tuple(rectangles), cursor=cursor, size=resized)


def _cursor(x: int, y: int, width: int, height: int) -> Generator[int, bytes, Cursor]:
    if max(width, height) > limits.MAX_CURSOR_SIDE:
        raise NotRfb("cursor")
    mask_bytes = (width + 7) // 8 * height
    pixel_bytes = width * height * limits.BYTES_PER_PIXEL
    drawn = (yield pixel_bytes + mask_bytes) if width and height else b""
    return Cursor(
        hot_x=min(x, max(0, width - 1)), hot_y=min(y, max(0, height - 1)),
        width=width, height=height,
        pixels=drawn[:pixel_bytes], mask=drawn[pixel_bytes:],
    )  # fmt: skip


def _resized(_reason: int, _status: int, width: int, height: int) -> Generator[int, bytes, Size]:
    (count,) = struct.unpack(">Bxxx", (yield 4))
    if not 1 <= count <= limits.MAX_SCREENS:
        raise NotRfb("screens")
    screens = yield count * 16
    (first,) = struct.unpack(">I", screens[:4])
    return _size(width, height, first)


def _size(width: int, height: int, screen: int = 0) -> Size:
    if not (1 <= width <= limits.MAX_WIDTH and 1 <= height <= limits.MAX_HEIGHT):
        raise NotRfb("desktop size")
    return Size(width=width, height=height, screen=screen)


def _cut_text() -> Generator[int, bytes, Dropped]:
    (length,) = struct.unpack(">xxxi", (yield 7))
    # A negative length is the extended clipboard's way to say that it is one.
    left = abs(length)
    if left > limits.MAX_CUT_TEXT_BYTES:
        raise NotRfb("text too long")
    while left:
        piece = min(left, limits.SKIP_BYTES)
        yield piece
        left -= piece
    return Dropped(size=abs(length) + 8)


def choose_no_password() -> bytes:
    return bytes([SECURITY_NONE])


def take_alone() -> bytes:
    """Take the screen; whoever had it is sent away."""
    return b"\x00"


def begin() -> bytes:
    """Say how pixels shall look, and which encodings are understood."""
    # 32 bits, little-endian, red first: as Pillow reads them without copying.
    pixel_format = struct.pack(">BxxxBBBBHHHBBBxxx", 0, 32, 24, 0, 1, 255, 255, 255, 0, 8, 16)
    encodings = (_RAW, _CURSOR, _DESKTOP_SIZE, _EXTENDED_CLIPBOARD)
    return pixel_format + struct.pack(f">BxH{len(encodings)}i", 2, len(encodings), *encodings)


def ask(size: Size, *, everything: bool) -> bytes:
    """Ask for what changed, or for the whole screen."""
    return struct.pack(">BBHHHH", 3, not everything, 0, 0, size.width, size.height)


def key(keysym: int, *, down: bool) -> bytes:
    return struct.pack(">BBxxI", 4, down, keysym)


def pointer(x: int, y: int, buttons: int) -> bytes:
    return struct.pack(">BBHH", 5, buttons, x, y)


def resize(size: Size) -> bytes:
    """Ask for another size; the desktop keeps its one screen."""
    screen = struct.pack(">IHHHHI", size.screen, 0, 0, size.width, size.height, 0)
    return struct.pack(">BxHHBx", 251, size.width, size.height, 1) + screen


def paste(text: str) -> bytes:
    """Put a text on the workspace's clipboard: say that there is one, then give it."""
    content = text.replace("\r\n", "\n").replace("\n", "\r\n").encode() + b"\0"
    packed = zlib.compress(struct.pack(">I", len(content)) + content)
    return _extended(_CLIPBOARD_NOTIFY) + _extended(_CLIPBOARD_PROVIDE, packed)


def _extended(action: int, body: bytes = b"") -> bytes:
    return struct.pack(">BxxxiI", 6, -(4 + len(body)), action | _CLIPBOARD_TEXT) + body
