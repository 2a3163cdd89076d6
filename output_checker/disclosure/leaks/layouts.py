"""Tables that stand in texts, in each way in which programs and people lay them out."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np

from output_checker.disclosure.cells import CellColumn, are_like, those
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.column_rows import Column, ColumnRows

_LEAST_ROWS: Final = 2
_LEAST_NUMBERS: Final = 4
_LEAST_NAMED: Final = 2
# As RE2 has it, what `is_numeric` says of a cell; a missing value is no name.
_NUMERIC: Final = r"^(?:[-+.£$€]?[0-9]|\s*$|(?i:nan|na|none|null)$)"
# What stands between the cells of a line: bars, tabs, commas and semicolons, or two blanks.
_BETWEEN: Final = re.compile(r"\s*[|\t,;]\s*|\s{2,}")
# Colons within a word are a time's, dots a number's.
_MARKS: Final = re.compile(r"""[\s|,;=()\[\]{}'"`]+|:+(?=\s|['"]|$)""")
_RULER: Final = re.compile(r"[-=+|: ]+")
_BRACKETS: Final = re.compile(r"[\[\](){};]")
# A value as a program spells its kind out, and what the name of a list is.
_ONE_VALUE: Final = re.compile(r"(?<![\w.])[\w.]+\(([^()\[\]{},;]*)\)")
_DAY: Final = re.compile(r"(?<![\w.])[\w.]*date(?:time)?\((\d{4}), ?(\d{1,2}), ?(\d{1,2})[\d, ]*\)")
_CALLED: Final = re.compile(r"(?<![\w.])[\w.]+(?=\()")
# Between values of a row that is one word.
_IN_WORDS: Final = re.compile(r"[_/|,;~^#]+")
_LEAST_IN_WORDS: Final = 4
_MOST_APART: Final = 40

Split = Callable[[str], tuple[str, ...]]
Pieces = list[tuple[int, tuple[str, ...]]]
Cut = list[tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of a text that are laid out as a table; `first` and `last` count from 1."""

    first: int
    last: int
    table: Table


def every(lines: Sequence[str]) -> Iterator[Block]:
    """Each table that the lines can be read as, the likeliest readings first."""
    yield from blocks(lines, laid_out)
    yield from blocks(lines, word_by_word)
    yield from _tables(in_brackets(lines))
    yield from _tables(paragraphs(lines))
    yield from _tables(in_words(lines))


def blocks(lines: Sequence[str], split: Split) -> Iterator[Block]:
    """Neighbouring lines of as many cells, two or more, with numbers among them."""
    shown = ((at, line) for at, line in enumerate(lines, start=1) if not _RULER.fullmatch(line))
    yield from _tables((at, split(line)) for at, line in shown)


def _tables(pieces: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Block]:
    for width, group in groupby(pieces, key=lambda one: len(one[1])):
        header, rows = _with_numbers([*group])
        if width > 1 and len(rows) >= _LEAST_ROWS:
            names = header or tuple(f"column {place + 1}" for place in range(width))
            table = Table(header=names, rows=tuple(cells for _, cells in rows))
            yield Block(first=rows[0][0], last=rows[-1][0], table=table)


def _with_numbers(pieces: Pieces) -> tuple[tuple[str, ...], Pieces]:
    """Names above, if any, and what has numbers: prose beside them may be as many words."""
    rows = [(at, cells) for at, cells in pieces if any(map(is_numeric, cells))]
    above = [cells for at, cells in pieces if rows and at < rows[0][0]]
    digits = sum(is_numeric(cell) for _, cells in rows for cell in cells)
    return (above[-1] if above else ()), rows if digits >= _LEAST_NUMBERS else []


def is_numeric(cell: str) -> bool:
    """A number, a date or a code of figures; not a name that is told from others by one."""
    return cell[:1].isdigit() or (cell[1:2].isdigit() and cell[0] in "-+.£$€")


def laid_out(line: str) -> tuple[str, ...]:
    line = line.strip().strip("|").strip()
    apart = tuple(_BETWEEN.split(line))
    return apart if len(apart) > 1 else tuple(line.split())


def word_by_word(line: str) -> tuple[str, ...]:
    """Without the marks that programs and logs put between and around values."""
    return tuple(word for word in _MARKS.split(line) if word)


def in_brackets(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Lists of values as programs write them, however many of them are on a line."""
    text = "\n".join(lines)
    if not _BRACKETS.search(text):
        return
    text = _ONE_VALUE.sub(r"\1", _DAY.sub(_day, text))
    at = 1
    for piece in _BRACKETS.split(_CALLED.sub("", text)):
        words = word_by_word(piece)
        # One word is the name of what follows, or nothing but a mark.
        if len(words) > 1:
            yield at, words
        at += piece.count("\n")


def _day(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def paragraphs(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Lines with no empty one between them together: a person below the other."""
    numbered = enumerate(lines, start=1)
    for is_empty, group in groupby(numbered, key=lambda one: not one[1].strip()):
        if not is_empty:
            together = [*group]
            yield together[0][0], word_by_word(" ".join(line for _, line in together))


def in_words(lines: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Words that are rows each."""
    for at, line in enumerate(lines, start=1):
        for word in line.split():
            cells = tuple(_IN_WORDS.split(word))
            if len(cells) >= _LEAST_IN_WORDS:
                yield at, cells


def unfolded(table: Table) -> Iterator[Table]:
    """With columns set apart whose cells hold several values, as many in each."""
    last: list[Cut] = []
    for split in (laid_out, word_by_word):
        apart = [_apart(column, split) for column in table.cells.columns]
        width = sum(len(one[0]) if one else 1 for one in apart)
        if any(apart) and width <= _MOST_APART and apart != last:
            last = apart
            yield _set_apart(table, apart)


def _apart(column: CellColumn, split: Split) -> Cut:
    """Of each different text the values in it; nothing unless all have as many.

    Names above them may be of another number of words.
    """
    if len(column.texts) < _LEAST_ROWS:
        return []
    first = int(column.of_row[0])
    width = len(split(column.texts[(first or len(column.texts)) - 1].as_py()))
    found: Cut = []
    for at, text in enumerate(column.texts.to_pylist() if width > 1 else ()):
        values = split(text)
        if at != first and len(values) != width:
            return []
        found.append((*values, *[""] * (width - len(values)))[:width])
    return found if any(is_numeric(value) for values in found for value in values) else []


def _set_apart(table: Table, apart: Sequence[Cut]) -> Table:
    columns: list[Column] = []
    for column, cut in zip(table.cells.columns, apart, strict=True):
        parts = [Column.of(values) for values in zip(*cut, strict=True)]
        columns += [Column(one.texts, one.of_row[column.of_row]) for one in parts]
        columns += [] if cut else [Column(column.texts, column.of_row)]
    names = tuple(f"column {at + 1}" for at in range(len(columns)))
    return Table(header=names, rows=ColumnRows(columns))


def headed(table: Table) -> Table:
    """With its first row as names, where several columns have numbers below and none in it."""
    if len(table.rows) < _LEAST_ROWS:
        return table
    columns = table.cells.columns
    if sum(map(_is_named, columns)) < _LEAST_NAMED:
        return table
    return Table(header=table.rows[0], rows=ColumnRows([_below_first(one) for one in columns]))


def _is_named(column: CellColumn) -> bool:
    """Whether the first text, and no other, is no number."""
    [*words] = np.flatnonzero(~are_like(column.texts, _NUMERIC))
    return words == [column.of_row[0]]


def _below_first(column: CellColumn) -> Column:
    below = column.of_row[1:]
    is_left = np.bincount(below, minlength=len(column.texts)) > 0
    places = (np.cumsum(is_left) - 1).astype(below.dtype)
    return Column(those(column.texts, is_left), places[below])
