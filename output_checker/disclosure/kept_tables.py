"""Whole tables, kept so that a checker can turn their pages, sort, search and compare them.

A table is kept as an Arrow file of dictionary columns, compressed with zstd: written once when the
file is checked, from what the sandbox made of it, and read by whoever draws a page of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.cells import CellColumn, flags, those
from output_checker.disclosure.readers.column_rows import Column, ColumnRows

MAX_ROWS: Final = 200_000
MAX_TEXT_BYTES: Final = 20 * 1024**2
Places = NDArray[np.int64]
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:[eE][+-]?\d{1,2})?")


def number(text: str) -> float | None:
    """A printed number, with thousands, a unit of money or a sign for percent."""
    plain = text.strip().replace("\N{MINUS SIGN}", "-").rstrip("% ").lstrip("£$€ ")
    if not any(letter.isascii() and letter.isdigit() for letter in plain[:3]):
        return None
    return float(plain.replace(",", "")) if _NUMBER.fullmatch(plain) else None


def numbers_of(column: CellColumn) -> NDArray[np.float64]:
    """For each different text of a column the number that it is, or NaN."""
    found = np.full(len(column.texts), np.nan)
    found[column.is_plain] = column.numbers
    others = those(column.texts, ~column.is_plain).to_pylist()
    values = (number(text) for text in others)
    found[~column.is_plain] = [np.nan if value is None else value for value in values]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Attributes: `content` holds the first `rows` rows, which may not be all."""

    content: bytes
    rows: int


def packed(rows: Sequence[tuple[str, ...]]) -> Packed:
    """As many rows as the bounds allow, from the first; none of a table without columns."""
    if not rows or not rows[0]:
        return Packed(content=b"", rows=0)
    columns = _columns(rows)
    kept = _fitting(columns, len(rows))
    table = pa.table(
        [pa.DictionaryArray.from_arrays(pa.array(c.of_row[:kept]), c.texts) for c in columns],
        names=[str(at) for at in range(len(columns))],
    )
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(sink, table.schema, options=options) as file:
        file.write_table(table)
    return Packed(content=sink.getvalue().to_pybytes(), rows=kept)


def _columns(rows: Sequence[tuple[str, ...]]) -> tuple[Column, ...]:
    if isinstance(rows, ColumnRows):
        return rows.columns
    return tuple(Column.of(cells) for cells in zip(*rows[:MAX_ROWS], strict=True))


def _fitting(columns: Sequence[Column], rows: int) -> int:
    most = min(rows, MAX_ROWS)
    length = np.zeros(most, dtype=np.int64)
    for column in columns:
        found = pc.binary_length(column.texts)
        every = np.frombuffer(found.buffers()[1], dtype=np.int32)[found.offset :][: len(found)]
        length += every[column.of_row[:most]]
    return int(np.searchsorted(np.cumsum(length), MAX_TEXT_BYTES, side="right"))


class KeptTable:
    """Rows are told by their place in the file, zero-based, whatever order they are shown in."""

    def __init__(self, columns: Sequence[CellColumn]) -> None:
        self.columns = tuple(columns)

    @classmethod
    def of(cls, content: bytes) -> "KeptTable":
        if not content:
            return cls(())
        table = pa.ipc.open_file(pa.py_buffer(content)).read_all()
        found = (one.combine_chunks() for one in table.columns)
        return cls([CellColumn(texts=one.dictionary, of_row=_codes(one)) for one in found])

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[str, ...]]) -> "KeptTable":
        return cls.of(packed(rows).content)

    def __len__(self) -> int:
        return len(self.columns[0].of_row) if self.columns else 0

    @cached_property
    def every(self) -> Places:
        return np.arange(len(self), dtype=np.int64)

    def rows(self, places: Places, columns: slice = slice(None)) -> list[tuple[str, ...]]:
        """The cells of these rows, in their order."""
        each = [_texts(column, places) for column in self.columns[columns]]
        return list(zip(*each, strict=True))

    def holding(self, words: str) -> Places:
        """Rows in which some cell has these words, capitals or not."""
        found = np.zeros(len(self), dtype=np.bool_)
        for column in self.columns:
            has = flags(pc.match_substring(column.texts, words, ignore_case=True))
            found |= has[column.of_row]
        return np.flatnonzero(found)

    def sorted(self, at: int, *, descending: bool) -> Places:
        """Rows by one column: numbers by size, then texts; empty cells are always last."""
        column = self.columns[at]
        rank = _ranks(column, descending=descending)
        return np.argsort(rank[column.of_row], kind="stable")


def _codes(array: pa.DictionaryArray) -> NDArray[np.integer]:
    codes = array.indices
    kind = np.dtype(str(codes.type))
    return np.frombuffer(codes.buffers()[1], dtype=kind)[codes.offset :][: len(codes)]


def _texts(column: CellColumn, places: Places) -> list[str]:
    codes, at = np.unique(column.of_row[places], return_inverse=True)
    texts = column.texts.take(pa.array(codes.astype(np.int64))).to_pylist()
    return [texts[one] for one in at]


def _ranks(column: CellColumn, *, descending: bool) -> NDArray[np.int64]:
    """For each different text its place among them."""
    texts = column.texts.to_pylist()
    values = numbers_of(column).tolist()
    keys = [
        (0, value, "") if value == value else (1, 0.0, text.casefold())  # noqa: PLR0124 - no NaN
        for text, value in zip(texts, values, strict=True)
    ]
    blank = [not text.strip() for text in texts]
    order = sorted(range(len(texts)), key=keys.__getitem__, reverse=descending)
    order.sort(key=blank.__getitem__)
    ranks = np.empty(len(texts), dtype=np.int64)
    ranks[order] = np.arange(len(texts))
    return ranks
