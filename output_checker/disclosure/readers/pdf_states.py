"""What holds while a PDF page is drawn: where, in which colour and letters, within which bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from output_checker.disclosure.readers.drawn import Matrix, Point
from output_checker.disclosure.readers.pdf_words import Letters

BLACK: Final = (0.0, 0.0, 0.0)
# Of patterns and of inks that are not mixed here: neither paper nor ink.
_OTHER: Final = (0.5, 0.5, 0.5)
_GREY, _RGB, _CMYK = 1, 3, 4
_CORNERS: Final = (4, 5)
_STRAIGHT: Final = 0.01

Box = tuple[float, float, float, float]
Colour = tuple[float, float, float]


@dataclass(slots=True, kw_only=True)
class State:
    """Attributes: `clip` is a box around what may be seen; lengths are of the page's units."""

    clip: Box
    matrix: Matrix = field(default_factory=Matrix)
    fill: Colour = BLACK
    line: Colour = BLACK
    width: float = 1.0
    opacity: float = 1.0
    letters: Letters | None = None
    size: float = 0.0
    mode: int = 0
    spacing: float = 0.0
    between: float = 0.0
    leading: float = 0.0
    stretch: float = 1.0
    rise: float = 0.0


def colour(given: Sequence[Any]) -> Colour:
    parts = [float(one) for one in given if isinstance(one, int | float)]
    if len(parts) < len(given):
        return _OTHER
    match len(parts):
        case 1:
            return parts[0], parts[0], parts[0]
        case 3:
            return parts[0], parts[1], parts[2]
        case 4:
            cyan, magenta, yellow, black = parts
            return tuple((1 - ink) * (1 - black) for ink in (cyan, magenta, yellow))  # type: ignore[return-value]
        case _:
            return _OTHER


def around(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def both(one: Box, other: Box) -> Box:
    return (max(one[0], other[0]), max(one[1], other[1]),
            min(one[2], other[2]), min(one[3], other[3]))  # fmt: skip


def middle(box: Box) -> Point:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def holds(box: Box, point: Point) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def is_box(points: Sequence[Point]) -> bool:
    """Whether every side is upright or level."""
    return len(points) in _CORNERS and all(
        min(abs(one[0] - other[0]), abs(one[1] - other[1])) < _STRAIGHT
        for one, other in zip(points, (*points[1:], points[0]), strict=True)
    )
