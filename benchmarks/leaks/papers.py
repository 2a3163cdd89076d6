"""PDF papers of one page, and where rows can be in them."""

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from xml.sax.saxutils import escape

from benchmarks.leaks.made import Row
from benchmarks.leaks.pictures import drawing
from benchmarks.leaks.shapes import PROSE, lines, padded, points

_PAGE: Final = 4


def paper(drawn: bytes, *, beside: Mapping[int, bytes] | None = None, about: bytes = b"") -> bytes:
    """A PDF of one page.

    Args: `beside` are other objects by number, from 6; `about` stands in the first of the file.
    """
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % about,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 1200 1200]/Contents 4 0 R"
           b"/Resources<</Font<</F 5 0 R>>>>>>",
        _PAGE: held(drawn),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>",
        **(beside or {}),
    }  # fmt: skip
    body, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in objects.items():
        places.append(b"%010d 00000 n \n" % len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    count, table = len(objects) + 1, len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n%b" % (count, b"".join(places))
    body += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, table)
    return bytes(body)


def changed(data: bytes, drawn: bytes) -> bytes:
    """The same with another page written behind it; the first is still in the file."""
    begins = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    at = len(data)
    content = b"%d 0 obj\n%b\nendobj\n" % (_PAGE, held(drawn))
    table = b"xref\n%d 1\n%010d 00000 n \n" % (_PAGE, at)
    return data + content + table + (
        b"trailer\n<</Size 6/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            begins, at + len(content)))  # fmt: skip


def held(data: bytes, about: bytes = b"") -> bytes:
    """A stream of a PDF."""
    packed = zlib.compress(data)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (
        about, len(packed), packed)  # fmt: skip


def printed(said: Sequence[str], *, mode: int = 0) -> bytes:
    """Lines of writing on a page, by how letters are drawn."""
    told = []
    for at, line in enumerate(said):
        plain = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        told.append(b"BT %d Tr /F 9 Tf 20 %d Td (%b) Tj ET" % (
            mode, 1180 - 12 * at, plain.encode("cp1252", "replace")))  # fmt: skip
    return b"\n".join(told)


def told(more: str) -> bytes:
    return printed([*PROSE, "", *more.splitlines()])


def drawn_paper(marks: Sequence[tuple[float, float]]) -> bytes:
    """The marks and ticks of the SVG drawing of the same points, on a page."""
    code = []
    for x, y in re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', (svg := drawing(marks).decode())):
        left, high = float(x) - 3, 500 - float(y)
        code.append(f"{left:.6f} {high - 3:.6f} m {left + 6:.6f} {high - 3:.6f} l "
                    f"{left + 3:.6f} {high + 3:.6f} l f")  # fmt: skip
    for x, y, right, low in re.findall(r'x1="(\d+)" y1="(\d+)" x2="(\d+)" y2="(\d+)"', svg):
        code.append(f"{x} {500 - int(y)} m {right} {500 - int(low)} l S")
    for x, y, said in re.findall(r'<text x="(\d+)" y="(\d+)"[^>]*>([^<]*)<', svg):
        wide = len(said) * 5.4
        at = int(x) - (wide / 2 if y == "470" else wide)
        code.append(f"BT /F 9 Tf {at:.2f} {500 - int(y)} Td ({said}) Tj ET")
    return paper("\n".join(code).encode())


def _attached(data: bytes) -> bytes:
    about = b"/Names<</EmbeddedFiles<</Names[(a)<</UF(a.csv)/EF<</F 6 0 R>>>>]>>>>"
    return paper(told(""), beside={6: held(data)}, about=about)


def _described(said: str) -> bytes:
    about = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf='
        '"http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>'
        f"{escape(said)}</dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    stream = held(about.encode(), b"/Type/Metadata/Subtype/XML")
    return paper(told(""), beside={6: stream}, about=b"/Metadata 6 0 R")


PAPERS: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("pdf", "listing"): lambda h, r: paper(told(padded(h, r))),
    ("pdf", "marks"): lambda h, r: drawn_paper(points(h, r)),
    ("pdf", "not drawn"): lambda h, r: paper(
        told("") + printed(padded(h, r).splitlines(), mode=3)),
    ("pdf", "attached"): lambda h, r: _attached(lines(h, r, ",").encode()),
    ("pdf", "stray"): lambda h, r: paper(
        told(""), beside={6: held(lines(h, r, ",").encode())}),
    ("pdf", "metadata"): lambda h, r: _described(lines(h, r, ",")),
    ("pdf", "earlier state"): lambda h, r: changed(paper(told(padded(h, r))), told("")),
    ("pdf", "remark"): lambda h, r: paper(told("")) + "".join(
        f"%{line}\n" for line in lines(h, r, ",").splitlines()).encode(),
}  # fmt: skip
