"""Words above and below a delimited table, which programs for people write with it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

# More of them are a text and no titles.
MOST_LINES: Final = 10
MOST_CHARACTERS: Final = 1 << 20
# A line of names and one of numbers.
_LEAST_TABLE: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A table and the words around it, without their blank cells."""

    above: str
    table: str
    below: str


def split(text: str, mark: str) -> Titled | None:
    """Take words off both ends; None where none are there, or no table is left.

    Words are lines of one cell, and lines of prose that their marks cut into another number of
    cells than the table has.

    Args:
        text: The whole file, at most `MOST_CHARACTERS`.
        mark: Between the cells of a line.
    """
    if len(text) > MOST_CHARACTERS:
        return None
    lines = text.splitlines()
    try:
        cells = [next(csv.reader([line], delimiter=mark, strict=True), []) for line in lines]
    except csv.Error:
        # A cell of several lines: whatever this is, it is not cut into pieces.
        return None
    width = _width(cells)
    first = _count_titles(cells, width)
    last = len(cells) - _count_notes(cells[::-1], width)
    if last - first < _LEAST_TABLE or (first == 0 and last == len(cells)):
        return None
    return Titled(
        above=_words(cells[:first], mark),
        table="\n".join(lines[first:last]),
        below=_words(cells[last:], mark),
    )


def _width(cells: Sequence[Sequence[str]]) -> int:
    """Cells of a line, two or more, where most lines in a row have that many; 0 for none."""
    runs = [(len([*lines]), width) for width, lines in groupby(map(len, cells)) if width > 1]
    return max(runs, key=lambda run: run[0])[1] if runs else 0


def _is_prose(line: Sequence[str]) -> bool:
    """Whether its marks are commas of a sentence: a row that was cut off has bare numbers."""
    has_bare = any(
        text and not text[0].isspace() and not any(one.isalpha() for one in text)
        for text in line[1:]
    )
    return any(" " in text.strip() for text in line) and not has_bare


def _count_titles(cells: Sequence[Sequence[str]], width: int) -> int:
    """Lines before the first of the table that fills two cells, if that has names, no numbers."""
    for at, line in enumerate(cells[: MOST_LINES + 1]):
        filled = [text for text in line if text.strip()]
        if len(filled) > 1 and len(line) == width:
            return 0 if any(text.strip()[:1].isdigit() for text in filled[1:]) else at
        if len(filled) > 1 and not _is_prose(line):
            return 0
        if filled and not line[0].strip():
            return 0
    return 0


def _count_notes(cells: Sequence[Sequence[str]], width: int) -> int:
    """Lines below the last of the table, which may be a row of hidden numbers."""
    for at, line in enumerate(cells[: MOST_LINES + 1]):
        if len(line) == width:
            words = [found for found in cells[:at] if any(text.strip() for text in found)]
            # A single word is what is left of a row that was cut off.
            return at if words and all(map(_is_prose, words)) else 0
        if len(line) > 1 and not _is_prose(line):
            return 0
    return 0


def _words(cells: Sequence[Sequence[str]], mark: str) -> str:
    lines = (mark.join(text for text in line if text.strip()) for line in cells)
    return "\n".join(line for line in lines if line)
