"""Where the cells of a table lie in a file: long (one line a cell) or wide (a crosstab)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.errors import DisclosureError
from output_checker.disclosure.evidence.labels import MISSING_LABEL, canonical
from output_checker.disclosure.model import TableSpec
from output_checker.disclosure.readers.artefacts import Table

Key = tuple[str | None, ...]

# No output holds NUL, so no label can be taken for this.
TOTAL: Final = "\0total"


class NotThatTable(DisclosureError):
    """The file is not laid out as the spec says; carries the reason in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """Attributes: `row`, `column` are zero-based among the data rows and the header."""

    key: Key
    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """Attributes: `spellings` gives for each dimension how each label is printed."""

    dimensions: tuple[str, ...]
    header: tuple[str, ...]
    measures: Mapping[str, tuple[PrintedCell, ...]]
    spellings: tuple[Mapping[str | None, str], ...]

    def labels(self, key: Key) -> dict[str, str]:
        pairs = zip(self.dimensions, self.spellings, key, strict=True)
        return {name: spelling[label] or MISSING_LABEL for name, spelling, label in pairs}


def lay_out(table: Table, spec: TableSpec) -> PrintedTable:
    """Raises: NotThatTable, naming the columns that are missing."""
    header = tuple(name.strip() for name in table.header)
    if len(set(header)) < len(header):
        raise NotThatTable("two columns have the same name")
    dimensions = (*spec.rows, *spec.columns)
    missing = [name for name in dimensions if name not in header]
    if not missing:
        return _long(table, header, dimensions)
    if missing == list(spec.columns) and len(missing) == 1:
        return _wide(table, header, spec)
    raise NotThatTable(f"the table has no column {', '.join(repr(name) for name in missing)}")


def _long(table: Table, header: tuple[str, ...], dimensions: tuple[str, ...]) -> PrintedTable:
    places = [header.index(name) for name in dimensions]
    measures: dict[str, tuple[PrintedCell, ...]] = {}
    spellings = _spellings((row[place] for row in table.rows) for place in places)
    keys = [tuple(canonical(row[place]) for place in places) for row in table.rows]
    if len(set(keys)) < len(keys):
        raise NotThatTable("two rows have the same labels")
    for column, name in enumerate(header):
        if column not in places:
            measures[name] = tuple(
                PrintedCell(key=key, text=row[column], row=at, column=column)
                for at, (key, row) in enumerate(zip(keys, table.rows, strict=True))
            )
    return PrintedTable(
        dimensions=dimensions, header=header, measures=measures, spellings=spellings
    )


def _wide(table: Table, header: tuple[str, ...], spec: TableSpec) -> PrintedTable:
    places = [header.index(name) for name in spec.rows]
    across = [column for column in range(len(header)) if column not in places]
    cells = []
    for at, row in enumerate(table.rows):
        labels = [canonical(row[place]) for place in places]
        cells += [
            PrintedCell(
                key=(*labels, canonical(header[column])), text=row[column], row=at, column=column
            )
            for column in across
        ]
    if len({cell.key for cell in cells}) < len(cells):
        raise NotThatTable("two rows or columns have the same labels")
    texts = [(row[place] for row in table.rows) for place in places]
    spellings = _spellings((*texts, iter([header[column] for column in across])))
    return PrintedTable(
        dimensions=(*spec.rows, *spec.columns),
        header=header,
        measures={spec.aggregate: tuple(cells)},
        spellings=spellings,
    )


def _spellings(
    columns: "Iterator[Iterator[str]] | tuple[Iterator[str], ...]",
) -> tuple[dict[str | None, str], ...]:
    found = []
    for texts in columns:
        spelling: dict[str | None, str] = {}
        for text in texts:
            spelling.setdefault(canonical(text), text)
        found.append(spelling)
    return tuple(found)
