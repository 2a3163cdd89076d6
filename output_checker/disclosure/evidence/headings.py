"""The lines of a table that name its columns: one, or a block of them as pandas writes it.

A table with several levels of columns is written with one line a level, its name first, and
then a line with the names of the row labels and blanks:

    sex   ,    ,f     ,f    ,m     ,m
    pay   ,    ,low   ,high ,low   ,high
    region,year,      ,     ,      ,
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence.labels import is_margin_word
from output_checker.disclosure.readers.artefacts import Table

MAX_LEVELS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What names the columns.

    Attributes:
        lines: How many of the file's lines it takes, the header included.
        names: Of all columns; those of the row labels come first.
        index_count: How many columns hold row labels; 0 when one line does not tell.
        level_names: For each level of the column labels; "" where it has none.
        levels: For each column after the row labels, its label on each level.
    """

    lines: int
    names: tuple[str, ...]
    index_count: int = 0
    level_names: tuple[str, ...] = ()
    levels: tuple[tuple[str, ...], ...] = ()


def read_heading(table: Table, known: Collection[str]) -> Heading:
    """Read as many lines as name columns.

    Args:
        table: As read from the file.
        known: Names that a column of row labels can have.
    """
    names = {name.casefold() for name in known}
    lines = [
        tuple(cell.strip() for cell in line) for line in (table.header, *table.rows[:MAX_LEVELS])
    ]
    for at, line in enumerate(lines):
        count = _count_names(line, names)
        if at and count and all(_is_level(level, count) for level in lines[:at]):
            columns = range(count, len(line))
            return Heading(
                lines=at + 1,
                names=(*line[:count], *(" ".join(_filled(lines[:at], c)).strip() for c in columns)),
                index_count=count,
                level_names=tuple(level[0] for level in lines[:at]),
                levels=tuple(fill_totals(_filled(lines[:at], column)) for column in columns),
            )
    return Heading(lines=1, names=lines[0])


def _count_names(line: Sequence[str], names: set[str]) -> int:
    """How many names a line has before nothing but blanks; 0 when it is another line."""
    count = next((at for at, cell in enumerate(line) if not cell), 0)
    is_rest_blank = not any(line[count:])
    return count if is_rest_blank and all(one.casefold() in names for one in line[:count]) else 0


def _is_level(line: Sequence[str], count: int) -> bool:
    return not any(line[1:count]) and any(line[count:])


def _filled(lines: Sequence[Sequence[str]], column: int) -> tuple[str, ...]:
    return tuple(line[column] for line in lines)


def fill_totals(labels: Sequence[str]) -> tuple[str, ...]:
    """Beside `All`, a blank means the same: pandas writes `All,,` for a total of totals."""
    words = [label for label in labels if is_margin_word(label.strip())]
    if not words:
        return tuple(labels)
    return tuple(label if label.strip() else words[0] for label in labels)
