"""SVG: the words on a drawing, its marks and lines by coordinates, and what it does not draw."""

import base64
import binascii
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from output_checker.disclosure.readers import drawn_styles, nested, xml_words
from output_checker.disclosure.readers.artefacts import (
    Document,
    Image,
    Note,
    NoteKind,
    Part,
    Text,
)
from output_checker.disclosure.readers.drawn import SHAPES, Matrix, Point, given_as, transform
from output_checker.disclosure.readers.marks import Marks
from output_checker.disclosure.readers.refusal import Refusal

MAX_ELEMENTS: Final = 200_000
_PICTURE: Final = re.compile(r"data:image/(png|jpeg);base64,(.*)", re.DOTALL)


@dataclass(slots=True, kw_only=True)
class _Element:
    name: str
    given: dict[str, str]
    place: Matrix
    axes: str
    tick: str
    is_defined: bool
    is_unseen: bool
    paint: dict[str, str]
    words: list[str] = field(default_factory=list)


def warm() -> None:
    expat.ParserCreate("utf-8")


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    drawing = _Drawing()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = drawing.start
    parser.EndElementHandler = drawing.end
    parser.CharacterDataHandler = drawing.say
    parser.CommentHandler = drawing.comment
    parser.ProcessingInstructionHandler = drawing.instruct
    parser.EntityDeclHandler = _refuse_entities
    parser.XmlDeclHandler = xml_words.require_encoding
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Refusal(f"line {error.lineno} is not XML") from None
    if not drawing.is_svg:
        raise Refusal("this is XML, and no drawing")
    return drawing.document()


def _refuse_entities(*_: object) -> None:
    raise Refusal("the drawing defines words of its own (entities); save it plain", "hidden-part")


class _Drawing:
    """What is met from the first element to the last; nothing is run or fetched."""

    def __init__(self) -> None:
        self.is_svg = False
        self._open: list[_Element] = []
        self._count = 0
        self._axes: dict[str, Marks] = defaultdict(Marks)
        self._lines: list[str] = []
        self._parts: list[Part] = []
        self._notes: list[Note] = []
        self._unseen = 0
        self._noted: set[drawn_styles.Remark] = set()
        self._styles: set[str] = set()

    def document(self) -> Document:
        parts = [
            Part(artefact=figure, place=name or "points")
            for name, axes in self._axes.items()
            if (figure := axes.figure()) is not None
        ]
        # The drawing as people see it, before its points as programs see them.
        parts.insert(0, Part(artefact=Image(width=0, height=0, media="image/svg+xml")))
        if self._lines:
            parts.append(Part(artefact=Text(text="\n".join(self._lines)), place="words"))
        if self._unseen:
            reason = f"{self._unseen} elements are there and not drawn"
            self._notes.append(Note(kind=NoteKind.HIDDEN, reason=reason))
        return Document(parts=(*parts, *self._parts), notes=tuple(self._notes))

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise Refusal(f"more than {MAX_ELEMENTS} elements; publish a simpler drawing")
        name = tag.rpartition(":")[2]
        self.is_svg |= self._count == 1 and name == "svg"
        element = self._opened(name, given)
        self._open.append(element)
        self._look(element)
        if not element.is_defined:
            self._draw(element)

    def _opened(self, name: str, given: dict[str, str]) -> _Element:
        parent = self._open[-1] if self._open else None
        place = parent.place if parent else Matrix()
        if "transform" in given:
            place = place.then(transform(given["transform"]))
        own = given.get("id", "")
        style = {key: one.strip().lower() for key, one in given.items() if key in _STYLES}
        style |= dict(drawn_styles.declarations(given.get("style", "")))
        paint = parent.paint if parent else {}
        if style:
            paint = paint | {
                key: style[key]
                for key in drawn_styles.PAINT & style.keys()
                if style[key] != "inherit"
            }
        return _Element(
            name=name,
            given=given,
            place=place,
            axes=own if own.startswith("axes_") else parent.axes if parent else "",
            tick=own if own[1:].startswith("tick_") else parent.tick if parent else "",
            is_defined=name in _DEFINING or bool(parent and parent.is_defined),
            is_unseen=_is_unseen(name, style, paint) or bool(parent and parent.is_unseen),
            paint=paint,
        )

    def end(self, _tag: str) -> None:
        element = self._open.pop()
        words = _plain("".join(element.words))
        if not words:
            return
        if element.name == "script":
            self._notes.append(Note(kind=NoteKind.CODE, reason="a script, which nobody can check"))
        elif element.name == "style":
            self._style("".join(element.words), element.given)
        else:
            self._lines.append(words)
        if element.tick:
            self._axes[element.axes].word(element.tick, words)
        elif element.name in ("text", "tspan"):
            self._axes[element.axes].label(words, _anchor(element))

    def say(self, text: str) -> None:
        if self._open:
            self._open[-1].words.append(text)

    def comment(self, text: str) -> None:
        """Where letters are drawn as paths, matplotlib says in a comment what they spell."""
        self._lines += [plain for line in text.splitlines() if (plain := _plain(line))]
        if self._open and self._open[-1].tick:
            self._axes[self._open[-1].axes].word(self._open[-1].tick, _plain(text))

    def instruct(self, _target: str, text: str) -> None:
        """A style sheet that lies elsewhere, or a word to some program."""
        self._note((NoteKind.EXTERNAL, "an instruction to the program that shows the drawing"))
        self._lines.append(_plain(text))

    def _style(self, text: str, given: dict[str, str]) -> None:
        for remark in drawn_styles.sheet(text):
            self._note(remark)
        if given.get("media", "all") != "all":
            self._note((NoteKind.HIDDEN, "a style for some screens only"))
        self._lines += [plain for line in text.splitlines() if (plain := _plain(line))]

    def _note(self, remark: drawn_styles.Remark) -> None:
        """Once, however many elements it is about."""
        if remark not in self._noted:
            self._noted.add(remark)
            self._notes.append(Note(kind=remark[0], reason=remark[1]))

    def _styled(self, name: str, value: str) -> None:
        """The style of an element, or an attribute that is one; each different one once."""
        text = value if name == "style" else f"{name}:{value}"
        if text in self._styles:
            return
        self._styles.add(text)
        is_whole = name == "style"
        said = drawn_styles.inline(value) if is_whole else drawn_styles.attribute(name, value)
        for remark in said:
            self._note(remark)
        self._lines += [plain for one in drawn_styles.said(text) if (plain := _plain(one))]

    def _look(self, element: _Element) -> None:
        """At what is carried rather than drawn."""
        if element.is_unseen and not element.is_defined:
            self._unseen += 1
        if element.name == "foreignObject":
            reason = "a page within the drawing, which cannot be read"
            self._notes.append(Note(kind=NoteKind.HIDDEN, reason=reason))
        if element.name in _MOVING:
            self._note((NoteKind.HIDDEN, "elements change while they are shown"))
        for name, value in element.given.items():
            plain = name.rpartition(":")[2]
            if plain.startswith("on"):
                reason = "an element runs a script"
                self._notes.append(Note(kind=NoteKind.CODE, reason=reason))
            elif plain == "style" or plain in drawn_styles.PRESENTATION:
                self._styled(plain, value)
            elif plain.startswith("data-") or plain in _SAYING:
                self._lines.append(value)
            elif plain == "href" and not value.startswith("#"):
                self._link(element, value)

    def _link(self, element: _Element, value: str) -> None:
        found = _PICTURE.fullmatch(value.strip())
        if found is None:
            kind = NoteKind.HIDDEN if value.startswith("data:") else NoteKind.EXTERNAL
            self._notes.append(
                Note(kind=kind, reason=f"a link of <{_NAMES.get(element.name, '')}>")
            )
            return
        try:
            data = base64.b64decode("".join(found[2].split()), validate=True)
        except (binascii.Error, ValueError):
            raise Refusal("a picture in the drawing cannot be decoded") from None
        document = nested.read(found[1], data, f"picture {len(self._parts) + 1}")
        self._parts += document.parts
        self._notes += document.notes

    def _draw(self, element: _Element) -> None:
        if element.name not in SHAPES:
            return
        points = [element.place.at(*point) for point in SHAPES[element.name](element.given)]
        axes = self._axes[element.axes]
        if element.tick and element.name == "use":
            axes.tick(element.tick, points[0])
        else:
            # Marks of one kind lie side by side, or each in a group of its own.
            axes.put(points, (len(self._open), element.name))


_DEFINING: Final = frozenset({"defs", "clipPath", "marker", "symbol", "pattern", "mask"})
_STYLES: Final = drawn_styles.PAINT | {"display", "visibility", "opacity"}
_LETTERS: Final = frozenset({"text", "tspan", "textPath"})
_MOVING: Final = frozenset(
    {"set", "animate", "animateColor", "animateMotion", "animateTransform", "discard"}
)
_SAYING: Final = frozenset({"aria-label", "desc", "title", "alt"})
_NAMES: Final = {name: name for name in ("a", "image", "use", "script", "feImage", "style")}


def _is_unseen(name: str, style: dict[str, str], paint: dict[str, str]) -> bool:
    """By its own style, or by paint that it was given by what it is in."""
    if style and drawn_styles.is_unseen(style):
        return True
    if name in _LETTERS:
        return drawn_styles.is_tiny(paint) or not drawn_styles.is_painted(paint)
    return drawn_styles.is_faded(style) and not drawn_styles.is_painted(paint)


def _anchor(element: _Element) -> Point:
    """The middle of a word, as far as the file tells how wide it is."""
    x, y, width = given_as(element.given, "x", "y", "textLength")
    anchor = element.given.get("text-anchor", "") + element.given.get("style", "")
    if width and "middle" not in anchor:
        x += -width / 2 if "end" in anchor else width / 2
    return element.place.at(x, y)


def _plain(text: str) -> str:
    """On one line, with the minus that computers write."""
    return " ".join(text.split()).replace("\N{MINUS SIGN}", "-")
