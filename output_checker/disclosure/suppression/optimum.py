"""The cheapest cells to hide, for tables small enough to ask for them at once."""

import time
from collections.abc import Collection, Sequence
from math import inf
from typing import Final

import highspy
import numpy as np

from output_checker.disclosure.suppression.highs import (
    DUAL,
    add_columns,
    add_rows,
    in_whole_numbers,
    new_solver,
)
from output_checker.disclosure.suppression.task import Task

# Cells times small ones: the model has twice as many flows.
MAX_SIZE: Final = 1_500
_SECONDS: Final = 20.0
# What may differ from a count in another table, as a multiple of the threshold.
_FARTHEST: Final = 3
_MIDDLE: Final = 0.5


def cheapest(task: Task, found: Collection[int], deadline: float) -> set[int] | None:
    """Cells that protect the small ones with fewest people lost; None where that is not known.

    Whether the cells that are added are themselves wide enough is for the caller to see.

    Args: `found` are cells that protect them as well, maybe with more people lost.
    """
    seconds = min(_SECONDS, deadline - time.monotonic())
    if len(task.values) * len(task.small) > MAX_SIZE or seconds <= 0:
        return None
    chosen = _Choice(task).solved(seconds)
    return chosen if chosen is not None and task.lost(chosen) < task.lost(found) else None


class _Choice:
    """Whether each cell is hidden, and for each small one two other tables: higher and lower."""

    def __init__(self, task: Task) -> None:
        self._equations, self._threshold = task.equations, float(task.threshold)
        self._cells = np.array(task.values, dtype=np.float64)
        self._highs = new_solver(DUAL)
        self._highs.setOptionValue("presolve", "choose")
        must = [float(at in task.small) for at in range(len(self._cells))]
        may = [float(one > 0) for one in task.values]
        add_columns(self._highs, self._cells, np.array(must), np.array(may))
        in_whole_numbers(self._highs, len(self._cells), are_whole=True)
        for at in task.small:
            self._protect(at)

    def solved(self, seconds: float) -> set[int] | None:
        self._highs.setOptionValue("time_limit", seconds)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        chosen = np.array(self._highs.getSolution().col_value)[: len(self._cells)]
        return {int(at) for at in np.flatnonzero(chosen > _MIDDLE)}

    def _protect(self, at: int) -> None:
        """One table where the cell is t or more, and another that is t - 1 away from it."""
        value = float(self._cells[at])
        higher, lower = self._other_table(), self._other_table()
        self._highs.changeColBounds(higher + at, max(0.0, self._threshold - value), inf)
        self._highs.changeColBounds(lower + at, -value, 0.0)
        self._rows(self._threshold - 1, inf, [([higher + at, lower + at], [1.0, -1.0])])

    def _other_table(self) -> int:
        """The first of new columns: how far each cell is from its count, if it is hidden."""
        first, count = int(self._highs.getNumCol()), len(self._cells)
        most = np.full(count, _FARTHEST * self._threshold)
        add_columns(self._highs, np.zeros(count), -self._cells, most)
        rows = [
            ([first + name for name in one.terms], [*one.terms.values()]) for one in self._equations
        ]
        self._rows(0.0, 0.0, rows)
        up = [([first + at, at], [1.0, -float(most[at])]) for at in range(count)]
        down = [([first + at, at], [1.0, float(self._cells[at])]) for at in range(count)]
        self._rows(-inf, 0.0, up)
        self._rows(0.0, inf, down)
        return first

    def _rows(self, low: float, high: float, rows: Sequence[tuple[list[int], list[float]]]) -> None:
        add_rows(self._highs, np.full(len(rows), low), np.full(len(rows), high), rows)
