"""Where the points of a drawing are, without its lines and colours."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Points of a figure. Attributes: `view` is the box around them, as SVG has it."""

    view: str
    points: tuple[tuple[float, float], ...]
    radius: float


def drawing(series: Sequence[Sequence[Sequence[float]]]) -> Drawing:
    """Where the points of a figure are, in a box around them."""
    points = tuple((across, up) for line in series for across, up in line)
    if not points:
        return Drawing(view="0 0 1 1", points=(), radius=0.0)
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    width, height = (right - left) or 1.0, (high - low) or 1.0
    radius = max(width, height) / 150
    box = (left - 2 * radius, low - 2 * radius, width + 4 * radius, height + 4 * radius)
    return Drawing(view=" ".join(f"{one:g}" for one in box), points=points, radius=radius)
