"""Paths of a PDF page: the points that they go through, and the same as SVG writes it."""

from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.readers.drawn import Matrix, Point
from output_checker.disclosure.readers.pdf_states import Box, Colour

MOVES: Final = frozenset({b"m", b"l", b"c", b"v", b"y"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A path that was painted.

    Attributes:
        kind: Those of one kind are marks of one series.
        clip: A box around where it may be seen.
        fill: What it covers its inside with; None for a line, or where one sees through.
        code: The path as SVG has it, from the upper left of the page; "" for one that is not shown.
        inside, line: Colours, None where there is none.
    """

    points: tuple[Point, ...]
    kind: tuple[object, ...]
    order: int
    clip: Box
    fill: Colour | None
    is_box: bool
    code: str
    inside: Colour | None
    line: Colour | None
    width: float
    opacity: float


class Path:
    """One that is being drawn. Attributes: `points` are its corners, and where its curves end."""

    def __init__(self, page: Box) -> None:
        self.points: list[Point] = []
        self._left, self._high = page[0], page[3]
        self._code: list[str] = []

    @property
    def code(self) -> str:
        return "".join(self._code)

    def go(self, name: bytes, given: list[float], matrix: Matrix) -> None:
        pairs = [matrix.at(*one) for one in zip(given[::2], given[1::2], strict=True)]
        if name == b"v":
            pairs[:0] = self.points[-1:]
        elif name == b"y":
            pairs.append(pairs[-1])
        self.points.append(pairs[-1])
        letter = {b"m": "M", b"l": "L"}.get(name, "C")
        self._code.append(
            letter + " ".join(f"{x - self._left:.2f} {self._high - y:.2f}" for x, y in pairs)
        )

    def box(self, given: list[float], matrix: Matrix) -> None:
        x, y, width, height = given
        self.go(b"m", [x, y], matrix)
        for corner in ([x + width, y], [x + width, y + height], [x, y + height]):
            self.go(b"l", corner, matrix)
        self.close()

    def close(self) -> None:
        if self._code:
            self._code.append("Z")
