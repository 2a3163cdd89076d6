"""One spelling for a label, whether the source or the output prints it.

A year read as a float prints `2010.0`, a date read as a timestamp prints midnight: the
person behind the row is the same, so the label must be too.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

MISSING_WORDS: Final = frozenset(
    {"", "#N/A", "<NA>", "N/A", "NA", "NULL", "NaN", "NaT", "None", "n/a", "nan", "null"}
)
MISSING_LABEL: Final = "nan"
MARGIN_WORDS: Final = frozenset({"all", "total", "totals", "overall", "margin", "grand total"})

_MIDNIGHT: Final = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00:00(?:\.0+)?(?:Z|\+00:00)?")
_DECIMAL: Final = re.compile(
    r"[+-]?[0-9]+\.[0-9]*(?:[eE][+-]?[0-9]{1,3})?|[+-]?[0-9]+[eE][+-]?[0-9]{1,3}"
)
# A table prints few labels many times.
_REMEMBERED: Final = 1 << 16
_TRUTH: Final = {"true": "True", "false": "False"}


def canonical(value: object) -> str | None:
    """The label as compared; None where the value is missing."""
    match value:
        case str():
            return _text(value)
        case None:
            return None
        case bool():
            return str(value)
        case float() | Decimal():
            return None if value != value else number_label(str(value))  # noqa: PLR0124 - NaN
        case datetime() | date():
            return _text(value.isoformat(sep=" ") if isinstance(value, datetime) else str(value))
        case _:
            return _text(str(value))


@lru_cache(_REMEMBERED)
def _text(text: str) -> str | None:
    text = text.strip()
    if text in MISSING_WORDS:
        return None
    if midnight := _MIDNIGHT.fullmatch(text):
        return midnight[1]
    if _DECIMAL.fullmatch(text):
        return number_label(text)
    return _TRUTH.get(text.lower(), text)


def number_label(text: str) -> str:
    """Of a decimal, with a point or an exponent."""
    number = float(text)
    if number.is_integer() and abs(number) < 2**63:
        return str(int(number))
    return repr(number)


def is_margin_word(label: str | None) -> bool:
    return label is not None and label.lower() in MARGIN_WORDS
