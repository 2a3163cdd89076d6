"""The columns of an output in the form in which the index compares them."""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.cells import CellColumn, are_like, those
from output_checker.disclosure.evidence import numbers
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.index.columns import Keys
from output_checker.disclosure.index.spelling import hash_sql, number_sql, text_sql
from output_checker.disclosure.readers.artefacts import Table

COARSEST: Final = -6
FINEST: Final = 12
# As a plain number, of any length.
_LONG: Final = r"^[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?$"
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
    others = pc.utf8_trim_whitespace(
        pa.concat_arrays([those(one.texts, ~one.is_plain) for one in columns])
    )
    plain = pa.concat_arrays([one.plain for one in columns])
    (plain_texts,) = data.work_out(plain, (hash_sql("t"),))
    other_texts, other_numbers = data.work_out(
        others, (hash_sql(text_sql("t")), number_sql(_LOGICAL))
    )
    found = []
    first = first_other = 0
    for one in columns:
        own = slice(first, first + len(one.plain))
        rest = slice(first_other, first_other + len(one.texts) - len(one.plain))
        found.append(
            _printed(
                one, plain_texts[own], others[rest], other_texts[rest], other_numbers[rest].copy()
            )
        )
        first, first_other = own.stop, rest.stop
    return found


def _printed(
    column: CellColumn,
    plain_texts: NDArray[np.uint64],
    spelled: pa.StringArray,
    other_texts: NDArray[np.uint64],
    other_numbers: NDArray[np.float64],
) -> Printed:
    """Args: of the plain numbers among the texts, then of the others."""
    texts = np.empty(len(column.texts), dtype=np.uint64)
    texts[column.is_plain], texts[~column.is_plain] = plain_texts, other_texts
    decimals = _decimals(column, spelled, other_texts, other_numbers)
    found = np.empty(len(column.texts))
    found[column.is_plain], found[~column.is_plain] = column.numbers, other_numbers
    return Printed(
        of_row=column.of_row,
        counts=np.bincount(column.of_row, minlength=len(column.texts)),
        texts=texts,
        numbers=found,
        decimals=decimals,
    )


def _decimals(
    column: CellColumn,
    spelled: pa.StringArray,
    texts: NDArray[np.uint64],
    found: NDArray[np.float64],
) -> int | None:
    """Zeros at the end of all say that the column is rounded: -3 for 12000 and 7000.

    A few words among numbers hide none of them: these become infinite in `found`.
    """
    is_there = texts != 0
    strays = is_there & np.isnan(found)
    every = len(column.plain) + np.count_nonzero(is_there)
    if 2 * np.count_nonzero(strays) >= every:
        return None
    is_long = are_like(spelled, _LONG)
    most = [_digits(pa.concat_arrays([column.plain, those(spelled, is_long)]))]
    for at in np.flatnonzero(is_there & ~strays & ~is_long):
        needed = _needed(spelled[int(at)].as_py())
        strays[at] = needed is None
        most += [] if needed is None else [needed]
    found[strays] = np.inf
    is_number = 2 * np.count_nonzero(strays) < every
    return min(max(most), FINEST) if is_number else None


def _digits(plain: pa.StringArray) -> int:
    """Most digits after the point that any of the numbers needs, at least `COARSEST`."""
    has_point = are_like(plain, r"\.")
    fractions = pc.ascii_rtrim(those(plain, has_point), characters="0")
    behind = pc.subtract(pc.binary_length(fractions), pc.find_substring(fractions, "."))
    finest = (pc.max(behind).as_py() or 1) - 1
    if finest > 0:
        return finest
    wholes = pa.concat_arrays([
        those(plain, ~has_point), pc.ascii_rtrim(fractions, characters="."),
    ])  # fmt: skip
    kept = pc.ascii_rtrim(wholes, characters="0")
    wholes = those(wholes, are_like(kept, "[1-9]"))
    kept = those(kept, are_like(kept, "[1-9]"))
    zeros = pc.subtract(pc.binary_length(wholes), pc.binary_length(kept))
    fewest = pc.min(zeros).as_py()
    return COARSEST if fewest is None else max(-fewest, COARSEST)


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
