"""Pictures of a PDF as checkers can look at them: JPEG as it lies there, others written as PNG."""

import struct
import zlib
from typing import Any, Final

from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    StreamObject,
)

from output_checker.disclosure.readers import nested
from output_checker.disclosure.readers.artefacts import Document, Image, Note, NoteKind, Part
from output_checker.disclosure.readers.pdf_values import value, values, whole
from output_checker.disclosure.readers.png_pictures import MAX_PIXELS, SIGNATURE
from output_checker.disclosure.readers.refusal import Refusal

_SHORT: Final = {
    "/W": "/Width", "/H": "/Height", "/BPC": "/BitsPerComponent", "/CS": "/ColorSpace",
    "/F": "/Filter", "/DP": "/DecodeParms", "/IM": "/ImageMask", "/D": "/Decode",
    "/Fl": "/FlateDecode", "/AHx": "/ASCIIHexDecode", "/A85": "/ASCII85Decode",
    "/LZW": "/LZWDecode", "/RL": "/RunLengthDecode", "/DCT": "/DCTDecode",
    "/CCF": "/CCITTFaxDecode", "/G": "/DeviceGray", "/RGB": "/DeviceRGB", "/CMYK": "/DeviceCMYK",
    "/I": "/Indexed",
}  # fmt: skip
_UNPACKED: Final = frozenset({
    "/FlateDecode", "/LZWDecode", "/RunLengthDecode", "/ASCIIHexDecode", "/ASCII85Decode",
})  # fmt: skip
_CHANNELS: Final = {"/DeviceGray": 1, "/CalGray": 1, "/DeviceRGB": 3, "/CalRGB": 3}
_GREY, _RGB, _BY_PALETTE = 0, 2, 3
_KINDS: Final = {1: _GREY, 3: _RGB}
_BITS: Final = (1, 2, 4, 8, 16)
_UNSHOWN: Final = "a picture of a kind that cannot be shown here"


def read(found: Any, place: str) -> Document:
    """The picture, and the one that says where one sees through it."""
    picture = _inline(found) if isinstance(found, dict) and "settings" in found else found
    try:
        made = _read(picture, place)
    except Refusal as refused:
        return Document(notes=(Note(kind=_kind(refused), reason=refused.reason, place=place),))
    mask = value(picture, "/SMask")
    if isinstance(mask, StreamObject):
        behind = read(mask, f"{place}, where one sees through")
        made = Document(parts=(*made.parts, *behind.parts), notes=(*made.notes, *behind.notes))
    return made


def _kind(refused: Refusal) -> NoteKind:
    return NoteKind.HIDDEN if refused.rule == NoteKind.HIDDEN else NoteKind.UNREAD


def _inline(found: dict[str, Any]) -> StreamObject:
    """One that stands in the page's own code, by the names of one that stands by itself."""
    is_packed = bool({"/F", "/Filter"} & found["settings"].keys())
    made = EncodedStreamObject() if is_packed else DecodedStreamObject()
    for name, setting in found["settings"].items():
        made[_named(name)] = _named(setting)
    made._data = found["data"]  # noqa: SLF001 - as it lies in the file
    return made


def _named(setting: Any) -> Any:
    if isinstance(setting, ArrayObject):
        return ArrayObject([_named(one) for one in setting])
    if isinstance(setting, str) and setting in _SHORT:
        return type(setting)(_SHORT[setting])
    return setting


def _read(picture: StreamObject, place: str) -> Document:
    filters = value(picture, "/Filter", ArrayObject())
    names = values(filters) if isinstance(filters, ArrayObject) else [filters]
    if names == ["/DCTDecode"]:
        raw: bytes = picture._data  # noqa: SLF001 - as it lies in the file, not decoded
        return nested.read("jpeg", raw.rstrip(b"\r\n"), place)
    if not _UNPACKED.issuperset(map(str, names)):
        raise Refusal(_UNSHOWN)
    width, height = int(value(picture, "/Width")), int(value(picture, "/Height"))
    bits = 1 if value(picture, "/ImageMask") else int(value(picture, "/BitsPerComponent", 8))
    kind, palette = _colours(picture)
    if not 0 < width * height <= MAX_PIXELS or bits not in _BITS:
        raise Refusal(_UNSHOWN)
    data = picture.get_data()
    line_bytes = (width * (3 if kind == _RGB else 1) * bits + 7) // 8
    if len(data) > line_bytes * height + 2:
        reason = f"{len(data) - line_bytes * height} bytes of a picture are not drawn"
        raise Refusal(reason, NoteKind.HIDDEN)
    content = _png(data, (width, height), line_bytes, (bits, kind), palette)
    image = Image(width=width, height=height, content=content)
    return Document(parts=(Part(artefact=image, place=place),))


def _colours(picture: DictionaryObject) -> tuple[int, bytes]:
    """How PNG calls them, and a palette. Raises: Refusal."""
    if value(picture, "/ImageMask"):
        return _GREY, b""
    space = value(picture, "/ColorSpace")
    name = space[0] if isinstance(space, ArrayObject) else space
    if name == "/Indexed":
        base, looked = whole(space[1]), whole(space[3])
        if _channels(base) != len("RGB"):
            raise Refusal(_UNSHOWN)
        table = looked.get_data() if isinstance(looked, StreamObject) else looked
        if isinstance(table, str):
            table = getattr(table, "original_bytes", table.encode("latin-1", "replace"))
        most = 3 * (int(space[2]) + 1)
        if len(table) > most + 2:
            raise Refusal(f"{len(table) - most} bytes of a palette are not used", NoteKind.HIDDEN)
        return _BY_PALETTE, table[: most - most % 3]
    return _KINDS[_channels(space)], b""


def _channels(space: Any) -> int:
    name = space[0] if isinstance(space, ArrayObject) else space
    count = (
        int(value(whole(space[1]), "/N", 0)) if name == "/ICCBased" else _CHANNELS.get(str(name), 0)
    )
    if count not in _KINDS:
        raise Refusal(_UNSHOWN)
    return count


def _png(data: bytes, size: tuple[int, int], line_bytes: int, form: tuple[int, int],
         palette: bytes) -> bytes:  # fmt: skip
    data = data.ljust(line_bytes * size[1], b"\0")
    lines = b"".join(b"\0" + data[at : at + line_bytes]
                     for at in range(0, line_bytes * size[1], line_bytes))  # fmt: skip
    head = struct.pack(">IIBBBBB", *size, *form, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(lines, 1)), (b"IEND", b"")]
    if palette:
        chunks.insert(1, (b"PLTE", palette))
    return SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
