"""Strokes and words of a PDF page, put together: drawings with axes, and what is covered."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.readers.artefacts import Figure
from output_checker.disclosure.readers.drawn import Point
from output_checker.disclosure.readers.marks import Marks, is_mark
from output_checker.disclosure.readers.pdf_paths import Stroke
from output_checker.disclosure.readers.pdf_pen import Placed
from output_checker.disclosure.readers.pdf_states import Box, Colour, around, holds
from output_checker.disclosure.readers.pdf_words import Word
from output_checker.disclosure.readers.refusal import Refusal

_PAPER: Final = (1.0, 1.0, 1.0)
# How different letters are from what is behind them, for people to see them.
_LEAST_CONTRAST: Final = 0.08
_MOST_COMPARED: Final = 20_000_000
# How far from a pair of axes its numbers stand, along the axes and beside them.
_BESIDE: Final = 20.0
_AWAY: Final = 90.0
_LEAST_TICKS: Final = 2
_MOST_GUIDES: Final = 20_000


def figures(strokes: Sequence[Stroke], labels: Sequence[Word], marks: Sequence[Word],
            page: Box) -> Iterator[Figure]:  # fmt: skip
    """A drawing for each pair of axes: programs let its marks be seen within one box only."""
    panels: dict[Box, list[Stroke]] = defaultdict(list)
    for one in strokes:
        panels[one.clip].append(one)
    boxes = [box for box in panels if box != page]
    for mark in marks:
        panels.setdefault(next((box for box in boxes if holds(box, mark.middle)), page), [])
    numeric = [one for one in labels if number(_plain(one.text)) is not None]
    guides = [one for one in strokes if is_mark(one.points)][:_MOST_GUIDES]
    for box, drawn in panels.items():
        here = [one for one in marks if holds(box, one.middle)]
        yield from _figure(box, drawn, here, numeric, guides)


def _figure(box: Box, drawn: Sequence[Stroke], signs: Sequence[Word], labels: Sequence[Word],
            guides: Sequence[Stroke]) -> Iterator[Figure]:  # fmt: skip
    marks = Marks()
    for one in drawn:
        marks.put(one.points, one.kind)
    for sign in signs:
        marks.put([sign.middle], ("sign", sign.text))
    for guide in guides:
        if guide.clip != box:
            marks.guide(guide.points)
    for label in _near(box, labels):
        middle = ((label.start[0] + label.end[0]) / 2, (label.start[1] + label.end[1]) / 2)
        marks.label(_plain(label.text), middle, label.end, label.start)
    figure = marks.figure()
    if figure is not None:
        yield figure


def _near(box: Box, labels: Sequence[Word]) -> Sequence[Word]:
    """Numbers of one pair of axes: below or above it, and left or else right of it."""
    left, low, right, high = box
    across = [one for one in labels if left - _BESIDE <= one.middle[0] <= right + _BESIDE]
    level = [one for one in labels if low - _BESIDE <= one.middle[1] <= high + _BESIDE]
    sides = [
        [one for one in across if low - _AWAY <= one.middle[1] <= low],
        [one for one in across if high <= one.middle[1] <= high + _AWAY],
        [one for one in level if left - _AWAY <= one.middle[0] <= left],
        [one for one in level if right <= one.middle[0] <= right + _AWAY],
    ]
    found = [
        next((side for side in pair if len(side) >= _LEAST_TICKS), [])
        for pair in (sides[:2], sides[2:])
    ]
    # In a corner one may be of both.
    return [*{id(one): one for side in found for one in side}.values()] or labels


def _plain(text: str) -> str:
    return text.strip().replace("\N{MINUS SIGN}", "-")


def unseen(
    words: Sequence[Word], strokes: Sequence[Stroke], pictures: Sequence[Placed]
) -> frozenset[int]:
    """Places in `words` of those that are covered, or in the colour of what is behind them.

    Raises: Refusal, where there is too much to tell.
    """
    filled = [
        (one.order, around(one.points), one.fill if one.is_box else None, one.is_box)
        for one in strokes
        if one.fill is not None
    ]
    filled += [(one.order, one.box, None, True) for one in pictures if not one.unseen]
    filled.sort(key=lambda one: one[0])
    if len(words) * len(filled) > _MOST_COMPARED:
        raise Refusal("so many shapes and words that nobody can tell what covers what")
    return frozenset(at for at, word in enumerate(words)
                     if word.unseen or _is_covered(word, filled))  # fmt: skip


def _is_covered(word: Word, filled: Sequence[tuple[int, Box, Colour | None, bool]]) -> bool:
    behind: Colour | None = _PAPER
    point: Point = word.middle
    for order, box, fill, covers in filled:
        if holds(box, point):
            if order < word.order:
                behind = fill
            elif covers:
                return True
    return behind is not None and all(
        abs(one - other) < _LEAST_CONTRAST for one, other in zip(word.fill, behind, strict=True)
    )
