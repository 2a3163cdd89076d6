"""What changed between two tables, cell by cell: rows are matched by their labels."""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from output_checker.disclosure.cells import CellColumn
from output_checker.disclosure.kept_tables import KeptTable, numbers_of

MAX_ROWS: Final = 50_000
MAX_CELLS: Final = 2_000_000
Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table with its names of columns. Attributes: `rows` are those of the whole file."""

    header: Texts
    table: KeptTable
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """Attributes: `old` or `new` is None where the cell is there in one table only."""

    old: str | None
    new: str | None

    @property
    def kind(self) -> str:
        if self.old == self.new:
            return "same"
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """Attributes: `old` and `new` are numbers of rows from 1, None where it is not there."""

    kind: str
    old: int | None
    new: int | None
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChanges:
    """The differences of two tables.

    Attributes:
        columns: Names: those of the new table, then those that only the old one has.
        added, removed: Names of columns that one table alone has.
        labels: Names of the columns that tell which row is which; none: rows are told by place.
        rows: Those of which a cell is not the same in a column that both tables have.
        compared: How many rows were looked at, of the longer table; `total` is all it has.
    """

    columns: Texts
    added: Texts
    removed: Texts
    labels: Texts
    rows: tuple[RowChange, ...]
    compared: int
    total: int

    def count(self, kind: str) -> int:
        return sum(row.kind == kind for row in self.rows)

    @property
    def changed_cells(self) -> int:
        rows = (row for row in self.rows if row.kind == "changed")
        return sum(cell.kind == "changed" for row in rows for cell in row.cells)


def table_changes(old: Sheet, new: Sheet) -> TableChanges:
    """Bounded: of longer tables the first rows are compared, and `compared` says how many."""
    columns = _columns(old.header, new.header)
    labels = _labels(old, new, columns)
    most = min(MAX_ROWS, MAX_CELLS // max(len(columns), 1))
    was, now = _rows(old.table, most), _rows(new.table, most)
    by_key = dict(zip(_keys(was, [a for a, _ in labels]), range(len(was)), strict=True))
    rows: list[tuple[int, int, RowChange]] = []
    both = [(a, b) for a, b in columns if a is not None and b is not None]
    for at, key in enumerate(_keys(now, [b for _, b in labels])):
        before = by_key.pop(key, None)
        if before is None or any(was[before][a] != now[at][b] for a, b in both):
            rows.append((at, 1, _change(columns, before, at, was, now)))
    rows += [(at, 0, _change(columns, at, None, was, now)) for at in by_key.values()]
    rows.sort(key=lambda one: one[:2])
    return TableChanges(
        columns=tuple(_name(pair, old.header, new.header) for pair in columns),
        added=tuple(new.header[b] for a, b in columns if a is None and b is not None),
        removed=tuple(old.header[a] for a, b in columns if b is None and a is not None),
        labels=tuple(new.header[b] for _, b in labels),
        rows=tuple(change for _, _, change in rows),
        compared=max(len(was), len(now)),
        total=max(old.rows, new.rows),
    )


Pair = tuple[int | None, int | None]


def _columns(old: Texts, new: Texts) -> list[Pair]:
    """Columns of one name belong together, the first with the first."""
    places = dict(zip(_numbered(old), range(len(old)), strict=True))
    pairs: list[Pair] = [(places.pop(key, None), at) for at, key in enumerate(_numbered(new))]
    return [*pairs, *((at, None) for at in places.values())]


def _numbered(keys: Sequence[Hashable]) -> Iterator[tuple[Hashable, int]]:
    seen: Counter[Hashable] = Counter()
    for key in keys:
        yield key, seen[key]
        seen[key] += 1


def _labels(old: Sheet, new: Sheet, columns: Sequence[Pair]) -> list[tuple[int, int]]:
    return [
        (a, b)
        for a, b in columns
        if a is not None
        and b is not None
        and a < len(old.table.columns)
        and b < len(new.table.columns)
        and _is_label(old.table.columns[a])
        and _is_label(new.table.columns[b])
    ]


def _is_label(column: CellColumn) -> bool:
    """Whether fewer than half of its different texts are numbers."""
    return bool(2 * np.isfinite(numbers_of(column)).sum() < len(column.texts))


def _rows(table: KeptTable, most: int) -> list[Texts]:
    return table.rows(table.every[:most]) if len(table) else []


def _keys(rows: Sequence[Texts], labels: Sequence[int]) -> Iterator[tuple[Hashable, int]]:
    return _numbered([tuple(row[at] for at in labels) for row in rows])


def _change(
    columns: Sequence[Pair], old: int | None, new: int | None, was: list[Texts], now: list[Texts]
) -> RowChange:
    before = None if old is None else was[old]
    after = None if new is None else now[new]
    cells = tuple(
        CellChange(
            old=None if before is None or a is None else before[a],
            new=None if after is None or b is None else after[b],
        )
        for a, b in columns
    )
    kind = "changed"
    if before is None or after is None:
        kind = "added" if before is None else "removed"
    return RowChange(
        kind=kind,
        old=None if old is None else old + 1,
        new=None if new is None else new + 1,
        cells=cells,
    )


def _name(pair: Pair, old: Texts, new: Texts) -> str:
    a, b = pair
    return new[b] if b is not None else old[a or 0]
