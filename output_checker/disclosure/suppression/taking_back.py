"""Show again what need not be hidden, the cell with most people first."""

import time
from collections.abc import Collection
from math import inf
from typing import Final

from output_checker.disclosure.suppression.equations import Room, seen_by_reader
from output_checker.disclosure.suppression.highs import Model, Values
from output_checker.disclosure.suppression.states import State, of_count, whole
from output_checker.disclosure.suppression.task import Task

_SLACK: Final = 1e-6


def take_back(task: Task, hidden: Collection[int], deadline: float) -> set[int]:
    """The hidden cells without those that are neither small nor needed; stops at the deadline.

    Raises: TooHard.
    """
    kept = _Kept(task, hidden)
    for at in sorted({*hidden} - task.small, key=lambda one: -task.values[one]):
        if time.monotonic() > deadline:
            break
        kept.try_to_show(at)
    return kept.hidden


class _Kept:
    """The hidden cells, and for each other tables that a reader cannot tell from the true one.

    A cell can be shown when, with it as it is, each hidden cell has such tables still. Only those
    whose tables differ in it have to be asked again; those that said no last are asked first.
    """

    def __init__(self, task: Task, hidden: Collection[int]) -> None:
        self.hidden = set(hidden)
        self._values, self._threshold = task.values, task.threshold
        left = seen_by_reader(task.equations, task.values, hidden)
        self._model = Model(left, {})
        self._asked = [at for at in self.hidden if at in self._model.column]
        self._tables: dict[int, list[Values]] = {}
        for at in self._asked:
            self._tables[at] = self._found(at) or []

    def try_to_show(self, at: int) -> None:
        """Leave the cell hidden where another one would be known then."""
        if at not in self._model.column:
            return
        value = float(self._values[at])
        self._model.between(at, value, value)
        found = self._tables_without(at)
        if found is None:
            self._model.between(at, 0.0, inf)
        else:
            self.hidden.remove(at)
            self._asked.remove(at)
            self._tables |= found

    def _tables_without(self, at: int) -> dict[int, list[Values]] | None:
        """New tables for the cells whose tables differ in this one; None where one has none."""
        column, value = self._model.column[at], self._values[at]
        new: dict[int, list[Values]] = {}
        pool: list[Values] = []
        for one in [name for name in self._asked if name != at]:
            if all(abs(table[column] - value) <= _SLACK for table in self._tables[one]):
                continue
            found = self._among(one, pool) or self._found(one)
            if found is None:
                self._asked.remove(one)
                self._asked.insert(0, one)
                return None
            new[one] = found
            pool += found
        return new

    def _among(self, at: int, pool: Collection[Values]) -> list[Values] | None:
        """A table found for another cell, where it leaves this one room enough, too."""
        column, value = self._model.column[at], float(self._values[at])
        for table in pool:
            other = float(table[column])
            if self._is_wide(min(value, other), max(value, other)):
                return [table]
        return None

    def _found(self, at: int) -> list[Values] | None:
        """Tables that leave the cell room enough, beside the true one; None where none do."""
        value = float(self._values[at])
        # No further than needed: the fewer cells differ, the fewer have to be asked again.
        self._model.between(at, 0.0, value + self._threshold)
        high, upper = self._model.ends(at, greatest=True)
        low, tables = value, [upper]
        if not self._is_wide(low, high):
            low, lower = self._model.ends(at, greatest=False)
            tables = [upper, lower]
        self._model.between(at, 0.0, inf)
        if not self._is_wide(low, high):
            return None
        return [table for table in tables if table is not None]

    def _is_wide(self, low: float, high: float) -> bool:
        found = whole(Room(low=low, high=high))
        return of_count(found, Room(), self._threshold) is State.WIDE
