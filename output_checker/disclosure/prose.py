"""Everything that is asked of a text: who is named in it, and what tables stand in it."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from output_checker.disclosure.evidence.numbers import number
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import identifiers, patterns
from output_checker.disclosure.leaks.invisible import invisible
from output_checker.disclosure.leaks.search import search_rows
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

_LEAST_LINES: Final = 3
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
    """Neighbouring lines of as many cells, three or more, with numbers among them."""
    apart = [(at, split(line)) for at, line in enumerate(lines, start=1)]
    shown = [(at, cells) for at, cells in apart if not _RULER.fullmatch(lines[at - 1])]
    for width, group in groupby(shown, key=lambda one: len(one[1])):
        found = [*group]
        digits = sum(any(map(str.isdigit, cell)) for _, cells in found for cell in cells)
        if width > 1 and len(found) >= _LEAST_LINES and digits >= _LEAST_LINES:
            header = tuple(f"column {place + 1}" for place in range(width))
            rows = [cells for _, cells in found]
            if _is_header(rows[0], rows[1]):
                header, *rows = rows
            table = Table(header=header, rows=tuple(rows))
            yield Block(first=found[0][0], last=found[-1][0], table=table)


def _is_header(first: Sequence[str], second: Sequence[str]) -> bool:
    """Names above numbers, as frames are printed."""
    return all(number(one) is None for one in first) and any(
        number(one) is not None for one in second
    )


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
