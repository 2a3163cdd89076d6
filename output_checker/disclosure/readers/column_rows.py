"""Rows of a table that are kept column by column, each different text once.

A large table has few different texts beside its cells, so it is read, sent and looked through in
this form. To whoever wants rows it is rows.
"""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, overload

CODE: Final = "I"

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Attributes: `of_row` is, for each row, the place of its text in `texts`."""

    texts: Sequence[str]
    of_row: "array[int]"

    @classmethod
    def of(cls, cells: Sequence[str]) -> "Column":
        places = {text: place for place, text in enumerate(dict.fromkeys(cells))}
        return cls([*places], array(CODE, map(places.__getitem__, cells)))

    def cells(self, rows: slice) -> Iterator[str]:
        return map(self.texts.__getitem__, self.of_row[rows])


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
        return tuple(one.texts[one.of_row[place]] for one in self.columns)

    def __iter__(self) -> Iterator[Row]:
        return zip(*(one.cells(slice(None)) for one in self.columns), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:] == tuple(other)

    def __hash__(self) -> int:
        return hash(self[:])
