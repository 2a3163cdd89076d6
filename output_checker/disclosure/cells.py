"""The texts of a table, each looked at once however many cells have it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.readers.column_rows import Column, ColumnRows, arrow_texts

# A sign, digits without a zero before them, a point, digits: no more than any number needs.
_PLAIN_NUMBER: Final = r"^[+-]?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{0,11})?$"


def flags(found: pa.BooleanArray) -> NDArray[np.bool_]:
    """What `to_numpy` gives of an array without NULL, which would load pandas as well."""
    bits = np.frombuffer(found.buffers()[1], dtype=np.uint8)
    ends = found.offset + len(found)
    return np.unpackbits(bits, count=ends, bitorder="little")[found.offset :].astype(np.bool_)


def mask_of(wanted: NDArray[np.bool_]) -> pa.BooleanArray:
    """What `flags` takes."""
    bits = np.packbits(wanted, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(wanted), [None, pa.py_buffer(bits)])


def those(texts: pa.StringArray, wanted: NDArray[np.bool_]) -> pa.StringArray:
    """The texts of which it is true."""
    return texts.filter(mask_of(wanted))


def are_like(texts: pa.StringArray, form: str) -> NDArray[np.bool_]:
    """In which texts a form is found: RE2, as `pyarrow` takes it."""
    return flags(pc.match_substring_regex(texts, form))


@dataclass(frozen=True, kw_only=True)
class CellColumn:
    """Attributes: `of_row` is, for each row, the place of its text in `texts`."""

    texts: pa.StringArray
    of_row: NDArray[np.integer[Any]]

    @cached_property
    def is_plain(self) -> NDArray[np.bool_]:
        """Which of the texts are numbers without anything that needs a second look."""
        return are_like(self.texts, _PLAIN_NUMBER)

    @cached_property
    def plain(self) -> pa.StringArray:
        """The texts that are plain numbers."""
        return those(self.texts, self.is_plain)

    @cached_property
    def numbers(self) -> NDArray[np.float64]:
        """What the plain numbers are."""
        unsigned = pc.ascii_ltrim(self.plain, characters="+")
        # Zero has no sign.
        found = pc.cast(unsigned, pa.float64())
        return np.frombuffer(found.buffers()[1], dtype=np.float64, count=len(found)) + 0.0

    def rows_with(self, texts: Collection[str]) -> NDArray[np.int64]:
        """Rows that have one of the texts, zero-based, in ascending order."""
        wanted = pc.is_in(self.texts, value_set=arrow_texts(texts))
        return np.flatnonzero(flags(wanted)[self.of_row])


@dataclass(frozen=True)
class Cells:
    """A header and the columns under it. Lines are counted from 1, which is the header's."""

    header: tuple[str, ...]
    columns: tuple[CellColumn, ...]

    @classmethod
    def of(cls, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> "Cells":
        if isinstance(rows, ColumnRows):
            columns = rows.columns
        else:
            columns = tuple(Column.of([row[at] for row in rows]) for at in range(len(header)))
        return cls(header, tuple(CellColumn(texts=c.texts, of_row=c.of_row) for c in columns))

    @cached_property
    def others(self) -> pa.StringArray:
        """The different texts, the header's too, that are no plain number."""
        found = [those(column.texts, ~column.is_plain) for column in self.columns]
        return pa.concat_arrays([arrow_texts(self.header), *found]).unique()

    def others_like(self, form: str, unlike: str | None = None) -> list[str]:
        """Those of `others` in which a form is found, and another one is not."""
        texts = those(self.others, are_like(self.others, form))
        left = texts if unlike is None else those(texts, ~are_like(texts, unlike))
        found: list[str] = left.to_pylist()
        return found

    def lines_with(self, texts: Iterable[str]) -> list[int]:
        return sorted({line for line, _ in self.places_of(texts)})

    def places_of(self, texts: Iterable[str]) -> list[tuple[int, int]]:
        """Line and zero-based column of each cell that has one of the texts."""
        known = {*texts}
        if not known:
            return []
        found = [(1, at) for at, name in enumerate(self.header) if name in known]
        for at, column in enumerate(self.columns):
            found += [(int(row) + 2, at) for row in column.rows_with(known)]
        return sorted(found)
