"""What the rules about totals have in common."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic

# Sums of the same numbers in another order differ from each other by less.
_SUMMED: Final = 1e-9


def reaches(held: float, share: float, total: float) -> bool:
    """Whether `held` is that share (0-1) of a total, or more; both are sums of binary fractions."""
    return held >= share * total * (1 - _SUMMED)


def rests_on_a_total(cell: Cell) -> bool:
    """Whether the cell prints a sum of contributions, or something computed from one.

    A spread is computed from the sum of their squares, which a unit that holds most of the sum
    holds even more of.
    """
    statistic = cell.statistic
    rests = statistic.is_total or statistic.is_spread or statistic is Statistic.SHARE
    return rests and cell.shows_number


def denominators(cells: Iterable[Cell]) -> Iterator[Cell]:
    """What stands beneath the line of each ratio, as a total of its own.

    Who knows the total above the line works out the one beneath it.
    """
    for cell in cells:
        if cell.evidence.beneath is not None:
            yield replace(
                cell,
                statistic=Statistic.SUM,
                evidence=cell.evidence.beneath,
                where=f"{cell.where}, beneath the line",
            )


def unknown_to_the_second(cell: Cell) -> float | None:
    """What the second largest unit does not know of the total; None where nothing is held."""
    evidence = cell.evidence
    if not rests_on_a_total(cell) or not evidence.largest or evidence.largest[0] <= 0:
        return None
    if evidence.weights:
        return None
    second = evidence.largest[1] if len(evidence.largest) > 1 else 0.0
    # Summing in another order must not turn an exact zero into a hair above it.
    return max(0.0, evidence.total - evidence.largest[0] - second)


def replicated(evidence: CellEvidence, units: int) -> float:
    """What the largest `units` hold when each counts as often as its weight says."""
    held, left = 0.0, units
    for value, weight in zip(evidence.largest, evidence.weights, strict=True):
        times = min(left, max(1, int(weight)))
        held += times * value
        left -= times
        if not left:
            break
    return held
