"""What adds up to what: unknown numbers, the room each has, and equations between them.

Pure arithmetic. An attacker who sees totals solves the same equations.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

EPSILON: Final = 1e-9
RIGHT: Final = -1
_SLACK: Final = 1e-6

# Coefficients by unknown; `RIGHT` is the side of the constant.
Row = dict[int, float]


class TooHard(Exception):
    """What was asked took more steps, seconds or memory than are allowed."""


class Contradiction(Exception):
    """No numbers satisfy the equations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Attributes: `low` and `high` are the least and the greatest that a number can be."""

    low: float = 0.0
    high: float = inf


ANY_COUNT: Final = Room()


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """Attributes: `terms` maps an unknown (from 0) to its coefficient; their sum is `total`."""

    terms: Mapping[int, float]
    total: float


def determined(equations: Iterable[Equation], *, within: float = 0.0) -> dict[int, float]:
    """Unknowns that the equations alone give, whatever sign numbers may have, and what they are.

    Args: `within` is how far sums may be off, all of them together.

    Raises: Contradiction.
    """
    equations = list(equations)
    slack = within + _SLACK * max([1.0, *(abs(one.total) for one in equations)])
    reduced: dict[int, Row] = {}
    for equation in equations:
        row = row_of(equation)
        for pivot in [one for one in row if one in reduced]:
            subtract(row, reduced[pivot], pivot)
        pivot = min((one for one in row if one != RIGHT), default=RIGHT)
        if pivot == RIGHT:
            if abs(row.get(RIGHT, 0.0)) > slack:
                raise Contradiction
            continue
        scale(row, pivot)
        for other in reduced.values():
            subtract(other, row, pivot)
        reduced[pivot] = row
    return {
        pivot: row.get(RIGHT, 0.0)
        for pivot, row in reduced.items()
        if not set(row) - {pivot, RIGHT}
    }


def blocks(equations: Sequence[Equation]) -> list[list[Equation]]:
    """Equations that share unknowns, together; in the order of the first of each."""
    parent: dict[int, int] = {}

    def root(name: int) -> int:
        while (above := parent.setdefault(name, name)) != name:
            parent[name] = name = parent[above]
        return name

    for one in equations:
        first, *others = one.terms
        for name in others:
            parent[root(name)] = root(first)
    found: dict[int, list[Equation]] = {}
    for one in equations:
        found.setdefault(root(next(iter(one.terms))), []).append(one)
    return list(found.values())


def seen_by_reader(
    equations: Iterable[Equation], values: Sequence[float], hidden: Collection[int]
) -> list[Equation]:
    """The equations between hidden numbers that are left when the others are known."""
    found = []
    for one in equations:
        terms = {name: factor for name, factor in one.terms.items() if name in hidden}
        if terms:
            total = sum(factor * values[name] for name, factor in terms.items())
            found.append(Equation(terms=terms, total=total))
    return found


def row_of(equation: Equation, *, sign: float = 1.0) -> Row:
    row = {name: value * sign for name, value in equation.terms.items() if value}
    return row | {RIGHT: equation.total * sign} if equation.total else row


def scale(row: Row, pivot: int) -> None:
    divisor = row[pivot]
    for name in row:
        row[name] /= divisor


def subtract(row: Row, other: Row, pivot: int) -> None:
    """Take as much of the other row away as removes the pivot."""
    factor = row.get(pivot, 0.0)
    if not factor:
        return
    for name, value in other.items():
        left = row.get(name, 0.0) - factor * value
        if abs(left) > EPSILON:
            row[name] = left
        else:
            row.pop(name, None)
