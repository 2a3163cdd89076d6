"""PNG and JPEG with nothing but what is drawn."""

import struct
import zlib
from typing import Final

from output_checker.disclosure.readers.png_pictures import DRAWING, SIGNATURE

_NEEDED: Final = frozenset({b"IHDR", b"IDAT", b"IEND"})
_MARK: Final = 0xFF
_END, _SCAN = 0xD9, 0xDA
_RESTARTS: Final = range(0xD0, 0xD8)
_NAMED: Final = range(0xE0, 0xF0)
_COMMENT: Final = 0xFE
# Of named segments, the one that says which transform the colours went through.
_ADOBE: Final = 0xEE


def clean_png(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: ValueError, for what is no PNG."""
    if not data.startswith(SIGNATURE):
        raise ValueError
    kept, at, dropped = [SIGNATURE], len(SIGNATURE), 0
    seen: set[bytes] = set()
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        at += 12 + length
        is_drawn = name in _NEEDED or (
            name in DRAWING and length <= DRAWING[name] and name not in seen
        )
        seen.add(name)
        if is_drawn:
            kept.append(struct.pack(">I", length) + name + body)
            kept.append(struct.pack(">I", zlib.crc32(name + body)))
        else:
            dropped += 1
        if name == b"IEND":
            break
    return b"".join(kept), _words(dropped, len(data) - at)


def clean_jpeg(data: bytes) -> tuple[bytes, list[str]]:
    """Raises: ValueError, IndexError, for what is no JPEG."""
    if data[:2] != b"\xff\xd8":
        raise ValueError
    kept, at, dropped = [data[:2]], 2, 0
    while True:
        if data[at] != _MARK:
            raise ValueError
        marker = data[at + 1]
        if marker == _END:
            kept.append(data[at : at + 2])
            at += 2
            break
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SCAN:
            end = _after_scan(data, end)
        if marker == _COMMENT or (marker in _NAMED and marker != _ADOBE):
            dropped += 1
        else:
            kept.append(data[at:end])
        at = end
    return b"".join(kept), _words(dropped, len(data) - at)


def _after_scan(data: bytes, at: int) -> int:
    while (at := data.index(b"\xff", at)) >= 0:
        if data[at + 1] and data[at + 1] not in _RESTARTS:
            return at
        at += 2
    raise ValueError


def _words(dropped: int, behind: int) -> list[str]:
    return [
        words
        for count, words in (
            (dropped, f"{dropped} parts that are not drawn"),
            (behind, f"{behind} bytes behind the end of the picture"),
        )
        if count
    ]
