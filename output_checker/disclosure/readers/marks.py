"""Marks, lines and numbers of one drawing, put together to a figure with axes."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import islice, product
from typing import Final

from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.readers.artefacts import Figure, Tick
from output_checker.disclosure.readers.drawn import Point

# Marks are drawn smaller than this, lines and bars larger; in units of the page.
_LARGEST_MARK: Final = 14.0
_LEAST_POINTS: Final = 3
_ENDS: Final = ("from", "to")
# How far a label's line of writing may be from the stroke that it is the label of.
_NEAR: Final = 9.0
_OFF: Final = 0.05
_MOST_MARKS: Final = 20_000
_MOST_TRIED: Final = 60


class Marks:
    """What is drawn within one pair of axes, in the order in which it is met."""

    def __init__(self) -> None:
        self._series: dict[Hashable, list[Point]] = defaultdict(list)
        self._strokes: tuple[list[float], list[float]] = ([], [])
        self._labels: list[tuple[tuple[Point, ...], str]] = []
        self._ticks: dict[str, Point] = {}
        self._words: dict[str, str] = {}
        self._lines = 0

    def put(self, points: Sequence[Point], series: Hashable) -> None:
        """A mark of a series, or a line that is one by itself."""
        if not points:
            return
        self._stroke(points)
        if is_mark(points):
            self._series[series].append(_middle(points))
        else:
            self._lines += 1
            self._series["line", self._lines] += points

    def guide(self, points: Sequence[Point]) -> None:
        """A stroke beside the axes, where a tick may be."""
        self._stroke(points)
        if len(points) > len(_ENDS) and is_mark(points):
            for along, at in enumerate(_middle(points)):
                self._strokes[along].append(at)

    def label(self, said: str, *at: Point) -> None:
        """A text, by the points that it may be placed by: its middle, its ends."""
        self._labels.append((at, said))

    def tick(self, name: str, at: Point) -> None:
        """Where a named tick is; its label is told by `word`."""
        self._ticks.setdefault(name, at)

    def word(self, name: str, said: str) -> None:
        self._words[name] = said

    def figure(self) -> Figure | None:
        series = tuple(tuple(one) for one in self._series.values() if len(one) >= _LEAST_POINTS)
        if not series:
            return None
        named = [(self._ticks[name], said) for name, said in self._words.items()
                 if name in self._ticks]  # fmt: skip
        labels = (*self._labels, *(((at,), said) for at, said in named))
        numeric = [one for one in labels if number(one[1]) is not None]
        x_ticks, y_ticks = (
            _at_strokes(_in_line(numeric, along), self._places(along)) for along in range(2)
        )
        return Figure(series=series, x_ticks=x_ticks, y_ticks=y_ticks)

    def _places(self, along: int) -> list[float]:
        """Where a tick may be: a stroke, or a mark, for some programs put ticks as marks."""
        marks = (point[along] for one in self._series.values() for point in one)
        return [*self._strokes[along], *islice(marks, _MOST_MARKS)]

    def _stroke(self, points: Sequence[Point]) -> None:
        if len(points) == len(_ENDS):
            for along, (one, other) in enumerate(zip(*points, strict=True)):
                if one == other:
                    self._strokes[along].append(one)


def is_mark(points: Sequence[Point]) -> bool:
    return all(max(one) - min(one) <= _LARGEST_MARK for one in zip(*points, strict=True))


def _middle(points: Sequence[Point]) -> Point:
    xs, ys = zip(*points, strict=True)
    return (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2


def _in_line(labels: list[tuple[tuple[Point, ...], str]], along: int) -> tuple[Tick, ...]:
    """Most numbers that stand in one line along an axis, by whichever point they are placed."""
    lines: dict[tuple[int, int], list[Tick]] = defaultdict(list)
    for points, said in labels:
        for which, point in enumerate(points):
            if not all(map(math.isfinite, point)):
                continue
            tick = Tick(at=point[along], label=said)
            lines[which, round(point[1 - along])].append(tick)
    best = max(lines.values(), key=len, default=[])
    return tuple(best) if len(best) > 1 else ()


def _at_strokes(ticks: tuple[Tick, ...], places: list[float]) -> tuple[Tick, ...]:
    """Where strokes or marks near the labels lie on one straight scale, the nearest of such."""
    ordered = sorted({*places})
    values = [float(number(tick.label) or 0) for tick in ticks]
    if not ticks or values[0] == values[-1]:
        return ticks
    begins, ends = (
        [at for at in ordered if abs(at - tick.at) <= _NEAR][:_MOST_TRIED]
        for tick in (ticks[0], ticks[-1])
    )
    best: tuple[float, list[float]] | None = None
    for begin, end in product(begins, ends):
        step = (end - begin) / (values[-1] - values[0])
        wanted = [begin + (value - values[0]) * step for value in values]
        if all(_has(ordered, at) for at in wanted):
            off = sum(abs(at - tick.at) for at, tick in zip(wanted, ticks, strict=True))
            best = min(best or (math.inf, []), (off, wanted))
    if best is None:
        return ticks
    return tuple(Tick(at=at, label=tick.label) for at, tick in zip(best[1], ticks, strict=True))


def _has(ordered: Sequence[float], at: float) -> bool:
    place = bisect_left(ordered, at - _OFF)
    return place < len(ordered) and ordered[place] <= at + _OFF
