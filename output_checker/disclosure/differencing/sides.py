"""A table as it is compared: its numbers, and the records behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.differencing.partition import Level
from output_checker.disclosure.differencing.published import Published
from output_checker.disclosure.differencing.record_sets import Places, RecordSets, Sets
from output_checker.disclosure.evidence.declared import ONE_OF_MANY, names_people
from output_checker.disclosure.evidence.question import TOTAL, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A table of a comparison.

    Attributes:
        records: Of the version of the dataset that it was made from.
        levels: Its printed numbers, by which dimensions they are totals over.
        positions: Where in the file they are.
        people: The person of each record, where `sets` is over people; None where over records.
    """

    table: Published
    records: RecordSets
    sets: Sets
    levels: Sequence[Level]
    positions: Mapping[Key, tuple[int, int] | None]
    people: Places | None = None

    def of_row(self, of_kind: NDArray[Any]) -> NDArray[Any]:
        """For each record what is said of its kind, or of its person."""
        if self.people is not None:
            return np.asarray(of_kind[self.people])
        return self.records.kinds.spread(of_kind)

    def said(self, key: Key) -> Key:
        """The labels as a finding may say them: of a dimension that names people, none."""
        source, dimensions = self.records.data.source, self.table.question.dimensions
        return tuple(
            ONE_OF_MANY
            if label not in (None, TOTAL) and names_people(source, one.column, len(axis))
            else label
            for one, axis, label in zip(dimensions, self.sets.axes, key, strict=True)
        )

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
