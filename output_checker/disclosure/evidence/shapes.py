"""Other ways to lay out the same numbers: turned, or with named statistics as columns.

`describe()` prints a statistic a line, other programs a line for each variable or for each
quantile; a few print decimal commas. Each of these holds the cells of a table that is read like
any other, so it is read as that table, and what is found is said of the cells as printed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.evidence.measures import named, split_name
from output_checker.disclosure.readers.artefacts import Table

# Tables that people make by hand or by `describe()` are small.
MAX_CELLS: Final = 2_000
# Headings that say nothing of what the numbers beneath are.
_ANY_NUMBER: Final = frozenset({"", "0", "value", "values", "number", "result", "estimate"})
_COMMA: Final = re.compile(r"[+-]?[0-9]{1,3}((\.[0-9]{3})+|[0-9]*),[0-9]+( ?%)?")
_POINT: Final = re.compile(r"[+-]?[0-9]+\.[0-9]+( ?%)?")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A table, and where its cells are printed.

    Attributes:
        places: Row and column in the table as printed, for each cell of `table.rows`; zero-based.
            Empty where nothing is elsewhere.
    """

    table: Table
    places: tuple[tuple[Place, ...], ...] = ()
    is_turned: bool = False

    @property
    def has_same_lines(self) -> bool:
        return not self.places

    def moved(self, cell: Cell, printed: Table) -> Cell:
        """The cell where the file has it."""
        if cell.position is None or not self.places:
            return cell
        row, column = cell.position
        at = self.places[row][column]
        where = f"row {at[0] + 1}, column {printed.header[at[1]]!r}"
        return replace(cell, position=at, where=where)


def shapes(table: Table, columns: Collection[str]) -> Iterator[Shape]:
    """The table as printed, after those that its own words ask for and before any other.

    Args:
        table: As read from the file.
        columns: Of the source.
    """
    is_small = bool(table.rows) and len(table.rows) * len(table.header) <= MAX_CELLS
    if is_small:
        yield from _by_statistic(table, columns)
    yield Shape(table=table)
    if is_small:
        yield from _with_points(table)
        yield from _turned(table)


def _by_statistic(table: Table, columns: Collection[str]) -> Iterator[Shape]:
    """With a column for each statistic that a line names: `mean`, `0.25`, or a variable's name."""
    for at in range(len(table.header) - 1):
        labels = [row[at].strip() for row in table.rows]
        if all(labels) and (shape := _spread(table, at, labels, columns)) is not None:
            yield shape


def _turned(table: Table) -> Iterator[Shape]:
    """With its lines as columns."""
    width = len(table.header)
    if width < 2:  # noqa: PLR2004 - a column of labels, and one more
        return
    lines = [table.header, *table.rows]
    places = tuple(
        tuple((max(row - 1, 0), column) for row in range(len(lines))) for column in range(1, width)
    )
    header, *rows = (tuple(line[column] for line in lines) for column in range(width))
    yield Shape(table=Table(header=header, rows=tuple(rows)), places=places, is_turned=True)


def _with_points(table: Table) -> Iterator[Shape]:
    """With points for decimal commas, where every decimal number has one."""
    texts = [text.strip() for row in table.rows for text in row]
    if any(map(_POINT.fullmatch, texts)) or not any(map(_COMMA.fullmatch, texts)):
        return
    rows = tuple(tuple(_with_point(text) for text in row) for row in table.rows)
    yield Shape(table=replace(table, rows=rows))


def _with_point(text: str) -> str:
    if not _COMMA.fullmatch(text.strip()):
        return text
    return text.replace(".", "").replace(",", ".")


def _spread(table: Table, at: int, labels: Sequence[str], columns: Collection[str]) -> Shape | None:
    """None where some cell of the columns after `at` would have no name."""
    keys = [row[:at] for row in table.rows]
    lines = list(dict.fromkeys(keys))
    wanted = list(dict.fromkeys(labels))
    if len(lines) * len(wanted) != len(table.rows) or len({*zip(keys, labels, strict=True)}) < len(
        table.rows
    ):
        return None
    heads = range(at + 1, len(table.header))
    names = {
        (label, head): _name(label, table.header[head].strip(), columns)
        for label in wanted
        for head in heads
    }
    if not all(names.values()) or len({*names.values()}) < len(names):
        return None
    row_of = {pair: row for row, pair in enumerate(zip(keys, labels, strict=True))}
    places = tuple(
        (
            *((row_of[key, wanted[0]], column) for column in range(at)),
            *((row_of[key, label], head) for label in wanted for head in heads),
        )
        for key in lines
    )
    rows = tuple(tuple(table.rows[row][column] for row, column in line) for line in places)
    header = (*table.header[:at], *(str(names[label, head]) for label in wanted for head in heads))
    return Shape(table=Table(header=header, rows=rows), places=places)


def _name(label: str, head: str, columns: Collection[str]) -> str | None:
    """What the number beneath a heading is on the line of a label."""
    if head in columns and named(label):
        return f"{head} {label}"
    if label in columns and named(head):
        return f"{label} {head}"
    is_name = named(label) is not None or split_name(label, columns) is not None
    return label if is_name and head.casefold() in _ANY_NUMBER else None
