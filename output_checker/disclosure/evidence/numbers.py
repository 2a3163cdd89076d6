"""Read a printed number, and say whether it is the one the source gives."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.labels import MISSING_WORDS, canonical
from output_checker.disclosure.evidence.rounding import Rounding

# What people print where a number is withheld.
SUPPRESSED: Final = re.compile(
    r"\*+|-|\u2013|\u2014|\.\.+|x|c|s|\[[a-z]\]|\[?(suppressed|redacted)\]?|<\s*=?\s*\d{1,3}",
    re.IGNORECASE,
)
_FEWER_THAN: Final = re.compile(r"<\s*(=?)\s*(\d{1,3})")
_NUMBER: Final = re.compile(
    r"[+-]?(([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?( ?%)?"
)
# Means of columns held in single precision differ from ours in the seventh digit.
_RELATIVE: Final = 1e-6


def is_blank(text: str) -> bool:
    return text.strip() in MISSING_WORDS


def is_suppressed(text: str) -> bool:
    return SUPPRESSED.fullmatch(text.strip()) is not None


def most_under(text: str) -> int | None:
    """The greatest count that a mark such as `<10` or `<= 7` allows; None for other texts."""
    found = _FEWER_THAN.fullmatch(text.strip())
    return int(found[2]) - (not found[1]) if found else None


def number(text: str) -> Decimal | None:
    """The printed number with its printed precision; None for any other text."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    return Decimal(text.replace(",", "").rstrip("% "))


def half_a_digit(printed: Decimal) -> float:
    """Half of what the last digit is worth: how far the printed number may be off."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int)
    return 0.5 * 10.0 ** min(exponent, 300)


def decimals(texts: Iterable[str]) -> int | None:
    """Digits after the point that the numbers need, zeros at their end left out.

    None for fewer than two numbers, which tell nothing of each other.
    """
    found = [one for text in texts if (one := number(text)) is not None]
    needed = [-one.normalize().as_tuple().exponent for one in found]  # type: ignore[operator]
    return max(0, *needed) if len(needed) > 1 else None


def agrees(text: str, evidence: CellEvidence, *, decimals: int | None = None) -> bool:
    """Whether the text is one of the expected values, at the precision it is printed with.

    Args:
        text: As printed.
        evidence: With the values, any of which is right.
        decimals: A lower precision, where the whole column has it.
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
    slack = half_a_digit(printed)
    if not is_count:
        slack = slack if decimals is None else max(slack, 0.5 * 10.0**-decimals)
        slack += _RELATIVE * max(size, *evidence.largest[:1], 0.0)
    return any(abs(float(printed) - float(value)) <= slack for value in evidence.expected)


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
