"""Rows of a table that are kept column by column, each different text once.

A large table has few different texts beside its cells, so it is read, sent and looked through in
this form. To whoever wants rows it is rows. What it needs is imported where there is such a table:
a small one is read and judged without.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

# Names of types in NumPy, the narrowest first.
_WIDTHS: Final = ("uint8", "uint16", "uint32")

Row = tuple[str, ...]


def arrow_texts(texts: Iterable[str]) -> "pa.StringArray":
    """What `pa.array` gives, which would load pandas first, wherever it is installed."""
    import numpy as np

    every = [one.encode() for one in texts]
    ends = np.cumsum([0, *map(len, every)], dtype=np.int32)
    return spelled(b"".join(every), ends)


def spelled(data: Any, ends: "NDArray[np.int32]") -> "pa.StringArray":
    """Texts that stand behind each other. Args: ends: Where each begins, and the last ends."""
    import pyarrow as pa

    return pa.StringArray.from_buffers(len(ends) - 1, pa.py_buffer(ends), pa.py_buffer(data))


def split(texts: "pa.StringArray") -> tuple[bytes, bytes]:
    """What `spelled` takes, as bytes, the ends first."""
    import numpy as np

    _, bounds, data = texts.buffers()
    ends = np.frombuffer(bounds, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return (ends - ends[0]).tobytes(), bytes(data or b"")[ends[0] : ends[-1]]


def width_of(texts: int) -> str:
    """The type of the places of so many texts."""
    return next(one for one in _WIDTHS if texts <= 1 << int(one[4:]))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """Attributes: `of_row` is, for each row, the place of its text in `texts`."""

    texts: "pa.StringArray"
    of_row: "NDArray[np.integer[Any]]"

    @classmethod
    def of(cls, cells: Iterable[str]) -> "Column":
        import numpy as np

        found = arrow_texts(cells).dictionary_encode()
        codes = np.frombuffer(found.indices.buffers()[1], dtype=np.int32, count=len(found))
        return cls(found.dictionary, codes.astype(width_of(len(found.dictionary))))

    def cells(self, rows: slice) -> Iterator[str]:
        import numpy as np

        codes = self.of_row[rows]
        if len(codes) >= len(self.texts):
            return map(self.texts.to_pylist().__getitem__, codes)
        places, at = np.unique(codes, return_inverse=True)
        return map([self.texts[int(place)].as_py() for place in places].__getitem__, at)

    def of_at_least(self, characters: int) -> list[str]:
        """The different texts that have so many characters."""
        import pyarrow as pa
        import pyarrow.compute as pc

        long = pc.greater_equal(pc.utf8_length(self.texts), pa.scalar(characters))
        found: list[str] = self.texts.filter(long).to_pylist()
        return found


class ColumnRows(Sequence[Row]):
    """At least one column, all of one length."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = tuple(columns)

    def __len__(self) -> int:
        return len(self.columns[0].of_row)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> tuple[Row, ...]: ...

    def __getitem__(self, place: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(place, slice):
            return tuple(zip(*(one.cells(place) for one in self.columns), strict=True))
        return tuple(one.texts[int(one.of_row[place])].as_py() for one in self.columns)

    def __iter__(self) -> Iterator[Row]:
        return zip(*(one.cells(slice(None)) for one in self.columns), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:] == tuple(other)

    def __hash__(self) -> int:
        return hash(self[:])
