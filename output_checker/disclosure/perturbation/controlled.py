"""Counts rounded together: each to a multiple of the base beside it, and totals still add up.

Of all ways one whose numbers are nearest to the counts, all distances together; the same table
always gives the same numbers. Where there is none, counts may go one multiple farther.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import Contradiction, Equation, Room, TooHard
from output_checker.disclosure.suppression.programme import Cheapest, Programme

SECONDS: Final = 60.0
# In larger tables all distances together are up to so much more than the least.
MOST_TO_THE_LEAST: Final = 1_000
_NEAR: Final = 0.01
_ONE: Final = Room(low=0.0, high=1.0)
_NONE: Final = Room(low=0.0, high=0.0)

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controlled(Generic[Name]):
    """Counts after controlled rounding.

    Attributes:
        moved: Those that went to neither multiple beside them: there is no way without.
        is_nearest: False where a way may exist that is nearer, all distances together.
    """

    counts: Mapping[Name, int]
    moved: frozenset[Name] = frozenset()
    is_nearest: bool = True


def controlled(
    counts: Mapping[Name, int],
    equations: Sequence[Equation],
    base: int,
    seconds: float = SECONDS,
) -> Controlled[Name]:
    """Round so that what adds up still does.

    Args:
        equations: Between the places (from 0) of the counts; each adds up to 0.
        seconds: For all; how they are spent does not change the numbers.

    Raises:
        TooHard: None was found in the time, or there is none even one multiple farther.
    """
    cells = _Cells(values=[*counts.values()], equations=equations, base=base)
    try:
        found = solver.SHARED.least(cells.programme(farther=False), seconds)
    except Contradiction:
        found = cells.one_farther(seconds)
    rounded = cells.rounded(found.values)
    pairs = [*zip(counts, counts.values(), rounded, strict=True)]
    return Controlled(
        counts={name: new for name, _, new in pairs},
        moved=frozenset(name for name, count, new in pairs if abs(new - count) >= base),
        is_nearest=found.is_proven,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """Three unknowns a cell: whether it goes up, one multiple farther up, one farther down."""

    values: Sequence[int]
    equations: Sequence[Equation]
    base: int

    def programme(self, *, farther: bool) -> Programme:
        left = [value % self.base for value in self.values]
        up = [_ONE if one else _NONE for one in left]
        above = [_ONE if farther and value else _NONE for value in self.values]
        below = [_ONE if farther and value >= self.base else _NONE for value in self.values]
        count = len(self.values)
        return Programme(
            # A step more than needed costs a multiple, whichever way it goes.
            costs=[*(float(self.base - 2 * one) for one in left), *[float(self.base)] * 2 * count],
            rooms=[*up, *above, *below],
            equations=sorted((self._steps(one) for one in self.equations), key=_order),
            constant=float(sum(left)),
            near=0.0 if count <= MOST_TO_THE_LEAST else _NEAR,
        )

    def one_farther(self, seconds: float) -> Cheapest:
        """Raises: TooHard."""
        try:
            return solver.SHARED.least(self.programme(farther=True), seconds)
        except Contradiction:
            raise TooHard from None

    def rounded(self, steps: Sequence[int]) -> list[int]:
        count = len(self.values)
        parts = zip(self.values, steps[:count], steps[count : 2 * count], steps[2 * count :],
                    strict=True)  # fmt: skip
        return [
            (value // self.base + up + above - below) * self.base
            for value, up, above, below in parts
        ]

    def _steps(self, one: Equation) -> Equation:
        """The same, of how many multiples each count goes up from the one below it."""
        count = len(self.values)
        terms: dict[int, float] = {}
        for at, factor in one.terms.items():
            terms |= {at: factor, at + count: factor, at + 2 * count: -factor}
        floors = sum(factor * (self.values[at] // self.base) for at, factor in one.terms.items())
        return Equation(terms=terms, total=-floors)


def _order(one: Equation) -> list[tuple[int, float]]:
    return sorted(one.terms.items())
