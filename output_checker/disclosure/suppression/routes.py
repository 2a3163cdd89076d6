"""The cheapest other table in which a hidden cell is t - 1 higher: what differs must be hidden."""

from collections.abc import Collection
from math import inf
from typing import Final

import highspy
import numpy as np

from output_checker.disclosure.suppression.equations import Equation, TooHard
from output_checker.disclosure.suppression.highs import (
    DUAL,
    Values,
    add_columns,
    add_rows,
    in_whole_numbers,
    new_solver,
)
from output_checker.disclosure.suppression.task import Task

# So that of ways through hidden cells the shortest is taken.
_HIDDEN_ALREADY: Final = 1e-4
_SLACK: Final = 1e-6
_SECONDS: Final = 5.0
_STATUS: Final = highspy.HighsModelStatus


class Routes:
    """One model of all cells: how much each goes up, and how much down.

    A cell that shows nobody stays as it is.
    """

    def __init__(self, task: Task) -> None:
        self._count = len(task.values)
        self._step = float(task.threshold - 1)
        self._cells = np.array(task.values, dtype=np.float64)
        self._up = np.where(self._cells > 0, inf, 0.0)
        self._highs = new_solver(DUAL)
        nothing = np.zeros(2 * self._count)
        add_columns(self._highs, nothing, nothing, np.concatenate([self._up, self._cells]))
        zero = np.zeros(len(task.equations))
        add_rows(self._highs, zero, zero, [self._row(one) for one in task.equations])

    def price(self, hidden: Collection[int]) -> None:
        """What moving a cell by one costs: its count in the end, nearly nothing if it is hidden."""
        up = self._cells / self._step
        down = self._cells / np.clip(self._cells, 1.0, self._step)
        taken = np.array([*hidden], dtype=np.int64)
        for cost in (up, down):
            cost[taken] = _HIDDEN_ALREADY
        every = np.arange(2 * self._count, dtype=np.int32)
        self._highs.changeColsCost(2 * self._count, every, np.concatenate([up, down]))

    def cheapest(self, at: int, *, in_whole: bool = False) -> set[int] | None:
        """Cells that differ when this one is t - 1 higher; None where it cannot be.

        Raises: TooHard.
        """
        self._highs.changeColBounds(at, self._step, self._step)
        self._highs.changeColBounds(at + self._count, 0.0, 0.0)
        moved = self._solved(in_whole=in_whole)
        self._highs.changeColBounds(at, 0.0, float(self._up[at]))
        self._highs.changeColBounds(at + self._count, 0.0, float(self._cells[at]))
        return None if moved is None else {int(one) for one in np.flatnonzero(moved > _SLACK)}

    def _solved(self, *, in_whole: bool) -> Values | None:
        """Raises: TooHard."""
        if in_whole:
            in_whole_numbers(self._highs, 2 * self._count, are_whole=True)
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + _SECONDS)
        self._highs.run()
        status = self._highs.getModelStatus()
        found = np.array(self._highs.getSolution().col_value)
        if in_whole:
            in_whole_numbers(self._highs, 2 * self._count, are_whole=False)
        if status == _STATUS.kInfeasible:
            return None
        if status != _STATUS.kOptimal:
            raise TooHard
        moved: Values = np.abs(found[: self._count] - found[self._count :])
        return moved

    def _row(self, one: Equation) -> tuple[list[int], list[float]]:
        names, factors = [*one.terms], [*one.terms.values()]
        return (
            [*names, *(name + self._count for name in names)],
            [*factors, *(-factor for factor in factors)],
        )
