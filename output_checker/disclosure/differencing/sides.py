"""A table as it is compared: its numbers, and the records behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from output_checker.disclosure.differencing.partition import Level
from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.record_sets import Sets
from output_checker.disclosure.evidence.question import TOTAL, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A table of a comparison.

    Attributes:
        levels: Its printed numbers, by which dimensions they are totals over.
        positions: Where in the file they are.
    """

    table: Published
    sets: Sets
    levels: Sequence[Level]
    positions: Mapping[Key, tuple[int, int] | None]

    def printed(self, cell: int) -> Key:
        """The printed number with the fewest totals that a finest cell is in; () for none."""
        keys = [
            level.keys[level.of_fine[cell]] for level in self.levels if level.of_fine[cell] >= 0
        ]
        return min(keys, key=lambda key: sum(label == TOTAL for label in key), default=())

    def labels(self, cell: int) -> Key:
        """Those of a finest cell."""
        places = self.sets.cells[cell]
        return tuple(axis[at] for axis, at in zip(self.sets.axes, places, strict=True))
