"""Follows the strokes of a PDF page: where it writes, draws lines and puts pictures."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, StreamObject

from output_checker.disclosure.readers.drawn import Matrix
from output_checker.disclosure.readers.pdf_paths import MOVES, Path, Stroke
from output_checker.disclosure.readers.pdf_states import (
    Box,
    State,
    around,
    both,
    colour,
    holds,
    is_box,
    middle,
)
from output_checker.disclosure.readers.pdf_values import numbers, references, value, values, whole
from output_checker.disclosure.readers.pdf_writing import Writing
from output_checker.disclosure.readers.refusal import Refusal

MAX_OPERATIONS: Final = 1_000_000
MAX_DEEP: Final = 12
_SOLID: Final = 0.95
_BOUNDS_OF_MARK: Final = 60.0
_FILLS: Final = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_LINES: Final = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
_PAINTS: Final = _FILLS | _LINES
_FILLED_WITH: Final = frozenset({b"g", b"rg", b"k", b"sc", b"scn"})
_LINED_WITH: Final = frozenset({b"G", b"RG", b"K", b"SC", b"SCN"})
# How lines and their ends look, colour spaces, and what only marks places.
_HARMLESS: Final = frozenset({
    b"J", b"j", b"M", b"d", b"ri", b"i", b"CS", b"cs", b"ET", b"MP", b"DP", b"BX", b"EX", b"d0",
    b"d1",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A picture, and where the page puts it."""

    picture: Any
    box: Box
    order: int
    unseen: bool


class Pen:
    """What one page draws.

    Attributes:
        unknown: How many strokes this does not follow, such as shadings.

    Args: `off` are the numbers of layers; to `drawn` are added those of streams that are drawn.
    """

    def __init__(self, reader: PdfReader, page: Box, off: frozenset[int], drawn: set[int]) -> None:
        self.writing = Writing(page)
        self.strokes: list[Stroke] = []
        self.pictures: list[Placed] = []
        self.unknown = 0
        self._reader = reader
        self._page = page
        self._off = off
        self._drawn = drawn
        self._order = 0
        self._state = State(clip=page)
        self._kept: list[State] = []
        self._path = Path(page)
        self._clips = False
        self._layers: list[bool] = []
        self._inside: list[str] = []
        self._resources: Any = None
        self._patterns: dict[int, Any] = {}
        self._parsed: dict[int, tuple[Any, list[tuple[Any, bytes]]]] = {}

    def follow(self, contents: Any, resources: Any) -> None:
        """Raises: Refusal."""
        outside, kept = self._resources, self._kept
        self._resources, self._kept = resources, []
        if id(contents) not in self._parsed:
            operations = ContentStream(contents, self._reader, "bytes").operations
            self._parsed[id(contents)] = contents, operations
        for given, name in self._parsed[id(contents)][1]:
            self._order += 1
            if self._order > MAX_OPERATIONS:
                raise Refusal(f"more than {MAX_OPERATIONS} strokes; publish a simpler drawing")
            self._do(name, given)
        self._resources, self._kept = outside, kept

    def within(self, form: Any, name: str, matrix: Matrix | None = None) -> None:
        """A drawing in the drawing."""
        if len(self._inside) >= MAX_DEEP:
            raise Refusal(f"drawings lie in drawings more than {MAX_DEEP} deep")
        state, layers = self._state, self._layers
        own = Matrix(*numbers(form.get("/Matrix")))
        self._state = replace(state, matrix=(matrix or state.matrix).then(own))
        if "/BBox" in form:
            left, low, right, high = numbers(form["/BBox"])
            corners = [self._state.matrix.at(x, y) for x in (left, right) for y in (low, high)]
            # A mark that is drawn again and again has bounds of its own at each place.
            bounds = around(corners)
            if max(bounds[2] - bounds[0], bounds[3] - bounds[1]) > _BOUNDS_OF_MARK:
                self._state.clip = both(state.clip, bounds)
        self._layers = [*layers, self._is_off(form)]
        self._inside.append(name)
        self.follow(form, value(form, "/Resources", self._resources))
        self._inside.pop()
        self._state, self._layers = state, layers

    def annotate(self, form: Any, at: Matrix, *, is_hidden: bool) -> None:
        """What an annotation looks like, at a place of the page."""
        self._note(form)
        self._layers = [is_hidden]
        self._state = State(clip=self._page)
        self.within(form, "", at)
        self._layers = []

    def _note(self, found: Any) -> None:
        if getattr(found, "indirect_reference", None) is not None:
            self._drawn.add(found.indirect_reference.idnum)

    def _do(self, name: bytes, given: Any) -> None:
        if name in MOVES:
            self._path.go(name, [float(one) for one in given], self._state.matrix)
        elif name in _PAINTS or name == b"n":
            self._paint(name)
        elif name in _FILLED_WITH:
            self._fill(given)
        elif name in _LINED_WITH:
            self._state.line = colour(given)
        elif self.writing.takes(name):
            is_off = any(self._layers)
            self.writing.do(name, given, self._state, self._order, is_off=is_off)
        elif name in _HANDLED:
            _HANDLED[name](self, given)
        elif name not in _HARMLESS:
            self.unknown += 1

    def _keep(self, _: Any) -> None:
        self._kept.append(replace(self._state))

    def _restore(self, _: Any) -> None:
        if self._kept:
            self._state = self._kept.pop()

    def _turn(self, given: Any) -> None:
        self._state.matrix = self._state.matrix.then(Matrix(*map(float, given)))

    def _box(self, given: Any) -> None:
        self._path.box([float(one) for one in given], self._state.matrix)

    def _close(self, _: Any) -> None:
        self._path.close()

    def _widen(self, given: Any) -> None:
        matrix = self._state.matrix
        self._state.width = float(given[0]) * math.sqrt(
            abs(matrix.a * matrix.d - matrix.b * matrix.c)
        )

    def _clip(self, _: Any) -> None:
        self._clips = True

    def _fill(self, given: Any) -> None:
        self._state.fill = colour(given)
        pattern = self._find("/Pattern", str(given[-1])) if given else None
        if isinstance(pattern, StreamObject) and id(pattern) not in self._patterns:
            # Wherever it is repeated, it says the same.
            self._patterns[id(pattern)] = pattern
            self.unknown += 1
            self.within(pattern, str(given[-1]))

    def _paint(self, name: bytes) -> None:
        points, state = tuple(self._path.points), self._state
        if points and name != b"n":
            covers = name in _FILLS and state.opacity > _SOLID and not any(self._layers)
            self.strokes.append(Stroke(
                points=points, kind=(*self._inside, len(points), name in _FILLS),
                order=self._order, clip=state.clip, fill=state.fill if covers else None,
                is_box=is_box(points), code="" if any(self._layers) else self._path.code,
                inside=state.fill if name in _FILLS else None,
                line=state.line if name in _LINES else None, width=state.width,
                opacity=state.opacity,
            ))  # fmt: skip
        if points and self._clips:
            state.clip = both(state.clip, around(points))
        self._clips = False
        self._path = Path(self._page)

    def _put(self, given: Any) -> None:
        name = str(given[0])
        found = self._find("/XObject", name)
        if not isinstance(found, StreamObject):
            self.unknown += 1
            return
        self._note(found)
        if value(found, "/Subtype") == "/Form":
            self.within(found, name)
        else:
            self._picture(found, is_off=self._is_off(found))

    def _inline(self, given: Any) -> None:
        self._picture(given, is_off=False)

    def _picture(self, found: Any, *, is_off: bool) -> None:
        corners = [self._state.matrix.at(x, y) for x in (0, 1) for y in (0, 1)]
        box = both(around(corners), self._state.clip)
        unseen = is_off or any(self._layers) or not holds(self._page, middle(box))
        self.pictures.append(Placed(picture=found, box=box, order=self._order, unseen=unseen))

    def _mark(self, given: Any) -> None:
        is_layer = len(given) > 1 and given[0] == "/OC"
        layer = self._find("/Properties", str(given[1]), raw=True) if is_layer else None
        self._layers.append(self._switched_off(layer))

    def _unmark(self, _: Any) -> None:
        if self._layers:
            self._layers.pop()

    def _is_off(self, held: DictionaryObject) -> bool:
        return "/OC" in held and self._switched_off(held.raw_get("/OC"))

    def _switched_off(self, layer: Any) -> bool:
        """A layer, or one of those that a membership names."""
        if isinstance(layer, IndirectObject):
            if layer.idnum in self._off:
                return True
            layer = layer.get_object()
        if not isinstance(layer, DictionaryObject) or "/OCGs" not in layer:
            return False
        members: Any = layer.raw_get("/OCGs")
        each: list[Any] = references(members) or [members]
        return any(isinstance(one, IndirectObject) and one.idnum in self._off for one in each)

    def _font(self, given: Any) -> None:
        self._state.letters = self.writing.letters(self._find("/Font", str(given[0])))
        self._state.size = float(given[1])

    def _look(self, given: Any) -> None:
        """What a named state says of letters, and of how far one sees through."""
        found = self._find("/ExtGState", str(given[0]))
        if isinstance(found, DictionaryObject):
            self._state.opacity = float(value(found, "/ca", self._state.opacity))
            if "/Font" in found:
                font, size = values(found["/Font"])
                self._state.letters = self.writing.letters(font)
                self._state.size = float(size)
            mask = value(found, "/SMask")
            if isinstance(mask, DictionaryObject) and "/G" in mask:
                self._through(mask["/G"])

    def _through(self, form: Any) -> None:
        """A drawing by which one sees through others: there, and not seen itself."""
        self.unknown += 1
        if id(form) not in self._patterns:
            self._patterns[id(form)] = form
            self._note(form)
            state = self._state
            self._state = replace(state, opacity=0.0)
            self.within(form, "mask")
            self._state = state

    def _find(self, kind: str, name: str, *, raw: bool = False) -> Any:
        resources = whole(self._resources)
        held = value(resources, kind) if isinstance(resources, DictionaryObject) else None
        if not isinstance(held, DictionaryObject) or name not in held:
            return None
        return held.raw_get(name) if raw else held[name]


_HANDLED: Final[Mapping[bytes, Callable[[Pen, Any], None]]] = {
    b"q": Pen._keep, b"Q": Pen._restore, b"cm": Pen._turn, b"re": Pen._box,  # noqa: SLF001
    b"W": Pen._clip, b"W*": Pen._clip, b"Do": Pen._put, b"INLINE IMAGE": Pen._inline,  # noqa: SLF001
    b"BDC": Pen._mark, b"BMC": Pen._mark, b"EMC": Pen._unmark, b"Tf": Pen._font,  # noqa: SLF001
    b"gs": Pen._look, b"h": Pen._close, b"w": Pen._widen,  # noqa: SLF001
}  # fmt: skip
