"""Read a printed number, and say whether it is the one the source gives."""

import re
import struct
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from typing import Final

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.labels import MISSING_WORDS, canonical
from output_checker.disclosure.evidence.rounding import Rounding

# What people print where a number is withheld; of longer marks the length could say something.
SUPPRESSED: Final = re.compile(
    r"\*{1,3}|-|\u2013|\u2014|\.{2,3}|x|c|s|\[[cxzulef]\]|\[?(suppressed|redacted)\]?"
    r"|<\s*=?\s*\d{1,3}",
    re.IGNORECASE,
)
_FEWER_THAN: Final = re.compile(r"<\s*(=?)\s*(\d{1,3})")
_NUMBER: Final = re.compile(
    r"[+-]?[£$€]?"
    r"(([1-9][0-9]{0,2}(,[0-9]{3})+|0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)"
    r"([eE][+-]?[0-9]{1,3})?( ?%)?"
)
_WITHOUT_MARKS: Final = str.maketrans("", "", ",% £$€")
# Beyond it a power of ten is no number of the machine's.
_MOST_EXPONENT: Final = 300
# Sums in another order differ from ours by less; digits beyond could say anything.
EXACT: Final = 1e-11
# Spreads lose digits where they are small beside the values.
CANCELLING: Final = 1e-9
# Means of columns held in single precision differ from ours in the seventh digit.
_SINGLE: Final = 1e-6
# How far a double is from a single-precision number that it was widened from.
_WIDENED: Final = 1e-14
# One number is asked about several times while its table is judged.
_REMEMBERED: Final = 1 << 17
_LARGEST_SINGLE: Final = 3.4e38


def is_blank(text: str) -> bool:
    return text.strip() in MISSING_WORDS


def is_suppressed(text: str) -> bool:
    return SUPPRESSED.fullmatch(text.strip()) is not None


def most_under(text: str) -> int | None:
    """The greatest count that a mark such as `<10` or `<= 7` allows; None for other texts."""
    found = _FEWER_THAN.fullmatch(text.strip())
    return int(found[2]) - (not found[1]) if found else None


@lru_cache(_REMEMBERED)
def number(text: str) -> Decimal | None:
    """The printed number with its printed precision; None for any other text."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.translate(_WITHOUT_MARKS))


def has_fitting_sign(text: str, statistic: Statistic) -> bool:
    """Whether a number may bear the sign it bears: counts are no money, and no percentages."""
    if any(mark in text for mark in "£$€"):
        return not statistic.is_frequency and statistic is not Statistic.NUNIQUE
    return "%" not in text or statistic in (Statistic.SHARE, Statistic.RATIO)


def half_a_digit(printed: Decimal) -> float:
    """Half of what the last digit is worth: how far the printed number may be off.

    Zero has no digit that a power of ten could be worth more: `0e5` is as exact as `0`.
    """
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0 ** min(exponent, _MOST_EXPONENT if printed else 0)


def telling_digits(texts: Iterable[str]) -> int:
    """Digits of the different numbers among them: of so many none agree by accident."""
    found = {one.normalize() for text in texts if (one := number(text)) is not None}
    return sum(len(one.as_tuple().digits) for one in found if one)


def decimals(texts: Iterable[str]) -> int | None:
    """Digits after the point that the numbers need, zeros at their end left out.

    Below 0 where all are whole tens or more; None for fewer than two numbers, which tell nothing
    of each other.
    """
    found = [one for text in texts if (one := number(text)) is not None]
    needed = [-one.normalize().as_tuple().exponent for one in found]  # type: ignore[operator]
    return max(-_MOST_EXPONENT, *needed) if len(needed) > 1 else None


def agrees(
    text: str, evidence: CellEvidence, *, decimals: int | None = None, relative: float = EXACT
) -> bool:
    """Whether the text is one of the expected values, at the precision it is printed with.

    Args:
        text: As printed.
        evidence: With the values, any of which is right.
        decimals: A lower precision, where the whole column has it.
        relative: How far the value may be off for how it was computed.
    """
    if any(isinstance(value, str) for value in evidence.expected):
        return canonical(text) in evidence.expected
    printed = number(text)
    if printed is None:
        return False
    if not evidence.expected:
        return evidence.units == 0 and printed == 0
    is_count = all(isinstance(value, int) for value in evidence.expected)
    size = max(abs(float(value)) for value in evidence.expected)
    if not isfinite(size):
        return False
    off = min(abs(float(printed) - float(value)) for value in evidence.expected)
    slack = half_a_digit(printed)
    if is_count:
        return off <= slack
    slack = slack if decimals is None else max(slack, 0.5 * 10.0**-decimals)
    largest = max(size, *evidence.largest[:1], 0.0)
    is_off_as_single = slack + relative * largest < off <= slack + _SINGLE * largest
    return _is_single(printed) if is_off_as_single else off <= slack + relative * largest


def _is_single(printed: Decimal) -> bool:
    """Whether a number of single precision is printed so, with all of its digits or fewer."""
    value = float(printed)
    if abs(value) > _LARGEST_SINGLE:
        return False
    (single,) = struct.unpack("f", struct.pack("f", value))
    return bool(abs(value - single) <= half_a_digit(printed) + _WIDENED * abs(value))


def agrees_rounded_share(
    printed: Decimal, evidence: CellEvidence, roundings: Sequence[Rounding]
) -> bool:
    """Whether a share is the one of rounded counts."""
    if evidence.counts is None:
        return False
    above, beneath = evidence.counts
    shares = [
        rounding.of(above) / rounding.of(beneath) * scale
        for rounding in roundings
        if rounding.of(beneath)
        for scale in (1.0, 100.0)
    ]
    return any(abs(float(printed) - share) <= half_a_digit(printed) + 1e-9 for share in shares)
