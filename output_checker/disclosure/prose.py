"""Everything that is asked of a text: who is named in it, and what tables stand in it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import identifiers, layouts, patterns
from output_checker.disclosure.leaks.invisible import invisible
from output_checker.disclosure.leaks.search import search_rows
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

_MOST_PADDED_LINES: Final = 10
_MOST_BLOCKS: Final = 200


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
    """Tables as they are laid out; where nothing is found, in other readings."""
    tried: set[Table] = set()
    told: set[int] = set()
    for block in layouts.every(lines):
        if block.table in tried or told & {*range(block.first, block.last + 1)}:
            continue
        tried.add(block.table)
        if len(tried) > _MOST_BLOCKS:
            reason = f"more than {_MOST_BLOCKS} places in the text are laid out as tables"
            yield _text("the text", Verdict.FAIL, reason, "unseen-rows", "split the text")
            return
        for finding in search_rows(block.table, datasets, policy):
            told.update(range(block.first, block.last + 1))
            where = f"lines {block.first}-{block.last}: {finding.where}"
            yield replace(finding, where=where, position=None)


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
