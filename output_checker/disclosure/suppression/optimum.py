"""The cheapest cells to hide: a choice of cells, and an attacker who says why it is not enough.

The choice minimises the people who are lost; the attacker looks for tables that show the same
numbers and have a small cell far from its count. Where none is far enough, the prices of the
attacker's programme are an inequality that every choice which protects the cell satisfies, and the
choice is made again (Benders' decomposition, as Fischetti and Salazar use it): first of parts of
cells, then of whole ones.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import highspy
import numpy as np

from output_checker.disclosure.suppression.equations import TooHard
from output_checker.disclosure.suppression.highs import (
    DUAL,
    PRIMAL,
    Values,
    add_columns,
    add_rows,
    in_whole_numbers,
    new_solver,
)
from output_checker.disclosure.suppression.task import Task

# What may differ from a count in another table, as a multiple of the threshold.
_FARTHEST: Final = 3
_MIDDLE: Final = 0.5
# People lost may be so much more than the fewest.
NEAR: Final = 0.01
_SLACK: Final = 1e-6
_STATUS: Final = highspy.HighsModelStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What every choice that protects a cell satisfies: `prices` times the choice, at least 0."""

    prices: Values


class Attacker:
    """How far a cell can be from its count in tables that show the same, when some are hidden."""

    def __init__(self, task: Task) -> None:
        self._cells = np.array(task.values, dtype=np.float64)
        self._threshold = task.threshold
        self._up = np.where(self._cells > 0, float(_FARTHEST * task.threshold), 0.0)
        self._highs = new_solver(PRIMAL)
        self._every = np.arange(len(self._cells), dtype=np.int32)
        nothing = np.zeros(len(self._cells))
        add_columns(self._highs, nothing, nothing, nothing)
        zero = np.zeros(len(task.equations))
        rows = [([*one.terms], [*one.terms.values()]) for one in task.equations]
        add_rows(self._highs, zero, zero, rows)

    def cuts(self, hidden: Values, asked: Sequence[int], deadline: float) -> Iterator[Cut]:
        """For the cells asked about that are not protected; none when all are.

        Args: `hidden` is 1 for cells that are hidden, 0 for others, or parts of it.

        Raises: TooHard, also after the deadline.
        """
        # A column that cannot be bounded by nearly nothing only makes the programme worse.
        part = np.where(hidden > _SLACK, hidden, 0.0)
        self._highs.changeColsBounds(len(part), self._every, -self._cells * part, self._up * part)
        seen_up, seen_down = np.zeros(len(part)), np.zeros(len(part))
        for at in asked:
            if time.monotonic() > deadline:
                raise TooHard
            higher = max(0.0, self._threshold - self._cells[at]) * part[at]
            apart = (self._threshold - 1.0) * part[at]
            if seen_up[at] >= higher - _SLACK and seen_up[at] + seen_down[at] >= apart - _SLACK:
                continue
            up, up_prices = self._farthest(at, -1.0, seen_up, seen_down)
            if up < higher - _SLACK:
                yield _cut(at, up_prices, max(0.0, self._threshold - self._cells[at]))
            if up + seen_down[at] < apart - _SLACK:
                down, down_prices = self._farthest(at, 1.0, seen_up, seen_down)
                if up + down < apart - _SLACK:
                    yield _cut(at, up_prices + down_prices, self._threshold - 1.0)

    def _farthest(
        self, at: int, cost: float, seen_up: Values, seen_down: Values
    ) -> tuple[float, Values]:
        """How far, and what each cell's being hidden adds to that at most. Raises: TooHard."""
        self._highs.changeColCost(at, cost)
        self._highs.run()
        status, solution = self._highs.getModelStatus(), self._highs.getSolution()
        moved, duals = np.array(solution.col_value), np.array(solution.col_dual)
        self._highs.changeColCost(at, 0.0)
        if status != _STATUS.kOptimal:
            raise TooHard
        np.maximum(seen_up, moved, out=seen_up)
        np.maximum(seen_down, -moved, out=seen_down)
        prices = np.where(duals > 0, duals * self._cells, -duals * self._up)
        return float(abs(moved[at])), prices


def _cut(at: int, prices: Values, wanted: float) -> Cut:
    """No cell adds more than what is wanted beyond what the cell itself gives."""
    rest = wanted - float(prices[at])
    found = np.where(prices > _SLACK, np.minimum(prices, rest), 0.0)
    found[at] = -rest
    return Cut(prices=found)


def lonely(task: Task, hidden: Values) -> Iterator[Cut]:
    """A cell that is alone in a line is worth nothing hidden: it needs another one beside it."""
    for one in task.equations:
        names = np.fromiter(one.terms, dtype=np.int64)
        parts = hidden[names]
        at = int(np.argmax(parts))
        if 2 * parts[at] > parts.sum() + _SLACK:
            prices = np.zeros(len(hidden))
            prices[names] = 1.0
            prices[names[at]] = -1.0
            yield Cut(prices=prices)


class Choice:
    """Which cells to hide, the fewest people lost, as far as the cuts so far tell."""

    def __init__(self, task: Task) -> None:
        self._cells = np.array(task.values, dtype=np.float64)
        must = np.array([float(at in task.small) for at in range(len(self._cells))])
        self._highs = new_solver(DUAL)
        add_columns(self._highs, self._cells, must, (self._cells > 0).astype(np.float64))

    def add(self, cuts: Sequence[Cut]) -> None:
        names = [np.flatnonzero(one.prices) for one in cuts]
        rows = [(at.tolist(), one.prices[at].tolist()) for at, one in zip(names, cuts, strict=True)]
        add_rows(self._highs, np.zeros(len(rows)), np.full(len(rows), inf), rows)

    def in_whole_cells(self) -> None:
        in_whole_numbers(self._highs, len(self._cells), are_whole=True)
        self._highs.setOptionValue("presolve", "choose")
        self._highs.setOptionValue("mip_rel_gap", NEAR)

    def cheapest(self, deadline: float) -> Values:
        """For each cell 1 where it is hidden. Raises: TooHard, also after the deadline."""
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TooHard
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + seconds)
        self._highs.run()
        if self._highs.getModelStatus() != _STATUS.kOptimal:
            raise TooHard
        found: Values = np.clip(np.array(self._highs.getSolution().col_value), 0.0, 1.0)
        return found


class Optimum:
    """The search, in steps: parts of cells first, whose prices hold for whole ones as well."""

    def __init__(self, task: Task) -> None:
        self._task, self._attacker, self._choice = task, Attacker(task), Choice(task)
        self._asked = sorted(task.small)

    def of_parts(self, deadline: float) -> set[int]:
        """Cells of which some part is hidden: whole, they protect as well. Raises: TooHard."""
        return {int(at) for at in np.flatnonzero(self._until_enough(deadline) > _SLACK)}

    def of_whole_cells(self, deadline: float) -> set[int]:
        """After `of_parts`. Raises: TooHard."""
        self._choice.in_whole_cells()
        return {int(at) for at in np.flatnonzero(self._until_enough(deadline) > _MIDDLE)}

    def protect(self, more: Sequence[int]) -> None:
        """Where hidden ones among them are to have room, too."""
        self._asked += more

    def _until_enough(self, deadline: float) -> Values:
        while True:
            hidden = self._choice.cheapest(deadline)
            cuts = [
                *lonely(self._task, hidden),
                *self._attacker.cuts(hidden, self._asked, deadline),
            ]
            if not cuts:
                return hidden
            self._choice.add(cuts)
