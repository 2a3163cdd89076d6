"""One page of a PDF: its words, drawings, pictures and notes, and what of them nobody sees."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from output_checker.disclosure.readers import pdf_drawings, pdf_pictures, pdf_sketch
from output_checker.disclosure.readers.artefacts import (
    Document,
    Image,
    Note,
    NoteKind,
    Part,
    Text,
)
from output_checker.disclosure.readers.drawn import Matrix
from output_checker.disclosure.readers.pdf_pen import Pen
from output_checker.disclosure.readers.pdf_states import Box, around
from output_checker.disclosure.readers.pdf_values import numbers, references, value, values
from output_checker.disclosure.readers.pdf_words import Word, laid_out, lines

# Bits of an annotation: it is not shown, or not on a screen.
_NOT_SHOWN: Final = 0b100010
_A4: Final = (0, 0, 595, 842)


class Pages:
    """Attributes: `drawn` are the numbers of the streams that pages draw."""

    def __init__(self, reader: PdfReader) -> None:
        self.drawn: set[int] = set()
        self._reader = reader
        self._off = frozenset(_switched_off(reader))

    def read(self, page: DictionaryObject, place: str) -> Document:
        """Raises: Refusal."""
        box = _box(page)
        pen = Pen(self._reader, box, self._off, self.drawn)
        contents = value(page, "/Contents")
        if isinstance(contents, StreamObject | ArrayObject):
            self._draws(page.raw_get("/Contents"))
            pen.follow(contents, value(page, "/Resources"))
        for annotation in values(page.get("/Annots")):
            _annotate(pen, annotation)
        return _document(pen, box, place)

    def form(self, form: StreamObject, place: str) -> Document:
        """What no page draws, as it would be drawn."""
        left, low, right, high = numbers(form.get("/BBox")) or _A4
        box = around([(left, low), (right, high)])
        pen = Pen(self._reader, box, self._off, self.drawn)
        pen.within(form, "")
        return _document(pen, box, place)

    def _draws(self, contents: Any) -> None:
        if isinstance(contents, IndirectObject):
            self.drawn.add(contents.idnum)
        self.drawn.update(one.idnum for one in references(contents))


def _switched_off(reader: PdfReader) -> Iterator[int]:
    """Layers that are off when the file is opened."""
    layers = value(reader.root_object, "/OCProperties")
    if not isinstance(layers, DictionaryObject):
        return
    default = value(layers, "/D", DictionaryObject())
    off = references(default.get("/OFF"))
    if value(default, "/BaseState") == "/OFF":
        on = {one.idnum for one in references(default.get("/ON"))}
        off += (one for one in references(layers.get("/OCGs")) if one.idnum not in on)
    yield from (one.idnum for one in off)


def _box(page: DictionaryObject) -> Box:
    """What is shown of the page."""
    held = numbers(page.get("/CropBox")) or numbers(page.get("/MediaBox")) or _A4
    left, low, right, high = held
    return min(left, right), min(low, high), max(left, right), max(low, high)


def _annotate(pen: Pen, annotation: DictionaryObject) -> None:
    """Draw what an annotation, such as a field of a form, looks like."""
    looks = value(annotation, "/AP")
    if not isinstance(looks, DictionaryObject) or "/Rect" not in annotation:
        return
    left, low, *_ = numbers(annotation["/Rect"])
    for name in looks:
        shown: Any = looks[name]
        each = [shown] if isinstance(shown, StreamObject) else [shown[one] for one in shown]
        for form in each:
            if isinstance(form, StreamObject):
                hidden = name != "/N" or bool(int(value(annotation, "/F", 0)) & _NOT_SHOWN)
                pen.annotate(form, Matrix(e=left, f=low), is_hidden=hidden)


def _document(pen: Pen, box: Box, place: str) -> Document:
    words = pen.writing.words
    hidden = pdf_drawings.unseen(words, pen.strokes, pen.pictures)
    seen = [word for at, word in enumerate(words) if at not in hidden]
    shown = lines(seen)
    parts = [*_sketch(pen, seen, box, place), *_text(shown, place, "")]
    labels = [word for line in shown for word in line]
    drawn = pdf_drawings.figures(pen.strokes, labels, pen.writing.marks, box)
    parts += (Part(artefact=figure, place=f"{place}, points") for figure in drawn)
    beneath = lines([word for at, word in enumerate(words) if at in hidden])
    parts += _text(beneath, place, "text that the page does not show")
    notes = [*_notes(pen, place)]
    if not any(isinstance(part.artefact, Image) for part in parts):
        reason = "the page has too much on it to be drawn anew for a checker"
        notes.append(Note(kind=NoteKind.UNREAD, reason=reason, place=place))
    each = {id(one.picture): one for one in pen.pictures}
    each |= {id(one.picture): one for one in pen.pictures if not one.unseen}
    for number, one in enumerate(each.values(), start=1):
        found = pdf_pictures.read(one.picture, f"{place}, picture {number}")
        why = "a picture that the page does not show" if one.unseen else ""
        parts += (Part(artefact=part.artefact, place=part.place, hidden=why)
                  for part in found.parts)  # fmt: skip
        notes += found.notes
    return Document(parts=tuple(parts), notes=tuple(notes))


def _sketch(pen: Pen, seen: Sequence[Word], box: Box, place: str) -> Iterator[Part]:
    drawn = pdf_sketch.sketch(pen, seen, box)
    if drawn is not None:
        yield Part(artefact=drawn, place=sketch_place(place))


def sketch_place(place: str) -> str:
    """Where a page is told to be that was drawn from what was read of it."""
    return f"{place}, drawn anew"


def _text(found: Sequence[Sequence[Word]], place: str, hidden: str) -> Iterator[Part]:
    text = "\n".join(laid_out(line) for line in found)
    if text:
        yield Part(artefact=Text(text=text), place=place, hidden=hidden)


def _notes(pen: Pen, place: str) -> Iterator[Note]:
    for count, kind, reason in (
        (pen.writing.unsaid, NoteKind.UNREAD, "strokes of writing do not say what they spell"),
        (pen.writing.contradicting, NoteKind.HIDDEN, "fonts say otherwise than they draw"),
        (pen.unknown, NoteKind.UNREAD, "strokes are drawn in a way that is not followed here"),
    ):
        if count:
            yield Note(kind=kind, reason=f"{count} {reason}", place=place)
