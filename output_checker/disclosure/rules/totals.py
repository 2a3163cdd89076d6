"""What the rules about totals have in common."""

from output_checker.disclosure.evidence.cells import Cell, CellEvidence, Statistic


def rests_on_a_total(cell: Cell) -> bool:
    """Whether the cell prints a sum of contributions, or something computed from one."""
    is_total = cell.statistic.is_total or cell.statistic is Statistic.SHARE
    return is_total and cell.shows_number


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
