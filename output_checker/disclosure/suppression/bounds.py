"""Between which numbers hidden ones lie, given what adds up to what. Pure arithmetic.

An attacker who sees totals solves the same equations: a hidden number is known where they fix it,
and nearly known where no number below zero leaves it little room.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

MAX_PIVOTS: Final = 20_000
_EPSILON: Final = 1e-9
_RIGHT: Final = -1

# Coefficients by unknown; `_RIGHT` is the side of the constant.
Row = dict[int, float]


class TooHard(Exception):
    """The equations took more steps than are allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Attributes: `terms` maps an unknown (from 0) to its coefficient; their sum is `total`."""

    terms: Mapping[int, float]
    total: float


def determined(equations: Iterable[Equation]) -> set[int]:
    """Unknowns that the equations alone give, whatever sign numbers may have."""
    reduced: dict[int, Row] = {}
    for equation in equations:
        row = _row(equation)
        for pivot in [one for one in row if one in reduced]:
            _subtract(row, reduced[pivot], pivot)
        pivot = min((one for one in row if one != _RIGHT), default=_RIGHT)
        if pivot == _RIGHT:
            continue
        _scale(row, pivot)
        for other in reduced.values():
            _subtract(other, row, pivot)
        reduced[pivot] = row
    return {pivot for pivot, row in reduced.items() if not set(row) - {pivot, _RIGHT}}


def blocks(equations: Sequence[Equation]) -> Iterator[list[Equation]]:
    """Equations that share unknowns, together."""
    left = list(equations)
    while left:
        block, names = [left[0]], set(left.pop(0).terms)
        while found := [one for one in left if names & set(one.terms)]:
            block += found
            left = [one for one in left if not names & set(one.terms)]
            names |= {name for one in found for name in one.terms}
        yield block


class Bounds:
    """The least and the greatest that each unknown of one block can be, none being negative.

    Raises: TooHard, from the start or when asked.
    """

    def __init__(self, equations: Sequence[Equation]) -> None:
        self._rows = [_row(one, sign=-1.0 if one.total < 0 else 1.0) for one in equations]
        first = max((name for one in equations for name in one.terms), default=0) + 1
        self._basis = list(range(first, first + len(self._rows)))
        cost: Row = {}
        for row in self._rows:
            for name, value in row.items():
                cost[name] = cost.get(name, 0.0) - value
        self._improve(cost)
        kept = [at for at, name in enumerate(self._basis) if self._is_left(at, name, first)]
        self._rows = [self._rows[at] for at in kept]
        self._basis = [self._basis[at] for at in kept]

    def of(self, unknown: int) -> tuple[float, float]:
        return self._least(unknown, 1.0), -self._least(unknown, -1.0)

    def _is_left(self, at: int, name: int, first: int) -> bool:
        """Put an unknown in the place of a helper; False for a row that says nothing new."""
        if name < first:
            return True
        entering = min((one for one in self._rows[at] if one != _RIGHT), default=_RIGHT)
        if entering == _RIGHT:
            return False
        self._pivot(at, entering)
        return True

    def _least(self, unknown: int, sign: float) -> float:
        cost: Row = {unknown: sign}
        if unknown in self._basis:
            _subtract(cost, self._rows[self._basis.index(unknown)], unknown)
        if not self._improve(cost):
            return -inf
        return -cost.get(_RIGHT, 0.0)

    def _improve(self, cost: Row) -> bool:
        """Pivot until nothing lowers the cost (Bland's rule); False when nothing bounds it."""
        for _ in range(MAX_PIVOTS):
            better = (name for name, one in cost.items() if name != _RIGHT and one < -_EPSILON)
            entering = min(better, default=_RIGHT)
            if entering == _RIGHT:
                return True
            leaving = self._leaving(entering)
            if leaving is None:
                return False
            self._pivot(leaving, entering)
            _subtract(cost, self._rows[leaving], entering)
        raise TooHard

    def _leaving(self, entering: int) -> int | None:
        ratios = [
            (max(0.0, row.get(_RIGHT, 0.0)) / row[entering], self._basis[at], at)
            for at, row in enumerate(self._rows)
            if row.get(entering, 0.0) > _EPSILON
        ]
        return min(ratios)[2] if ratios else None

    def _pivot(self, leaving: int, entering: int) -> None:
        _scale(self._rows[leaving], entering)
        for at, row in enumerate(self._rows):
            if at != leaving:
                _subtract(row, self._rows[leaving], entering)
        self._basis[leaving] = entering


def _row(equation: Equation, *, sign: float = 1.0) -> Row:
    row = {name: value * sign for name, value in equation.terms.items() if value}
    return row | {_RIGHT: equation.total * sign} if equation.total else row


def _scale(row: Row, pivot: int) -> None:
    divisor = row[pivot]
    for name in row:
        row[name] /= divisor


def _subtract(row: Row, other: Row, pivot: int) -> None:
    """Take as much of the other row away as removes the pivot."""
    factor = row.get(pivot, 0.0)
    if not factor:
        return
    for name, value in other.items():
        left = row.get(name, 0.0) - factor * value
        if abs(left) > _EPSILON:
            row[name] = left
        else:
            row.pop(name, None)
