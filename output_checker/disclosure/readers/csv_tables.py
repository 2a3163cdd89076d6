"""Delimited text to one table: one header, every row as long as it."""

import csv
import io
from contextlib import suppress
from typing import Any, Final

from output_checker.disclosure.readers import csv_titles, encode, plain_columns, texts
from output_checker.disclosure.readers.artefacts import (
    Document,
    Note,
    NoteKind,
    Part,
    Table,
    Text,
)
from output_checker.disclosure.readers.refusal import Refusal
from output_checker.disclosure.readers.texts import decoded

MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 2_000_000
# Of a table that is read column by column, whose cells take no more than four bytes each.
MAX_PLAIN_CELLS: Final = encode.MAX_COLUMN_CELLS
MAX_CELL_CHARACTERS: Final = 32_768
# Where they stand could hold something.
MAX_BLANK_LINES: Final = 10
# In order of preference where several split the first lines equally well.
DELIMITERS: Final = (",", "\t", ";", "|")
_SAMPLED_LINES: Final = 20


def warm() -> None:
    texts.warm()


def warm_for(size: int) -> None:
    """Load what only large files are worth, which takes longer than reading a small one."""
    if size >= plain_columns.LEAST_SIZE:
        plain_columns.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    text, said = decoded(data)
    notes = [Note(kind=NoteKind.UNREAD, reason=said)] if said else []
    return Document(parts=_parts(text), notes=tuple(notes))


def _parts(text: str) -> tuple[Part, ...]:
    """The table, after the words above it and before those below it. Raises: Refusal."""
    for mark in dict.fromkeys((delimiter_of(text), *DELIMITERS)):
        titled = csv_titles.split(text, mark)
        if titled is None:
            continue
        with suppress(Refusal):
            table = Part(artefact=by_row(titled.table, mark))
            above = _words(titled.above, "above the table")
            return (*above, table, *_words(titled.below, "below the table"))
    return (Part(artefact=parse(text)),)


def _words(said: str, place: str) -> list[Part]:
    return [Part(artefact=Text(text=said), place=place)] if said else []


def parse(text: str) -> Table:
    """Raises: Refusal."""
    mark = delimiter_of(text)
    if len(text) >= plain_columns.LEAST_SIZE and plain_columns.is_warm():
        plain = plain_columns.parse(
            text.encode(), mark, most_cells=MAX_PLAIN_CELLS, most_characters=MAX_CELL_CHARACTERS
        )
        if plain is not None:
            _check_header([*plain.header])
            return plain
    return by_row(text, mark)


def by_row(text: str, mark: str) -> Table:
    """Without the library that only the reader of such files has loaded. Raises: Refusal."""
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        header = next(reader, [])
        _check_header(header)
        rows = _rows(reader, len(header))
    except csv.Error as error:
        words = "a cell is too long" if "limit" in str(error) else "a quoted cell is not closed"
        raise Refusal(f"line {reader.line_num}: {words}") from None
    return Table(header=tuple(header), rows=tuple(rows))


def delimiter_of(text: str) -> str:
    """The mark that splits the first lines into most cells, equally many in each."""
    lines = [line for line in text[:65_536].splitlines()[:_SAMPLED_LINES] if line.strip()]
    best = (1, DELIMITERS[0])
    for mark in DELIMITERS:
        try:
            widths = {len(row) for row in csv.reader(lines, delimiter=mark)}
        except csv.Error:
            continue
        if len(widths) == 1 and (width := widths.pop()) > best[0]:
            best = (width, mark)
    return best[1]


def _check_header(header: list[str]) -> None:
    if not any(name.strip() for name in header):
        raise Refusal("the first line names no column")
    if len(header) > MAX_COLUMNS:
        raise Refusal(f"{len(header)} columns; at most {MAX_COLUMNS} can be checked")


def _rows(reader: Any, width: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    blank = 0
    for row in reader:
        if not row:
            blank += 1
            continue
        if len(row) != width:
            raise Refusal(f"line {reader.line_num} has {len(row)} cells, the header has {width}")
        rows.append(tuple(row))
        if len(rows) * width > MAX_CELLS:
            raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")
    if blank > MAX_BLANK_LINES:
        raise Refusal(f"{blank} lines are empty; save it without them", "hidden-part")
    return rows
