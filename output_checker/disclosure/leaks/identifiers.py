"""Values of the source's identifier columns anywhere in an output."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.index.build import index_of
from output_checker.disclosure.index.columns import places_in
from output_checker.disclosure.index.spelling import hash_sql
from output_checker.disclosure.leaks import tokens
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.column_rows import arrow_texts
from output_checker.disclosure.words import few_of

Place = tuple[int, int]

RULE: Final = "identifier"
_MEND: Final = "leave the column out, or publish a table of groups"
_LEAVE_OUT: Final = "leave it out"


def find(data: Dataset, table: Table) -> Iterator[Finding]:
    """FAIL for a column that is named as an identifier, and for values found in any cell."""
    protected = _protected(data)
    if not protected:
        return
    for name in protected:
        yield from _named(table, name)
    parts = [*tokens.of_cells(table.cells)]
    found = _held(data, protected, pa.concat_arrays([part.tokens for part in parts]))
    ends = np.cumsum([0, *(len(part.tokens) for part in parts)])
    for name, places in found:
        texts: set[str] = set()
        for part, first, end in zip(parts, ends, ends[1:], strict=False):
            texts.update(part.texts_of(places[(places >= first) & (places < end)] - first))
        yield _finding(name, table.cells.places_of(texts))


def find_in_lines(data: Dataset, lines: Sequence[str]) -> Iterator[Finding]:
    """FAIL for values found in prose, where one may be written as several words."""
    protected = _protected(data)
    places = _windows(lines)
    known = [*places]
    for name, found in _held(data, protected, arrow_texts(known)):
        hits = sorted({place for one in found for place in places[known[one]]})
        at = few_of(sorted({line + 1 for line, _ in hits}))
        reason = f"{len(hits)} places hold values of the source's identifier {name!r}"
        yield Finding(
            rule=RULE, verdict=Verdict.FAIL, where=f"lines {at}", reason=reason, mend=_LEAVE_OUT
        )


def _protected(data: Dataset) -> list[str]:
    names = dict.fromkeys((*data.source.identifiers, data.source.entity))
    return [name for name in names if name is not None]


def _held(
    data: Dataset, protected: Sequence[str], sought: pa.StringArray
) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Identifier columns that hold some of the tokens, with the places of these."""
    if not len(sought) or not protected:
        return
    index = index_of(data)
    (hashes,) = data.work_out(sought, (hash_sql("t"),))
    for name in protected:
        plain = index.plain(name)
        at = places_in(plain, hashes).clip(max=max(len(plain) - 1, 0))
        found = np.flatnonzero(plain[at] == hashes) if len(plain) else np.empty(0, dtype=np.int64)
        if len(found):
            yield name, found


def _named(table: Table, name: str) -> Iterator[Finding]:
    for place, title in enumerate(table.header):
        if title.strip().casefold() == name.casefold() and table.rows:
            yield Finding(
                rule=RULE,
                verdict=Verdict.FAIL,
                where=f"column {title!r}",
                reason=f"the column has the name of the source's identifier {name!r}",
                mend=_MEND,
                position=(0, place),
            )


def _finding(name: str, hits: list[Place]) -> Finding:
    line, place = hits[0]
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"lines {few_of([line for line, _ in hits])}",
        reason=f"{len(hits)} cells hold values of the source's identifier {name!r}",
        mend=_MEND,
        position=(line - 2, place) if line > 1 else None,
    )


def _windows(lines: Sequence[str]) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for at, line in enumerate(lines):
        for token, first in tokens.runs(tokens.words_of(line)):
            places[token].append((at, first))
    return places
