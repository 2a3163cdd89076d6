"""One page of a whole table, sorted, searched and marked, with links that need no script."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

import numpy as np

from output_checker.disclosure.kept_tables import KeptTable, Places
from output_checker.disclosure.table_facts import ColumnFacts, facts_of

PAGE_ROWS: Final = 200
PAGE_COLUMNS: Final = 100
# Row and column, zero-based, to the numbers of the findings about that cell.
Marks = Mapping[tuple[int, int], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked of a preview; pages, parts of columns and columns count from 1.

    Attributes:
        part: Of the file, from 0; None for all.
        q: Words that a row must have in a cell.
        sort: By which column; None for the order of the file.
        across: Which hundred of columns.
    """

    part: int | None = None
    page: int = 1
    q: str = ""
    sort: int | None = None
    desc: bool = False
    flagged: bool = False
    across: int = 1

    def address(self, **changes: Any) -> str:
        """The rest of this preview's address, with some of what is asked changed."""
        asked = asdict(replace(self, **changes))
        usual = asdict(Wanted())
        said = {name: value for name, value in asked.items() if value != usual[name]}
        return "?" + urlencode({k: 1 if v is True else v for k, v in said.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Attributes: `order` is how the table is sorted by this column, as ARIA calls it."""

    number: int
    name: str
    order: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """Attributes: `notes` number the findings; `following` leads to the next flagged cell."""

    text: str
    anchor: str
    is_flagged: bool
    notes: tuple[int, ...]
    following: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePage:
    """A page of a table.

    Attributes:
        rows_in_file, rows_kept: Those that are not kept cannot be shown.
        found: How many rows are left by the search and the filter.
        flagged: How many cells that can be shown have a finding.
        facts: With the name of each column.
        first_flagged: Leads to the first flagged cell of what is shown; "" where there is none.
    """

    wanted: Wanted
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    columns: int
    rows_in_file: int
    rows_kept: int
    found: int
    pages: int
    parts_across: int
    flagged: int
    first_flagged: str
    facts: tuple[tuple[str, ColumnFacts], ...]

    @property
    def first_row(self) -> int:
        return (self.wanted.page - 1) * PAGE_ROWS + 1

    @property
    def first_column(self) -> int:
        return (self.wanted.across - 1) * PAGE_COLUMNS + 1


def anchor(row: int, column: int) -> str:
    return f"r{row + 1}c{column + 1}"


def place_of(part: int, row: int, column: int) -> str:
    """The rest of the address at which a cell is seen in the order of the file; all from 0."""
    wanted = Wanted(part=part, page=row // PAGE_ROWS + 1, across=column // PAGE_COLUMNS + 1)
    return f"{wanted.address()}#{anchor(row, column)}"


def table_page(
    preview: Mapping[str, Any], content: bytes | None, marks: Marks, wanted: Wanted
) -> TablePage:
    """Args: content: The whole table; None where only the first rows in `preview` are there."""
    table = _table(preview, content)
    header = tuple(preview.get("header", ()))
    # A table without rows is kept without columns, and its header is still there to be seen.
    width = len(header)
    shown = _Shown(table, marks, _wanted_of(table, width, wanted), width)
    facts = [ColumnFacts(**one) for one in preview.get("facts", ())] or facts_of(table)
    wanted = shown.wanted
    first = (wanted.across - 1) * PAGE_COLUMNS
    return TablePage(
        wanted=wanted,
        headings=tuple(_heading(at, header, wanted) for at in shown.columns),
        rows=tuple(shown.rows()),
        columns=len(header),
        rows_in_file=preview.get("total_rows", len(table)),
        rows_kept=len(table),
        found=len(shown.order),
        pages=shown.pages,
        parts_across=_parts(len(header), PAGE_COLUMNS),
        flagged=len(marks),
        first_flagged=shown.way_to(0),
        facts=tuple(
            (header[one.column], one)
            for one in facts
            if first <= one.column < min(first + PAGE_COLUMNS, len(header))
        ),
    )


def _table(preview: Mapping[str, Any], content: bytes | None) -> KeptTable:
    if content is None:
        return KeptTable.of_rows([tuple(row) for row in preview.get("rows", ())])
    return KeptTable.of(content)


def _parts(length: int, each: int) -> int:
    return max(1, -(-length // each))


def _wanted_of(table: KeptTable, width: int, wanted: Wanted) -> Wanted:
    """Without what this table does not have."""
    kept = len(table.columns)
    return replace(
        wanted,
        sort=wanted.sort if wanted.sort and 1 <= wanted.sort <= kept else None,
        across=min(max(wanted.across, 1), _parts(width, PAGE_COLUMNS)),
    )


def _heading(at: int, header: Sequence[str], wanted: Wanted) -> Heading:
    is_sorted = wanted.sort == at + 1
    order = "descending" if wanted.desc else "ascending"
    return Heading(
        number=at + 1,
        name=header[at],
        order=order if is_sorted else "none",
        address=wanted.address(page=1, sort=at + 1, desc=is_sorted and not wanted.desc),
    )


class _Shown:
    """The rows that are left, in order, and where the flagged cells among them are."""

    def __init__(self, table: KeptTable, marks: Marks, wanted: Wanted, width: int) -> None:
        self._table = table
        self._marks = {place: one for place, one in marks.items() if place[0] < len(table)}
        self.order = self._ordered(wanted)
        self.pages = _parts(len(self.order), PAGE_ROWS)
        self.wanted = replace(wanted, page=min(max(wanted.page, 1), self.pages))
        first = (wanted.across - 1) * PAGE_COLUMNS
        self.columns = range(first, min(first + PAGE_COLUMNS, width))

    def _ordered(self, wanted: Wanted) -> Places:
        table = self._table
        order = table.sorted(wanted.sort - 1, descending=wanted.desc) if wanted.sort else (
            table.every
        )  # fmt: skip
        if wanted.q:
            order = order[np.isin(order, table.holding(wanted.q))]
        if wanted.flagged:
            order = order[np.isin(order, [row for row, _ in self._marks])]
        return order

    @cached_property
    def _flagged(self) -> list[tuple[int, int, int]]:
        """Where in the order, row and column, as a reader comes to them."""
        rows = np.full(len(self._table), -1, dtype=np.int64)
        rows[self.order] = np.arange(len(self.order))
        return sorted((int(rows[r]), r, c) for r, c in self._marks if rows[r] >= 0)

    @cached_property
    def _following(self) -> dict[tuple[int, int], int]:
        return {(row, column): n + 1 for n, (_, row, column) in enumerate(self._flagged)}

    def way_to(self, number: int) -> str:
        """The address of a flagged cell, by its place among them."""
        if number >= len(self._flagged):
            return ""
        at, row, column = self._flagged[number]
        page, across = at // PAGE_ROWS + 1, column // PAGE_COLUMNS + 1
        return f"{self.wanted.address(page=page, across=across)}#{anchor(row, column)}"

    def rows(self) -> list[Row]:
        first = (self.wanted.page - 1) * PAGE_ROWS
        places = self.order[first : first + PAGE_ROWS]
        columns = slice(self.columns.start, self.columns.stop)
        texts = self._table.rows(places, columns)
        return [
            Row(number=int(place) + 1, cells=tuple(self._cells(int(place), row)))
            for place, row in zip(places, texts, strict=False)
        ]

    def _cells(self, row: int, texts: Sequence[str]) -> list[Cell]:
        return [
            Cell(
                text=text,
                anchor=anchor(row, column),
                is_flagged=(row, column) in self._marks,
                notes=self._marks.get((row, column), ()),
                following=self.way_to(self._following[row, column])
                if (row, column) in self._following
                else "",
            )
            for column, text in zip(self.columns, texts, strict=True)
        ]
