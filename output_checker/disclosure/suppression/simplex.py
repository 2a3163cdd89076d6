"""The least and the greatest that hidden numbers can be, for systems of a few of them.

Larger ones are for `solver.py`, which takes longer to start than these take to solve.
"""

from collections.abc import Sequence
from math import inf
from typing import Final

from output_checker.disclosure.suppression.equations import (
    EPSILON,
    RIGHT,
    Contradiction,
    Equation,
    Row,
    TooHard,
    row_of,
    scale,
    subtract,
)

MAX_PIVOTS: Final = 20_000
_SLACK: Final = 1e-6


class Simplex:
    """The least and the greatest that each unknown of one block can be, none being negative.

    Raises: Contradiction, from the start; TooHard, from the start or when asked.

    Attributes: `only_whole` tells whether every least and greatest so far is one of whole numbers.
    """

    def __init__(self, equations: Sequence[Equation]) -> None:
        self.only_whole = True
        self._rows = [row_of(one, sign=-1.0 if one.total < 0 else 1.0) for one in equations]
        first = max((name for one in equations for name in one.terms), default=0) + 1
        self._basis = list(range(first, first + len(self._rows)))
        cost: Row = {}
        for row in self._rows:
            for name, value in row.items():
                cost[name] = cost.get(name, 0.0) - value
        largest = max((abs(one.total) for one in equations), default=0.0)
        self._improve(cost)
        if -cost.get(RIGHT, 0.0) > _SLACK * max(1.0, largest):
            raise Contradiction
        kept = [at for at, name in enumerate(self._basis) if self._is_left(at, name, first)]
        self._rows = [self._rows[at] for at in kept]
        self._basis = [self._basis[at] for at in kept]

    def of(self, unknown: int) -> tuple[float, float]:
        return self._least(unknown, 1.0), -self._least(unknown, -1.0)

    def _is_left(self, at: int, name: int, first: int) -> bool:
        """Put an unknown in the place of a helper; False for a row that says nothing new."""
        if name < first:
            return True
        entering = min((one for one in self._rows[at] if one != RIGHT), default=RIGHT)
        if entering == RIGHT:
            return False
        self._pivot(at, entering)
        return True

    def _least(self, unknown: int, sign: float) -> float:
        cost: Row = {unknown: sign}
        if unknown in self._basis:
            subtract(cost, self._rows[self._basis.index(unknown)], unknown)
        if not self._improve(cost):
            return -inf
        ends = (row.get(RIGHT, 0.0) for row in self._rows)
        self.only_whole = self.only_whole and all(abs(end - round(end)) < _SLACK for end in ends)
        return -cost.get(RIGHT, 0.0)

    def _improve(self, cost: Row) -> bool:
        """Pivot until nothing lowers the cost (Bland's rule); False when nothing bounds it."""
        for _ in range(MAX_PIVOTS):
            better = (name for name, one in cost.items() if name != RIGHT and one < -EPSILON)
            entering = min(better, default=RIGHT)
            if entering == RIGHT:
                return True
            leaving = self._leaving(entering)
            if leaving is None:
                return False
            self._pivot(leaving, entering)
            subtract(cost, self._rows[leaving], entering)
        raise TooHard

    def _leaving(self, entering: int) -> int | None:
        ratios = [
            (max(0.0, row.get(RIGHT, 0.0)) / row[entering], self._basis[at], at)
            for at, row in enumerate(self._rows)
            if row.get(entering, 0.0) > EPSILON
        ]
        return min(ratios)[2] if ratios else None

    def _pivot(self, leaving: int, entering: int) -> None:
        scale(self._rows[leaving], entering)
        for at, row in enumerate(self._rows):
            if at != leaving:
                subtract(row, self._rows[leaving], entering)
        self._basis[leaving] = entering
