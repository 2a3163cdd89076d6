"""PDF: what its pages show, and everything else that it holds."""

import codecs
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import PurePath
from typing import Final

from pypdf import PdfReader
from pypdf._cmap import _predefined_cmap
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import StreamObject

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import (
    kinds,
    nested,
    pdf_bytes,
    pdf_pages,
    pdf_pictures,
    pdf_rendering,
    xml_words,
)
from output_checker.disclosure.readers.artefacts import (
    Document,
    Image,
    Note,
    NoteKind,
    Part,
    Text,
)
from output_checker.disclosure.readers.pdf_objects import Attached, Held, held
from output_checker.disclosure.readers.pdf_pages import Pages
from output_checker.disclosure.readers.pdf_values import value
from output_checker.disclosure.readers.refusal import Refusal

MAX_PAGES: Final = 300
_EOF: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_FORMAL: Final = frozenset({"/Creator", "/Producer", "/CreationDate", "/ModDate", "/Trapped"})
# What programs write of themselves into a file's metadata, by element.
_OF_PROGRAMS: Final = re.compile(
    r"(Creator|Create|Modify|Metadata)\w*|Producer|format|PDFVersion|part|conformance|"
    r"(Document|Instance|Original\w*)ID|about|xmptk|rev|lang|parseType|Trapped|keywords"
)
_CODECS: Final = (
    "utf-16-be", "utf-16be", "utf-16-le", "utf-16le", "utf-16", "latin-1", "ascii", "cp1252",
    "charmap", "utf-8", "utf8",
)  # fmt: skip
_PICTURE: Final = "/Image"
_SKETCHED: Final = "pages are shown by what was read of them and drawn anew, not as they are drawn"
_ALL_DRAWN: Final = "pages are shown as one program draws them, and others may differ"
_BROKEN: Final = (
    PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError,
    NotImplementedError, ArithmeticError, AssertionError,
)  # fmt: skip
_SMALLEST: Final = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R
/Resources<</Font<</F 5 0 R>>>>>>endobj
4 0 obj<</Length 36>>stream
BT /F 9 Tf (1) Tj ET 0 0 m 9 9 l S
endstream endobj
5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
trailer<</Root 1 0 R/Size 6>>
startxref
0
%%EOF
"""


def warm() -> None:
    # Fonts of one kind would be read by a library that is loaded when first met, if it is there.
    sys.modules.setdefault("fontTools.cffLib", None)  # type: ignore[arg-type]
    # A codec is opened on first use.
    for name in {*_CODECS, *_predefined_cmap.values()}:
        codecs.lookup(name)
    nested.warm()
    xml_words.warm()
    pdf_rendering.warm(_SMALLEST)
    read(_SMALLEST)


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    if not data.startswith(b"%PDF-"):
        raise Refusal("the file does not begin as PDF files do", NoteKind.POLYGLOT)
    with _mended() as mended:
        try:
            reader = PdfReader(BytesIO(data), strict=False)
            if reader.is_encrypted:
                raise Refusal("the file is encrypted", NoteKind.ENCRYPTED)
            document = _document(data, reader)
        except LimitReachedError:
            raise Refusal("the file unpacks to more than can be read") from None
        except _BROKEN:
            raise Refusal("the file is not built as PDF files are") from None
    if not mended:
        return document
    reason = (
        f"{len(mended)} things in it are not as they should be; programs differ in what they do"
    )
    return replace(document, notes=(*document.notes, Note(kind=NoteKind.UNREAD, reason=reason)))


class _Listener(logging.Handler):
    """Counts what the library warns of; what it says of it may quote the file."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[int] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.levelno)


@contextmanager
def _mended() -> Iterator[list[int]]:
    logger, listener = logging.getLogger("pypdf"), _Listener()
    before = logger.propagate
    logger.propagate = False
    logger.addHandler(listener)
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)
        logger.propagate = before


def _document(data: bytes, reader: PdfReader) -> Document:
    if len(reader.pages) > MAX_PAGES:
        raise Refusal(f"{len(reader.pages)} pages; at most {MAX_PAGES} can be checked")
    # Before pages are read, for reading changes what the library remembers of fonts.
    met = held(reader)
    pages = Pages(reader)
    drawn_pages = pdf_rendering.pictures(data)
    found = [
        _pictured(pages.read(page, f"page {at}"), drawn_pages.get(at), f"page {at}")
        for at, page in enumerate(reader.pages, start=1)
    ]
    reason = _ALL_DRAWN if len(drawn_pages) == len(reader.pages) else _SKETCHED
    found.append(Document(notes=(Note(kind=NoteKind.UNREAD, reason=reason),)))
    beside = pdf_bytes.beside(data, reader)
    for number in pages.drawn:
        drawn = reader.get_object(number)
        if isinstance(drawn, StreamObject) and value(drawn, "/Subtype") != _PICTURE:
            pdf_bytes.comments(beside, drawn.get_data())
    found += (_attached(one) for one in met.attached)
    found += (_stray(pages, one, f"object {number}") for number, one in met.streams.items()
              if number not in pages.drawn)  # fmt: skip
    found.append(_told(reader, met))
    found.append(Document(
        parts=(*_text(beside.words, "between the parts", "what no program shows"),),
        notes=(*beside.notes(),),
    ))  # fmt: skip
    found += _earlier(data)
    return Document(
        parts=tuple(part for one in found for part in one.parts),
        notes=tuple(note for one in found for note in one.notes),
    )


def _pictured(page: Document, drawn: Image | None, place: str) -> Document:
    """With the picture of a page in place of what was drawn anew of it."""
    if drawn is None:
        return page
    sketch = pdf_pages.sketch_place(place)
    parts = [part for part in page.parts if part.place != sketch]
    picture = Part(artefact=drawn, place=f"{place}, as it looks")
    return replace(page, parts=(picture, *parts))


def _text(lines: list[str], place: str, hidden: str = "") -> Iterator[Part]:
    if any(line.strip() for line in lines):
        yield Part(artefact=Text(text="\n".join(lines)), place=place, hidden=hidden)


def _told(reader: PdfReader, met: Held) -> Document:
    """Words and numbers that stand beside the pages."""
    notes = [Note(kind=kind, reason=f"{count} times: {reason}")
             for (kind, reason), count in met.said.items()]  # fmt: skip
    said = [f"{name.strip('/')}: {value}" for name, value in (reader.metadata or {}).items()
            if name not in _FORMAL and str(value).strip()]  # fmt: skip
    for one in met.metadata:
        said += _metadata(one)
    if said:
        reason = "it says more of itself than which program wrote it"
        notes.append(Note(kind=NoteKind.METADATA, reason=reason))
    parts = (
        *_text(said, "metadata"),
        *_text(met.words, "words beside the pages"),
        *_text(met.numbers, "numbers beside the pages", "a list of numbers that no page shows"),
    )
    return Document(parts=parts, notes=tuple(notes))


def _metadata(stream: StreamObject) -> list[str]:
    try:
        root = xml_words.tree(stream.get_data().strip(b"\0 \r\n"))
    except Refusal:
        return [stream.get_data().decode("utf-8", "replace")]
    told = [value for name, value in xml_words.values(root.root)
            if value.strip() and not _OF_PROGRAMS.fullmatch(name)]  # fmt: skip
    return [*told, *(one for one in root.asides if not one.startswith("xpacket"))]


def _attached(one: Attached) -> Document:
    place = f"attached {PurePath(one.name).suffix.lower() or 'file'}"
    try:
        document = nested.read(kinds.kind_of(one.name).name, one.stream.get_data(), place)
    except (Unreadable, Refusal) as refused:
        reason = f"an attached file cannot be read: {refused.reason}"
        return Document(notes=(Note(kind=NoteKind.HIDDEN, reason=reason, place=place),))
    return _hidden(document, "a file that is attached")


def _hidden(document: Document, why: str) -> Document:
    return replace(
        document, parts=tuple(replace(one, hidden=one.hidden or why) for one in document.parts)
    )


def _stray(pages: Pages, one: StreamObject, place: str) -> Document:
    """Of a stream that no page draws: what it would look like, or what it says."""
    why = "something that no page shows"
    notes = (Note(kind=NoteKind.HIDDEN, reason=why, place=place),)
    if value(one, "/Subtype") == _PICTURE:
        found = pdf_pictures.read(one, place)
    elif value(one, "/Subtype") == "/Form":
        found = pages.form(one, place)
    else:
        found = _sniffed(one.get_data(), place)
    return replace(_hidden(found, why), notes=(*found.notes, *notes))


def _sniffed(data: bytes, place: str) -> Document:
    kind = next((one for one in kinds.KINDS if one.begins and data.startswith(one.begins)), None)
    try:
        return nested.read(kind.name if kind else "text", data, place)
    except Refusal:
        return Document()


def _earlier(data: bytes) -> Iterator[Document]:
    """What the file was before something was written behind it."""
    # A file that is laid out for the web begins with a place that is 0.
    ends = [one.end() for one in _EOF.finditer(data) if int(one[1])][:-1]
    if not ends:
        return
    reason = f"{len(ends)} earlier states of the file are still in it"
    yield Document(notes=(Note(kind=NoteKind.HIDDEN, reason=reason),))
    try:
        # Which tells of those before.
        found = nested.read("pdf", data[: ends[-1]], "an earlier state")
    except Refusal:
        return
    yield _hidden(found, "an earlier state of the file")
