"""Numbers, dates and texts as arrays keep them, as they would be printed.

A form is what NumPy calls a dtype; nothing here needs NumPy.
"""

import array
import math
import re
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from output_checker.disclosure.readers.refusal import Refusal

_CODES: Final = {
    "b1": "?", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I",
    "u8": "Q", "f2": "e", "f4": "f", "f8": "d", "M8": "q", "m8": "q",
}  # fmt: skip
# What a form is called by the letters of C that pickles of old use.
_OLD: Final = {"?": "b1", "b": "i1", "B": "u1", "h": "i2", "H": "u2", "i": "i4", "I": "u4",
               "l": "i8", "L": "u8", "q": "i8", "Q": "u8", "e": "f2", "f": "f4", "d": "f8",
               "O": "O8", "F": "c8", "D": "c16"}  # fmt: skip
_FORM: Final = re.compile(r"([<>|=]?)([a-zA-Z?])(\d*)(?:\[(\d*)(\w+)\])?")
_NO_DATE: Final = -(2**63)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_IN_MICROSECONDS: Final = {"ns": 0.001, "us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6,
                           "h": 3600 * 10**6, "D": 86400 * 10**6,
                           "W": 7 * 86400 * 10**6}  # fmt: skip
_MONTHS: Final = {"M": 1, "Y": 12}
_MONTHS_A_YEAR: Final = 12
# Digits that may do, up to those that always do.
_DIGITS: Final = {"e": range(3, 6), "f": range(6, 10)}
_MOST_HALF: Final = 65504.0
_MOST_SINGLE: Final = 3.4028234663852886e38
_MOST_BITS: Final = 1_024
MAX_ITEM_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one item lies in memory.

    Attributes:
        kind: The letter and bytes of NumPy without byte order: `f8`, `U12`, `O8`, `V24`.
        size: Bytes.
        unit: Of dates and spans.
        fields: Of a record: byte at which each begins, and its form.
    """

    kind: str
    size: int
    is_big: bool = False
    unit: str = ""
    fields: tuple[tuple[str, int, "Form"], ...] = ()


def parse(text: str, *, is_big: bool = False, unit: str = "") -> Form:
    """A form as NumPy writes it, such as `<f8`. Raises: Refusal."""
    found = _FORM.fullmatch(text)
    if found is None:
        raise Refusal("an array is of a form that cannot be read")
    order, letter, digits, many, own_unit = found.groups()
    kind = f"{letter}{digits}" if digits else _OLD.get(letter, f"{letter}0")
    letter, size = kind[0], int(kind[1:][:9])
    if letter == "U":
        size *= 4
    if size > MAX_ITEM_BYTES or (letter not in "OSUVc" and kind not in _CODES):
        raise Refusal("an array is of a form that cannot be read")
    if many not in (None, "", "1"):
        raise Refusal("an array has dates in a unit that cannot be read")
    return Form(kind=kind, size=size, is_big=order == ">" or is_big, unit=own_unit or unit)


def columns(form: Form, data: bytes, stride: int = 0, offset: int = 0) -> list[list[str]]:
    """The items as texts: one column, or several where an item is a record. Raises: Refusal."""
    stride = stride or form.size
    if not stride or len(data) % stride or offset + form.size > stride:
        raise Refusal("an array has other bytes than it says")
    if form.fields:
        return [
            column
            for _, at, one in form.fields
            for column in columns(one, data, stride, offset + at)
        ]
    if form.kind[0] == "c":
        half = Form(kind=f"f{form.size // 2}", size=form.size // 2, is_big=form.is_big)
        return [column for at in (0, half.size) for column in columns(half, data, stride,
                                                                      offset + at)]  # fmt: skip
    code = f"{form.size}s" if form.kind[0] in "SUV" else _CODES.get(form.kind)
    if code is None:
        raise Refusal("an array is of a form that cannot be read")
    layout = f"{'>' if form.is_big else '<'}{offset}x{code}{stride - offset - form.size}x"
    return [_texts(form, code, [one for (one,) in struct.iter_unpack(layout, data)])]


def _texts(form: Form, code: str, values: list[object]) -> list[str]:
    letter = form.kind[0]
    if letter == "b":
        return ["true" if one else "false" for one in values]
    if letter == "f":
        return floats(values, code)  # type: ignore[arg-type]
    if letter == "U":
        name = "utf-32-be" if form.is_big else "utf-32-le"
        return [one.decode(name, "replace").rstrip("\0") for one in values]  # type: ignore[attr-defined]
    if letter in "SV":
        return [one.rstrip(b"\0").decode(errors="replace") for one in values]  # type: ignore[attr-defined]
    if letter == "M":
        return [date(one, form.unit) for one in values]  # type: ignore[arg-type]
    return [str(one) for one in values]


def floats(values: Sequence[float], code: str = "d") -> list[str]:
    """Each in the fewest digits that mean the same number; nothing where it is none.

    Numbers that were all kept shorter at some time are taken for what they were then.
    """
    texts = [repr(one) for one in values]
    if code == "d" and _are_single(values):
        code = "f"
    if code in _DIGITS:
        _shorten(values, texts, code)
    return [
        "" if one != one else text.removesuffix(".0")  # noqa: PLR0124 - only NaN differs from itself
        for one, text in zip(values, texts, strict=True)
    ]


def _are_single(values: Sequence[float]) -> bool:
    found = [one for one in values if math.isfinite(one)]
    if not found or max(map(abs, found)) > _MOST_SINGLE:
        return False
    return array.array("f", found).tolist() == found


def _shorten(values: Sequence[float], texts: list[str], code: str) -> None:
    """Of numbers of fewer digits: what Python prints shows digits that were never there."""
    left: Iterable[int] = [at for at, one in enumerate(values) if math.isfinite(one)]
    for digits in _DIGITS[code]:
        at_once = [*left]
        tried = [f"{values[at]:.{digits}g}" for at in at_once]
        # A text that rounds up beyond the largest number means another one.
        meant = _packed([min(max(float(one), -_MOST_SINGLE), _MOST_SINGLE) for one in tried], code)
        same = [one == values[at] for at, one in zip(at_once, meant, strict=True)]
        for at, text, is_same in zip(at_once, tried, same, strict=True):
            if is_same:
                texts[at] = repr(float(text))
        left = [at for at, is_same in zip(at_once, same, strict=True) if not is_same]


def _packed(values: list[float], code: str) -> Sequence[float]:
    if code == "f":
        return array.array("f", values)
    packed = struct.pack(
        f"{len(values)}e", *(min(max(one, -_MOST_HALF), _MOST_HALF) for one in values)
    )
    return struct.unpack(f"{len(values)}e", packed)


def whole(value: int) -> str:
    """An integer, however long: those that no one would read in sixteens."""
    return str(value) if value.bit_length() <= _MOST_BITS else hex(value)


def date(value: int, unit: str) -> str:
    """A count of units since 1970 as a date, with a time only where there is one."""
    if value == _NO_DATE:
        return ""
    if unit in _MONTHS:
        months = value * _MONTHS[unit]
        return f"{1970 + months // _MONTHS_A_YEAR}-{months % _MONTHS_A_YEAR + 1:02}-01"
    try:
        at = _EPOCH + timedelta(microseconds=value * _IN_MICROSECONDS[unit])
    except (KeyError, OverflowError):
        return str(value)
    return moment(at)


def moment(at: datetime) -> str:
    text = at.replace(tzinfo=None).isoformat(" ")
    return text.removesuffix(" 00:00:00")
