"""A row of bars as a picture: heights only, the words stand in a table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 60
WIDTH: Final = 10
GAP: Final = 2
_LEAST: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """In units of the drawing, whose origin is its upper left corner."""

    label: str
    value: int
    x: int
    y: int
    height: int
    width: int = WIDTH


def bars(values: Sequence[tuple[str, int]]) -> tuple[Bar, ...]:
    """Args: values: A label and a number of 0 or more for each bar, from left to right."""
    most = max([1, *(value for _, value in values)])
    heights = [max(_LEAST, round(value / most * HEIGHT)) if value else 0 for _, value in values]
    return tuple(
        Bar(label=label, value=value, x=at * (WIDTH + GAP), y=HEIGHT - height, height=height)
        for at, ((label, value), height) in enumerate(zip(values, heights, strict=True))
    )
