"""Pages of a PDF as pictures of them, by PDFium, where it is installed.

It draws within the confined process: it finds no font beyond the file's and its own, and no forms
or scripts are followed.
"""

import ctypes
import struct
import time
import zlib
from functools import cache
from typing import Any, Final

from output_checker.disclosure.readers.artefacts import Image

MAX_PAGES: Final = 50
MAX_PIXELS: Final = 1_500_000
MAX_BYTES: Final = 24 * 1024**2
_SECONDS: Final = 4.0
# Of a dot to the point, of which 72 are an inch.
_SCALE: Final = 1.5
_WHITE: Final = (255, 255, 255, 255)
_COLOURS: Final = 3
_kept: list[Any] = []


def warm(smallest: bytes) -> None:
    """Args: smallest: A PDF that is drawn once, so that nothing is left to be loaded."""
    library = _library()
    if library is None:
        return
    if not _kept:
        _kept.append(_no_fonts(library.raw))
        library.raw.FPDF_SetSystemFontInfo(ctypes.byref(_kept[0]))
    pictures(smallest)


def pictures(data: bytes) -> dict[int, Image]:
    """Pages by their number from 1: none where the library is not there, or cannot draw them."""
    library = _library()
    found: dict[int, Image] = {}
    if library is None:
        return found
    ends_at = time.monotonic() + _SECONDS
    size = 0
    try:
        document = library.PdfDocument(data)
        for at in range(min(len(document), MAX_PAGES)):
            if time.monotonic() > ends_at or size > MAX_BYTES:
                break
            found[at + 1] = _picture(document[at])
            size += len(found[at + 1].content)
    except (library.PdfiumError, ValueError):
        return found
    return found


@cache
def _library() -> Any:
    """Looked for once, by `warm`: in the confined process nothing can be."""
    try:
        import pypdfium2
    except ImportError:
        return None
    return pypdfium2


def _picture(page: Any) -> Image:
    width, height = page.get_size()
    fitting = (MAX_PIXELS / max(width * height, 1.0)) ** 0.5
    drawn = page.render(
        scale=min(_SCALE, fitting), rev_byteorder=True, fill_color=_WHITE, may_draw_forms=False
    )
    content = _png(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride, drawn.n_channels)
    return Image(width=drawn.width, height=drawn.height, content=content)


def _png(data: bytes, width: int, height: int, stride: int, channels: int) -> bytes:
    """Bytes of red, green and blue, and maybe one that says nothing, as a PNG file."""
    rows = bytearray()
    for at in range(height):
        row = data[at * stride : at * stride + width * channels]
        plain = bytearray(width * _COLOURS)
        for colour in range(_COLOURS):
            plain[colour::_COLOURS] = row[colour::channels]
        rows += b"\0" + plain
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(rows), 4)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _no_fonts(raw: Any) -> Any:
    """What tells of the machine's fonts: there are none, so no file is looked for."""
    kind = raw.FPDF_SYSFONTINFO
    types = dict(kind._fields_)
    answers: dict[str, Any] = {
        name: types[name](lambda *_: None) for name in ("Release", "EnumFonts", "DeleteFont")
    }
    answers |= {
        name: types[name](lambda *_: 0)
        for name in ("MapFont", "GetFont", "GetFontData", "GetFaceName", "GetFontCharset")
    }
    return kind(version=1, **answers)
