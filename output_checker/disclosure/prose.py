"""Everything that is asked of a text: who is named in it, and what tables stand in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import identifiers, patterns
from output_checker.disclosure.leaks.invisible import invisible
from output_checker.disclosure.leaks.search import search_rows
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

_LEAST_ROWS: Final = 2
_LEAST_NUMBERS: Final = 4
_MOST_PADDED_LINES: Final = 10
# What stands between the cells of a line: bars, tabs, commas and semicolons, or two blanks.
_BETWEEN: Final = re.compile(r"\s*[|\t,;]\s*|\s{2,}")
# Colons within a word are a time's, dots a number's.
_MARKS: Final = re.compile(r"""[\s|,;=()\[\]{}'"`]+|:+(?=\s|['"]|$)""")
_MOST_BLOCKS: Final = 200
_RULER: Final = re.compile(r"[-=+|: ]+")

Split = Callable[[str], tuple[str, ...]]


def judge_text(text: str, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    """Nobody can hold prose against a source, so a person reads it in any case."""
    lines = text.splitlines()
    yield _text("the text", Verdict.REVIEW, "no source can confirm a text; a checker must read it")
    yield from _hidden(lines)
    yield from patterns.find_in_lines(lines)
    for data in datasets:
        yield from identifiers.find_in_lines(data, lines)
    yield from _tables(lines, datasets, policy)


def _tables(lines: Sequence[str], datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    """Tables as they are laid out; where nothing is found, word by word."""
    tried = 0
    told: set[int] = set()
    for split in (laid_out, word_by_word):
        for block in blocks(lines, split):
            if told & {*range(block.first, block.last + 1)}:
                continue
            tried += 1
            if tried > _MOST_BLOCKS:
                reason = f"more than {_MOST_BLOCKS} places in the text are laid out as tables"
                yield _text("the text", Verdict.FAIL, reason, "unseen-rows", "split the text")
                return
            for finding in search_rows(block.table, datasets, policy):
                told.update(range(block.first, block.last + 1))
                where = f"lines {block.first}-{block.last}: {finding.where}"
                yield replace(finding, where=where, position=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Lines of a text that are laid out as a table; `first` and `last` count from 1."""

    first: int
    last: int
    table: Table


def blocks(lines: Sequence[str], split: Split) -> Iterator[Block]:
    """Neighbouring lines of as many cells, two or more, with numbers among them."""
    apart = [(at, split(line)) for at, line in enumerate(lines, start=1)]
    shown = [(at, cells) for at, cells in apart if not _RULER.fullmatch(lines[at - 1])]
    for width, group in groupby(shown, key=lambda one: len(one[1])):
        found = [*group]
        header, rows = _with_numbers(found)
        if width > 1 and len(rows) >= _LEAST_ROWS:
            names = header or tuple(f"column {place + 1}" for place in range(width))
            table = Table(header=names, rows=tuple(cells for _, cells in rows))
            yield Block(first=rows[0][0], last=rows[-1][0], table=table)


_Lines = list[tuple[int, tuple[str, ...]]]


def _with_numbers(lines: _Lines) -> tuple[tuple[str, ...], _Lines]:
    """Names above, if any, and the lines with numbers: prose beside them may be as many words."""
    rows = [(at, cells) for at, cells in lines if any(map(_is_numeric, cells))]
    above = [cells for at, cells in lines if rows and at < rows[0][0]]
    digits = sum(_is_numeric(cell) for _, cells in rows for cell in cells)
    return (above[-1] if above else ()), rows if digits >= _LEAST_NUMBERS else []


def _is_numeric(cell: str) -> bool:
    """A number, a date or a code of figures; not a name that is told from others by one."""
    return cell[:1].isdigit() or (cell[1:2].isdigit() and cell[0] in "-+.£$€")


def laid_out(line: str) -> tuple[str, ...]:
    line = line.strip().strip("|").strip()
    apart = tuple(_BETWEEN.split(line))
    return apart if len(apart) > 1 else tuple(line.split())


def word_by_word(line: str) -> tuple[str, ...]:
    """Without the marks that programs and logs put between and around values."""
    return tuple(word for word in _MARKS.split(line) if word)


def _hidden(lines: Sequence[str]) -> Iterator[Finding]:
    unseen = [at for at, line in enumerate(lines, start=1) if invisible(line)]
    if unseen:
        reason = f"{len(unseen)} lines hold characters that nobody sees"
        yield _text(f"lines {few_of(unseen)}", Verdict.FAIL, reason, "hidden-part", "take them out")
    padded = [at for at, line in enumerate(lines, start=1) if line != line.rstrip()]
    if len(padded) > _MOST_PADDED_LINES:
        reason = f"{len(padded)} lines end in blanks"
        yield _text(f"lines {few_of(padded)}", Verdict.FAIL, reason, "hidden-part", "take them out")


def _text(where: str, verdict: Verdict, reason: str, rule: str = "text", mend: str = "") -> Finding:
    return Finding(rule=rule, verdict=verdict, where=where, reason=reason, mend=mend)
