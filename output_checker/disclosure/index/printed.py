"""The columns of an output in the form in which the index compares them."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.index.columns import Keys
from output_checker.disclosure.index.spelling import hash_sql, number_sql, text_sql
from output_checker.disclosure.readers.artefacts import Table

COARSEST: Final = -6
FINEST: Final = 12
# What needs no second look: a sign, digits without zeros before them, a point, digits.
_PLAIN: Final = r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?"
_ZEROS: Final = re.compile(r"^([+-]?)0+(?=[0-9])")
# Columns of truth are numbers in the source.
_LOGICAL: Final = (
    "CASE WHEN length(t) > 5 THEN t WHEN lower(t) = 'true' THEN '1' "
    "WHEN lower(t) = 'false' THEN '0' ELSE t END"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """One column of an output.

    Attributes:
        of_row: For each row, the place of its text among the different ones.
        counts: Rows that have each text.
        texts: Each different text as a hash; 0 where it says that a value is missing.
        numbers: Each different text as a number, 1 and 0 for true and false; NaN where it says that
            a value is missing. In a column of numbers, infinite for what is none: nobody's.
        decimals: Most digits after the point that any number needs, below 0 for tens and more; None
            unless more than half of the texts are numbers.
    """

    of_row: NDArray[np.integer]
    counts: NDArray[np.int64]
    texts: NDArray[np.uint64]
    numbers: NDArray[np.float64]
    decimals: int | None

    @property
    def is_all_numbers(self) -> bool:
        return self.decimals is not None and not np.isinf(self.numbers).any()

    def keys(self, decimals: int | None) -> Keys:
        return self.texts if decimals is None else self.numbers


def read(data: Dataset, table: Table, most: int) -> list[Printed]:
    """The first columns of a table, at most so many."""
    columns = table.cells.columns[:most]
    if not columns:
        return []
    spelled = pc.utf8_trim_whitespace(pa.concat_arrays([one.texts for one in columns]))
    texts, found, digits = data.work_out(
        spelled, (hash_sql(text_sql("t")), number_sql(_LOGICAL), _digits_sql("t"))
    )
    found_columns = []
    first = 0
    for one in columns:
        own = slice(first, first + len(one.texts))
        found_columns.append(
            Printed(
                of_row=one.of_row,
                counts=np.bincount(one.of_row, minlength=len(one.texts)),
                texts=texts[own],
                numbers=found[own],
                decimals=_decimals(spelled[own], texts[own], found[own], digits[own]),
            )
        )
        first = own.stop
    return found_columns


def _decimals(
    spelled: pa.StringArray,
    texts: NDArray[np.uint64],
    found: NDArray[np.float64],
    digits: NDArray[np.int32],
) -> int | None:
    """Zeros at the end of all say that the column is rounded: -3 for 12000 and 7000.

    A few words among numbers hide none of them: these become infinite in `found`.
    """
    is_there = texts != 0
    strays = is_there & np.isnan(found)
    if 2 * np.count_nonzero(strays) >= np.count_nonzero(is_there):
        return None
    most = [int(digits[is_there & (digits > COARSEST - 1)].max(initial=COARSEST))]
    for at in np.flatnonzero(is_there & ~strays & (digits < COARSEST)):
        needed = _needed(spelled[int(at)].as_py())
        strays[at] = needed is None
        most += [] if needed is None else [needed]
    found[strays] = np.inf
    is_number = 2 * np.count_nonzero(strays) < np.count_nonzero(is_there)
    return min(max(most), FINEST) if is_number else None


def _needed(text: str) -> int | None:
    """Digits after the point of what is written with an exponent, commas or zeros before it."""
    if text.lower() in ("true", "false"):
        return 0
    printed = numbers.number(_ZEROS.sub(r"\1", text))
    if printed is None:
        return None
    exponent = printed.normalize().as_tuple().exponent if printed else -COARSEST
    assert isinstance(exponent, int)
    return -exponent


def _digits_sql(text: str) -> str:
    """Digits after the point that a number needs; less than any where it is not a plain one."""
    behind = f"rtrim(split_part({text}, '.', 2), '0')"
    whole = f"ltrim(split_part({text}, '.', 1), '+-0')"
    return (
        f"CASE WHEN NOT regexp_full_match({text}, '{_PLAIN}') THEN {COARSEST - 1} "
        f"WHEN {behind} <> '' THEN least(length({behind}), {FINEST}) "
        f"WHEN {whole} = '' THEN {COARSEST} "
        f"ELSE greatest(length(rtrim({whole}, '0')) - length({whole}), {COARSEST}) END::INTEGER"
    )
