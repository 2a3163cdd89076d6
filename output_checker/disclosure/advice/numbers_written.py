"""A number of the source as the table would write it, rounded as the policy asks."""

from dataclasses import replace
from math import lcm
from typing import Final

from output_checker.disclosure.advice.original import Measure
from output_checker.disclosure.evidence.agreement import agrees, as_share, is_counted
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.policy import Policy

# Beyond it the digits of a float are written as they are.
_MOST_DIGITS: Final = 10


def conventional_rounding(policy: Policy) -> Rounding | None:
    """The one rounding, halves up, that all of the policy's ask for; None where it asks for none.

    Of several bases their least common multiple; of several with a midpoint the largest.
    """
    if not policy.rounding:
        return None
    if any(one.is_midpoint for one in policy.rounding):
        return max(policy.rounding)
    return Rounding(base=lcm(*(one.base for one in policy.rounding)))


def written(measure: Measure, found: CellEvidence, rounding: Rounding | None, was: str = "") -> str:
    """The text of a cell: the source's number in the kind and precision of its column.

    Nobody is 0 of a count, share or sum; a statistic that does not exist is a blank.

    Args:
        was: What the original has for the same number: kept where it is right.
    """
    text = _made(measure, found, rounding)
    old, new = number(was), number(text)
    if old is None or new is None:
        return text
    is_exact = rounding is None or not is_rounded_to_base(measure, found)
    value = _value(measure, found)
    one = replace(found, expected=() if value is None else (value,))
    is_right = is_exact and agrees(was, one, measure.question.statistic, ())
    return was if is_right or old == new else text


def _made(measure: Measure, found: CellEvidence, rounding: Rounding | None) -> str:
    statistic = measure.question.statistic
    if rounding is not None and is_counted(statistic, found):
        return f"{rounding.of(float(_value(measure, found) or 0)):.0f}"
    share = as_share(statistic, found)
    if rounding is not None and share is not None and share.counts is not None:
        above, beneath = (rounding.of(count) for count in share.counts)
        return _text(measure, above / beneath * _scale(measure)) if beneath else ""
    value = _value(measure, found)
    if value is None:
        is_nobody = statistic.is_frequency or statistic is Statistic.SUM
        return "0" if is_nobody else ""
    return value if isinstance(value, str) else _text(measure, value)


def is_rounded_to_base(measure: Measure, found: CellEvidence) -> bool:
    """Whether the number is a count, or a share of counts, whatever it is called."""
    statistic = measure.question.statistic
    return is_counted(statistic, found) or as_share(statistic, found) is not None


def _value(measure: Measure, found: CellEvidence) -> float | str | None:
    expected = found.expected
    if not expected:
        return None
    if measure.kind < len(expected):
        return expected[measure.kind]
    # Of a share each value is followed by the same one as a percentage.
    is_share = measure.question.statistic is Statistic.SHARE
    return expected[measure.kind % 2 if is_share else 0]


def _scale(measure: Measure) -> float:
    is_share = measure.question.statistic is Statistic.SHARE
    return 100.0 if is_share and measure.kind % 2 else 1.0


def _text(measure: Measure, value: float) -> str:
    if isinstance(value, int):
        return f"{value}{measure.sign}"
    if measure.digits is None or measure.digits > _MOST_DIGITS:
        return f"{value!r}{measure.sign}"
    return f"{value:.{measure.digits}f}{measure.sign}"
