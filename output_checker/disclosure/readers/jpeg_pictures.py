"""JPEG bytes to the size of a picture, after looking for anything that is not picture."""

from typing import Final

from output_checker.disclosure.readers.artefacts import Document, Image, Part
from output_checker.disclosure.readers.png_pictures import MAX_PIXELS
from output_checker.disclosure.readers.refusal import Refusal

_MARK, _START, _END, _SCAN, _COMMENT = 0xFF, 0xD8, 0xD9, 0xDA, 0xFE
_RESTARTS: Final = range(0xD0, 0xD8)
# Frames of baseline and progressive pictures; the others are not written by plotting programs.
_FRAMES: Final = (0xC0, 0xC1, 0xC2)
_TABLES: Final = (0xC4, 0xDB, 0xDD)
_LARGEST_TABLE: Final = 1_200
_JFIF: Final = (0xE0, b"JFIF\0", 14)
_ADOBE: Final = (0xEE, b"Adobe", 12)
_MAX_TABLES: Final = 40


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    if data[:2] != bytes((_MARK, _START)):
        raise Refusal("the file does not begin as a JPEG picture does")
    at, tables, size = 2, 0, (0, 0)
    while True:
        marker, at = _marker(data, at)
        if marker == _END:
            break
        body, at = _segment(data, at)
        if marker in _FRAMES:
            size = _size(body)
        elif marker in _TABLES:
            tables += 1
            if len(body) > _LARGEST_TABLE or tables > _MAX_TABLES:
                raise Refusal("the picture has larger tables than it needs", "hidden-part")
        elif marker == _SCAN:
            at = _skip_scan(data, at)
        else:
            _require_plain(marker, body)
    if at != len(data):
        raise Refusal(f"{len(data) - at} bytes follow the end of the picture", "hidden-part")
    width, height = size
    if not 0 < width * height <= MAX_PIXELS:
        raise Refusal(f"the picture has {width} x {height} pixels; at most {MAX_PIXELS} in all")
    return Document(parts=(Part(artefact=Image(width=width, height=height, media="image/jpeg")),))


def _marker(data: bytes, at: int) -> tuple[int, int]:
    if at + 2 > len(data):
        raise Refusal("the picture is cut short")
    if data[at] != _MARK:
        raise Refusal("there are bytes between the parts of the picture", "hidden-part")
    return data[at + 1], at + 2


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(data[at : at + 2], "big")
    end = at + length
    if length <= 1 or end > len(data):
        raise Refusal("the picture is cut short")
    return data[at + 2 : end], end


def _size(body: bytes) -> tuple[int, int]:
    return int.from_bytes(body[3:5], "big"), int.from_bytes(body[1:3], "big")


def _skip_scan(data: bytes, at: int) -> int:
    """Where the next part begins: a mark in the pixels is followed by 0 or by a restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] and data[at + 1] not in _RESTARTS:
            return at
        at += 2
    raise Refusal("the picture is cut short")


def _require_plain(marker: int, body: bytes) -> None:
    for known, begins, length in (_JFIF, _ADOBE):
        if marker == known and body.startswith(begins) and len(body) == length:
            return
    what = "a comment" if marker == _COMMENT else "metadata"
    reason = f"the picture holds {what} of {len(body)} bytes; save it without"
    raise Refusal(reason, "hidden-part")
