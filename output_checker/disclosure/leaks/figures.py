"""Drawings turned back into the values that were drawn, by the numbers on their axes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.readers.artefacts import Figure, Table, Tick

# How far the numbers of an axis may lie from a straight line, in parts of its length.
_MOST_BENT: Final = 0.01
# How finely coordinates are written; what is finer in values is noise.
_FINENESS: Final = (1e-5, 1e-2)
_MOST_DECIMALS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """value = start + slope * coordinate."""

    start: float
    slope: float

    def value(self, at: float, fineness: float) -> str:
        """With as many digits as coordinates of that fineness can hold."""
        decimals = math.floor(-math.log10(abs(self.slope) * fineness))
        decimals = max(-_MOST_DECIMALS, min(decimals, _MOST_DECIMALS))
        text = f"{round(self.start + self.slope * at, decimals):.{max(decimals, 0)}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


def axis(ticks: Sequence[Tick]) -> Axis | None:
    """The straight scale that the labels are on; None for others, such as logarithms."""
    known = [(tick.at, float(value)) for tick in ticks if (value := number(tick.label)) is not None]
    if len({at for at, _ in known}) < len(known) or len(known) <= 1:
        return None
    middle = math.fsum(at for at, _ in known) / len(known)
    centre = math.fsum(value for _, value in known) / len(known)
    spread = math.fsum((at - middle) ** 2 for at, _ in known)
    slope = math.fsum((at - middle) * (value - centre) for at, value in known) / spread
    length = max(value for _, value in known) - min(value for _, value in known)
    off = max(abs(centre + slope * (at - middle) - value) for at, value in known)
    if not slope or off > _MOST_BENT * length:
        return None
    return Axis(start=centre - slope * middle, slope=slope)


def tables(figure: Figure) -> Iterator[Table]:
    """The points of each series as values; none for a drawing without numbers on its axes."""
    x, y = axis(figure.x_ticks), axis(figure.y_ticks)
    axes = [(at, name, one) for at, (name, one) in enumerate((("x", x), ("y", y))) if one]
    for series in figure.series if axes else ():
        # A set, for both finenesses may give the same.
        yield from {
            Table(
                header=tuple(name for _, name, _ in axes),
                rows=tuple(
                    tuple(one.value(point[at], fineness) for at, _, one in axes) for point in series
                ),
            )
            for fineness in _FINENESS
        }
