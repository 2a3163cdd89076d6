"""Where the cells of a table lie in a file: long (one line a cell) or wide (a crosstab)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from output_checker.disclosure.errors import DisclosureError
from output_checker.disclosure.evidence.headings import Heading, fill_totals, read_heading
from output_checker.disclosure.evidence.labels import MISSING_LABEL, canonical
from output_checker.disclosure.evidence.question import Key
from output_checker.disclosure.readers.artefacts import Table

_UNNAMED = ("", "index", "unnamed: 0", "level_0", "level_1")


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
    """The cells of a file under the labels it prints.

    Attributes:
        spellings: For each dimension, how each label is printed.
        axes: Positions of dimensions that a crosstab takes together: it leaves out a pair of
            labels that nobody has, in its rows or in its columns. Empty for a long table.
    """

    dimensions: tuple[str, ...]
    header: tuple[str, ...]
    measures: Mapping[str, tuple[PrintedCell, ...]]
    spellings: tuple[Mapping[str | None, str], ...]
    axes: tuple[tuple[int, ...], ...] = ()

    def labels(self, key: Key) -> dict[str, str]:
        pairs = zip(self.dimensions, self.spellings, key, strict=True)
        return {name: spelling[label] or MISSING_LABEL for name, spelling, label in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which columns of a file hold labels.

    Attributes:
        rows: Name of a dimension to the column that holds its labels, in order.
        columns: Dimensions whose labels are in the heading, in order.
        measure: What a crosstab's numbers are called when the heading does not say.
    """

    rows: Mapping[str, int]
    columns: tuple[str, ...] = ()
    measure: str = "count"


def lay_out(
    table: Table, rows: Sequence[str], columns: Sequence[str] = (), measure: str = "count"
) -> PrintedTable:
    """Find the cells of a table whose dimensions are known by name.

    Raises:
        NotThatTable: Naming the columns that are missing.
    """
    heading = read_heading(table, rows)
    found = _places(heading.names, (*rows, *columns))
    across = tuple(name for name in columns if name not in found)
    missing = [name for name in rows if name not in found]
    if missing and (blank := _unnamed(heading, table, len(missing))):
        found |= dict(zip(missing, blank, strict=True))
        missing = []
    if missing or (across and len(across) < len(columns)):
        names = ", ".join(repr(name) for name in (*missing, *across))
        raise NotThatTable(f"the table has no column {names}")
    if len(across) > 1 and not heading.levels:
        names = ", ".join(repr(name) for name in across)
        raise NotThatTable(f"the table has no column {names}, nor a line of headings for each")
    ordered = {name: found[name] for name in (*rows, *columns) if name in found}
    printed = read_cells(table, heading, Layout(rows=ordered, columns=across, measure=measure))
    return replace(printed, axes=_axes(len(rows), len(columns)))


def _axes(rows: int, columns: int) -> tuple[tuple[int, ...], ...]:
    if not rows or not columns:
        return ()
    return tuple(range(rows)), tuple(range(rows, rows + columns))


def read_cells(table: Table, heading: Heading, layout: Layout) -> PrintedTable:
    """Raises: NotThatTable, when two cells have the same labels or two columns one name."""
    places = list(layout.rows.values())
    lines = table.rows[heading.lines - 1 :]
    rest = [at for at in range(len(heading.names)) if at not in places]
    rest = [at for at in rest if not is_row_number(heading.names[at], at, lines)]
    texts = [fill_totals([line[place] for place in places]) for line in lines]
    measures: dict[str, list[PrintedCell]] = {}
    headings = {at: _labels_of(heading, at, layout) for at in rest}
    for at in rest:
        name, labels = headings[at]
        cells = [
            PrintedCell(
                key=tuple(canonical(text) for text in (*given, *labels)),
                text=line[at],
                row=row + heading.lines - 1,
                column=at,
            )
            for row, (line, given) in enumerate(zip(lines, texts, strict=True))
        ]
        measures.setdefault(name, []).extend(cells)
    _require_distinct(measures)
    across = [labels for _, labels in headings.values()]
    return PrintedTable(
        dimensions=(*layout.rows, *layout.columns),
        header=tuple(heading.names),
        measures={name: tuple(cells) for name, cells in measures.items()},
        spellings=(*_spellings(texts, len(places)), *_spellings(across, len(layout.columns))),
        axes=_axes(len(places), len(layout.columns)),
    )


def _labels_of(heading: Heading, at: int, layout: Layout) -> tuple[str, tuple[str, ...]]:
    """What a column's numbers are, and its labels on the levels that are dimensions."""
    if not layout.columns:
        return heading.names[at], ()
    if not heading.levels:
        return layout.measure, (heading.names[at],)
    levels = heading.levels[at - heading.index_count]
    chosen = _levels_for(heading, layout.columns)
    words = [label for place, label in enumerate(levels) if place not in chosen]
    return " ".join(filter(None, words)) or layout.measure, tuple(levels[one] for one in chosen)


def _levels_for(heading: Heading, columns: Sequence[str]) -> list[int]:
    named = {name.casefold(): at for at, name in enumerate(heading.level_names) if name}
    if all(name.casefold() in named for name in columns):
        return [named[name.casefold()] for name in columns]
    # Statistics and variables come first, as pandas stacks them.
    count = len(heading.level_names)
    if count < len(columns):
        raise NotThatTable("the heading has fewer lines than the spec has columns")
    return list(range(count - len(columns), count))


def _places(names: Sequence[str], wanted: Iterable[str]) -> dict[str, int]:
    exact = {name: at for at, name in reversed(list(enumerate(names)))}
    folded = {name.casefold(): at for name, at in exact.items()}
    found: dict[str, int] = {}
    for name in wanted:
        at = exact.get(name, folded.get(name.casefold()))
        if at is not None and at not in found.values():
            found[name] = at
    return found


def _unnamed(heading: Heading, table: Table, count: int) -> list[int]:
    blank = [at for at, name in enumerate(heading.names) if name.casefold() in _UNNAMED]
    lines = table.rows[heading.lines - 1 :]
    blank = [at for at in blank if not is_row_number(heading.names[at], at, lines)]
    return blank if blank == list(range(count)) else []


def is_row_number(name: str, at: int, lines: Sequence[Sequence[str]]) -> bool:
    """A first column without a name that counts the lines from 0 or 1, as programs add it."""
    if at or name.casefold() not in _UNNAMED or not lines:
        return False
    texts = [line[at].strip() for line in lines]
    return any(texts == [str(row + first) for row in range(len(texts))] for first in (0, 1))


def _require_distinct(measures: Mapping[str, Sequence[PrintedCell]]) -> None:
    for cells in measures.values():
        if len({cell.key for cell in cells}) < len(cells):
            raise NotThatTable("two rows or columns have the same labels")


def _spellings(labels: Sequence[Sequence[str]], width: int) -> tuple[dict[str | None, str], ...]:
    found: list[dict[str | None, str]] = [{} for _ in range(width)]
    for line in labels:
        for spelling, text in zip(found, line, strict=True):
            spelling.setdefault(canonical(text), text)
    return tuple(found)
