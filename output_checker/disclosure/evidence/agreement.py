"""Whether a printed cell says what the source gives, be it a number, rounded, a text or a mark."""

from collections.abc import Sequence

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.rounding import Rounding


def is_value(text: str, found: CellEvidence) -> bool:
    """Whether what looks like a mark of suppression, such as `c`, is the statistic itself."""
    return any(isinstance(value, str) and text.strip() == value.strip() for value in found.expected)


def is_false_mark(text: str, found: CellEvidence) -> bool:
    """Whether a count is hidden by a mark such as `<10` and is not below that."""
    most = numbers.most_under(text)
    if most is None or not found.expected:
        return False
    return all(float(value) > most for value in found.expected)


def agrees(
    text: str,
    found: CellEvidence,
    statistic: Statistic,
    roundings: Sequence[Rounding],
    *,
    decimals: int | None = None,
) -> bool:
    """Whether the text is what the source gives, rounded in one of these ways or not at all.

    Args:
        text: As printed.
        found: Of the cell.
        statistic: Only counts and shares are rounded to a base.
        roundings: Those that the policy or the spec names.
        decimals: How many digits after the point the whole column has, where that is fewer than
            the cell prints: `57.0` in a column of whole numbers may be 56.7.
    """
    cancels = statistic.is_spread or statistic.is_concentration
    relative = numbers.CANCELLING if cancels else numbers.EXACT
    if numbers.agrees(text, found, decimals=decimals, relative=relative):
        return True
    printed = numbers.number(text)
    if printed is None or not roundings:
        return False
    if statistic is Statistic.SHARE:
        return numbers.agrees_rounded_share(printed, found, roundings)
    if statistic is not Statistic.COUNT:
        return False
    counts = [float(value) for value in found.expected] or [0.0]
    return any(rounding.is_of(printed, count) for rounding in roundings for count in counts)
