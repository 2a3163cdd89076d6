"""What a checker wants to know of a table before looking at its cells, a column at a time."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from output_checker.disclosure.cells import CellColumn
from output_checker.disclosure.kept_tables import KeptTable, numbers_of

BASES: Final = (5, 6, 10)
_MIDDLE: Final = 3
_BAND: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """Of a column in which at least half of what is written are numbers.

    Attributes:
        column: Zero-based.
        numbers: How many cells are.
        low, high, total: Least, greatest and sum.
        least: The smallest that is not zero, by size; None where all are zero.
        multiples_of: Of which of 5, 6 and 10 every number is a multiple.
        are_midpoints: Whether every number is zero or the middle of a band of six: 3, 9, 15...
    """

    column: int
    numbers: int
    low: float
    least: float | None
    high: float
    total: float
    multiples_of: tuple[int, ...]
    are_midpoints: bool


def facts_of(table: KeptTable) -> tuple[ColumnFacts, ...]:
    found = (_facts(at, column) for at, column in enumerate(table.columns))
    return tuple(one for one in found if one is not None)


def _facts(at: int, column: CellColumn) -> ColumnFacts | None:
    values = numbers_of(column)
    counts = np.bincount(column.of_row, minlength=len(values))
    is_number = np.isfinite(values) & (counts > 0)
    written = sum(
        int(count)
        for text, count in zip(column.texts.to_pylist(), counts, strict=True)
        if text.strip()
    )
    numbers = int(counts[is_number].sum())
    if not numbers or 2 * numbers < written:
        return None
    there = values[is_number]
    total = math.fsum((there * counts[is_number]).tolist())
    rest = there[there != 0]
    return ColumnFacts(
        column=at,
        numbers=numbers,
        low=float(there.min()),
        least=float(rest[np.argmin(np.abs(rest))]) if len(rest) else None,
        high=float(there.max()),
        total=total,
        multiples_of=_multiples(there),
        are_midpoints=bool(((there == 0) | (there % _BAND == _MIDDLE)).all()),
    )


def _multiples(values: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(base for base in BASES if bool((values % base == 0).all()))
