"""Whether a printed cell says what the source gives, be it a number, rounded, a text or a mark."""

from collections.abc import Sequence
from dataclasses import replace

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.rounding import Rounding


def says_percent(name: str, texts: Sequence[str]) -> bool:
    """Whether whole numbers stand beneath a heading that says per cent: 0 and 1 are no halves."""
    is_said = any(word in name.casefold() for word in ("percent", "pct", "per cent", "%"))
    shown = [one for text in texts if (one := numbers.number(text)) is not None]
    return is_said and all(one == int(one) for one in shown)


def only_percent(found: CellEvidence) -> CellEvidence:
    """Of a share, whose evidence has each as a fraction and then per cent."""
    return replace(found, expected=found.expected[1::2])


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
        statistic: Only counts and shares, whatever they are called, are rounded to a base.
        roundings: Those that the policy or the spec names.
        decimals: How many digits after the point the whole column has, where that is fewer than
            the cell prints: `57.0` in a column of whole numbers may be 56.7.
    """
    if not numbers.has_fitting_sign(text, statistic):
        return False
    cancels = statistic.is_spread or statistic.is_concentration
    relative = numbers.CANCELLING if cancels else numbers.EXACT
    if numbers.agrees(text, found, decimals=decimals, relative=relative):
        return True
    printed = numbers.number(text)
    if printed is None or not roundings:
        return False
    shared = as_share(statistic, found)
    if shared is not None:
        return numbers.agrees_rounded_share(printed, shared, roundings)
    if not is_counted(statistic, found):
        return False
    counts = [float(value) for value in found.expected] or [0.0]
    return any(rounding.is_of(printed, count) for rounding in roundings for count in counts)


def is_counted(statistic: Statistic, found: CellEvidence) -> bool:
    """Whether the number is a count, whatever it is called."""
    if statistic is Statistic.SUM:
        return found.events is not None
    return statistic in (Statistic.COUNT, Statistic.NUNIQUE)


def as_share(statistic: Statistic, found: CellEvidence) -> CellEvidence | None:
    """The evidence of a share, or of a mean of 0 and 1 as the share that it is."""
    if statistic is Statistic.SHARE:
        return found if found.counts is not None else None
    if statistic is not Statistic.MEAN or found.events is None or not found.expected:
        return None
    beneath = found.records - found.missing
    return replace(found, counts=(round(float(found.expected[0]) * beneath), beneath))
