"""PNG bytes to the size of a picture, after looking for anything that is not picture."""

import struct
import zlib
from typing import Final

from output_checker.disclosure.readers.artefacts import Document, Image, Part
from output_checker.disclosure.readers.refusal import Refusal

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS: Final = 40_000_000
MAX_NOTE_BYTES: Final = 200
_HEADER_BYTES: Final = 13
CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Chunks that tell a viewer how to draw, with the most bytes each may have.
DRAWING: Final = {
    b"PLTE": 768, b"tRNS": 256, b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"sBIT": 4, b"bKGD": 6,
    b"pHYs": 9, b"tIME": 7, b"hIST": 512,
}  # fmt: skip


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    if not data.startswith(SIGNATURE):
        raise Refusal("the file does not begin as a PNG picture does")
    chunks = _chunks(data)
    name, header = chunks[0]
    if name != b"IHDR" or len(header) != _HEADER_BYTES:
        raise Refusal("the picture has no size")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    if not 0 < width * height <= MAX_PIXELS:
        raise Refusal(f"the picture has {width} x {height} pixels; at most {MAX_PIXELS} in all")
    if interlace or colour not in CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise Refusal("the picture is interlaced or has an unusual colour form; save it plain")
    _check_extras(chunks)
    line_bytes = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    _check_pixels(chunks, line_bytes * height)
    return Document(parts=(Part(artefact=Image(width=width, height=height)),))


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    chunks, at = [], len(SIGNATURE)
    while True:
        if at + 12 > len(data):
            raise Refusal("the picture is cut short")
        (length,) = struct.unpack_from(">I", data, at)
        name, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            raise Refusal("the picture is cut short")
        body = data[at + 8 : end - 4]
        if zlib.crc32(name + body) != struct.unpack_from(">I", data, end - 4)[0]:
            raise Refusal("a part of the picture does not match its checksum")
        chunks.append((name, body))
        at = end
        if name == b"IEND":
            break
    if at != len(data):
        raise Refusal(f"{len(data) - at} bytes follow the end of the picture", "hidden-part")
    return chunks


def _check_extras(chunks: list[tuple[bytes, bytes]]) -> None:
    seen: set[bytes] = set()
    for position, (name, body) in enumerate(chunks):
        if name != b"IDAT" and name in seen:
            raise Refusal(
                f"part {position + 1} of the picture is there twice; save it again",
                "hidden-part",
            )
        seen.add(name)
        if name == b"IDAT" or (name == b"IHDR" and position == 0) or (name, body) == (b"IEND", b""):
            continue
        if name in DRAWING and len(body) <= DRAWING[name]:
            continue
        is_maker = name == b"tEXt" and body.startswith(b"Software\0")
        if is_maker and len(body) <= MAX_NOTE_BYTES:
            continue
        raise Refusal(
            f"part {position + 1} of the picture holds {len(body)} bytes that are not drawn; "
            "save it without metadata",
            "hidden-part",
        )


def _check_pixels(chunks: list[tuple[bytes, bytes]], expected_bytes: int) -> None:
    inflate, count = zlib.decompressobj(), 0
    try:
        for name, body in chunks:
            rest = body if name == b"IDAT" else b""
            while rest and count <= expected_bytes:
                count += len(inflate.decompress(rest, 1 << 20))
                rest = inflate.unconsumed_tail
    except zlib.error:
        raise Refusal("the pixels cannot be unpacked") from None
    if count != expected_bytes or not inflate.eof or inflate.unused_data:
        raise Refusal("the pixel data is not as long as the picture needs", "hidden-part")
