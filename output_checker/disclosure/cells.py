"""The texts of a table, each looked at once however many cells have it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from output_checker.disclosure.readers.column_rows import ColumnRows

# A sign, digits without a zero before them, a point, digits: no more than any number needs.
_PLAIN_NUMBER: Final = r"^[+-]?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{0,11})?$"


def arrow_texts(texts: Sequence[str]) -> pa.StringArray:
    """What `pa.array` gives, which would load pandas first, wherever it is installed."""
    joined = "".join(texts)
    data = joined.encode()
    sizes = map(len, texts if len(data) == len(joined) else (one.encode() for one in texts))
    ends = np.cumsum([0, *sizes], dtype=np.int32)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(data))


def flags(found: pa.BooleanArray) -> NDArray[np.bool_]:
    """What `to_numpy` gives of an array without NULL, which would load pandas as well."""
    bits = np.frombuffer(found.buffers()[1], dtype=np.uint8)
    ends = found.offset + len(found)
    return np.unpackbits(bits, count=ends, bitorder="little")[found.offset :].astype(np.bool_)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellColumn:
    """Attributes: `of_row` is, for each row, the place of its text in `texts`."""

    texts: pa.StringArray
    of_row: NDArray[np.integer]

    def like(self, form: str) -> list[str]:
        """The different texts in which a form is found: RE2, as `pyarrow` takes it."""
        found: list[str] = self.texts.filter(self._is_like(form)).to_pylist()
        return found

    def unlike(self, form: str) -> list[str]:
        """The different texts in which a form is not found."""
        found: list[str] = self.texts.filter(pc.invert(self._is_like(form))).to_pylist()
        return found

    def rows_with(self, texts: Collection[str]) -> NDArray[np.int64]:
        """Rows that have one of the texts, zero-based, in ascending order."""
        wanted = pc.is_in(self.texts, value_set=arrow_texts([*texts]))
        return np.flatnonzero(flags(wanted)[self.of_row])

    def _is_like(self, form: str) -> pa.BooleanArray:
        return pc.match_substring_regex(self.texts, form)


@dataclass(frozen=True)
class Cells:
    """A header and the columns under it. Lines are counted from 1, which is the header's."""

    header: tuple[str, ...]
    columns: tuple[CellColumn, ...]

    @classmethod
    def of(cls, header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> "Cells":
        if isinstance(rows, ColumnRows):
            columns = tuple(
                CellColumn(
                    texts=arrow_texts(one.texts),
                    of_row=np.frombuffer(one.of_row, dtype=np.uint32),
                )
                for one in rows.columns
            )
            return cls(header, columns)
        return cls(header, tuple(_encoded([row[at] for row in rows]) for at in range(len(header))))

    @cached_property
    def others(self) -> frozenset[str]:
        """The different texts, the header's too, that are no plain number."""
        found = set(self.header)
        for column in self.columns:
            found.update(column.unlike(_PLAIN_NUMBER))
        return frozenset(found)

    def lines_with(self, texts: Collection[str]) -> list[int]:
        return sorted({line for line, _ in self.places_of(texts)})

    def places_of(self, texts: Collection[str]) -> list[tuple[int, int]]:
        """Line and zero-based column of each cell that has one of the texts."""
        if not texts:
            return []
        known = {*texts}
        found = [(1, at) for at, name in enumerate(self.header) if name in known]
        for at, column in enumerate(self.columns):
            found += [(int(row) + 2, at) for row in column.rows_with(known)]
        return sorted(found)


def _encoded(cells: Sequence[str]) -> CellColumn:
    found = arrow_texts(cells).dictionary_encode()
    codes = np.frombuffer(found.indices.buffers()[1], dtype=np.int32, count=len(found))
    return CellColumn(texts=found.dictionary, of_row=codes)
