"""Pictures and drawings, and what can be in them beside what is seen."""

import html
import io
import json
import struct
import zlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from PIL import Image, ImageDraw

from benchmarks.leaks.made import Row
from benchmarks.leaks.shapes import lines, padded, points, records

_SIZE: Final = (640, 480)
_MOST_IN_A_SEGMENT: Final = 60_000
_BARS: Final = ((0, 410.0), (1, 320.0), (2, 505.0), (3, 221.0))


def drawing(marks: Sequence[tuple[float, float]], inside: str = "") -> bytes:
    """Points between two axes with numbers."""

    def scale(values: Sequence[float], length: float) -> tuple[float, float]:
        low, high = min(values), max(values)
        return low, length / ((high - low) or 1)

    (left, wide), (low, tall) = (scale(one, 400) for one in zip(*marks, strict=True))
    drawn = "".join(
        f'<circle cx="{50 + (x - left) * wide:.6f}" cy="{450 - (y - low) * tall:.6f}" r="3"/>'
        for x, y in marks
    )
    ticks = []
    for part in range(5):
        at = part * 100
        x, y = left + at / wide, low + at / tall
        ticks.append(f'<line x1="{50 + at}" y1="450" x2="{50 + at}" y2="455"/>'
                     f'<text x="{50 + at}" y="470" text-anchor="middle">{x:.8g}</text>'
                     f'<line x1="45" y1="{450 - at}" x2="50" y2="{450 - at}"/>'
                     f'<text x="40" y="{454 - at}" text-anchor="end">{y:.8g}</text>')  # fmt: skip
    return ('<svg xmlns="http://www.w3.org/2000/svg" width="500" height="500">'
            f'{drawn}{"".join(ticks)}{inside}</svg>').encode()  # fmt: skip


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(text: str = "", kind: bytes = b"tEXt") -> bytes:
    """A grey square, with a text beside the pixels if there is one."""
    size = 24
    pixels = zlib.compress(b"".join(b"\0" + b"\x80" * size for _ in range(size)))
    told = text.encode("latin-1", "replace")
    body = {b"tEXt": b"Comment\0" + told, b"zTXt": b"Comment\0\0" + zlib.compress(told),
            b"iTXt": b"Comment\0\0\0\0\0" + told, b"eXIf": told}[kind]  # fmt: skip
    shape = struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", shape) + (chunk(kind, body) if text else b"")
            + chunk(b"IDAT", pixels) + chunk(b"IEND", b""))  # fmt: skip


def bars(chance: Random) -> Image.Image:
    """A plot of a few groups, as plotting programs paint one."""
    picture = Image.new("RGB", _SIZE, "white")
    pen = ImageDraw.Draw(picture)
    pen.line([(60, 20), (60, 440), (620, 440)], fill="black", width=2)
    for at in range(6):
        top = chance.randint(60, 400)
        pen.rectangle([80 + at * 88, top, 140 + at * 88, 439], fill=(31, 119, 180))
        pen.text((95 + at * 88, top - 14), str(440 - top), fill="black")
    return picture


def painted(picture: Image.Image, form: str, **options: object) -> bytes:
    held = io.BytesIO()
    picture.save(held, form, **options)
    return held.getvalue()


def in_low_bits(picture: Image.Image, said: bytes) -> Image.Image:
    """The text in the lowest bit of each value of a pixel."""
    values = bytearray(picture.tobytes())
    bits = [byte >> place & 1 for byte in struct.pack(">I", len(said)) + said
            for place in range(7, -1, -1)]  # fmt: skip
    for at, bit in enumerate(bits[: len(values)]):
        values[at] = values[at] & 254 | bit
    return Image.frombytes(picture.mode, picture.size, bytes(values))


def jpeg(comment: str = "", kind: int = 0xFE, behind: bytes = b"") -> bytes:
    data = painted(bars(Random(4)), "JPEG")
    body = comment.encode()[:_MOST_IN_A_SEGMENT]
    segment = struct.pack(">BBH", 0xFF, kind, len(body) + 2) + body if body else b""
    return data[:2] + segment + data[2:] + behind


PICTURES: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("svg", "marks"): lambda h, r: drawing(points(h, r)),
    ("svg", "remark"): lambda h, r: drawing(_BARS, f"<!-- {padded(h, r)} -->"),
    ("svg", "metadata"): lambda h, r: drawing(
        _BARS, f"<metadata>{html.escape(lines(h, r, ','))}</metadata>"),
    ("svg", "attribute"): lambda h, r: drawing(
        _BARS, f"<g data-kept='{html.escape(json.dumps(records(h, r)))}'/>"),
    ("png", "text beside pixels"): lambda h, r: png(lines(h, r, ",")),
    ("png", "packed text"): lambda h, r: png(lines(h, r, ","), b"zTXt"),
    ("png", "EXIF"): lambda h, r: png(lines(h, r, ","), b"eXIf"),
    ("png", "behind the end"): lambda h, r: png() + lines(h, r, ",").encode(),
    ("jpg", "comment"): lambda h, r: jpeg(lines(h, r, ",")),
    ("jpg", "EXIF"): lambda h, r: jpeg("Exif\0\0" + lines(h, r, ","), 0xE1),
    ("jpg", "behind the end"): lambda h, r: jpeg(behind=lines(h, r, ",").encode()),
}  # fmt: skip
