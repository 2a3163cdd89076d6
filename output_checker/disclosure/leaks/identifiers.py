"""Values of the source's identifier columns anywhere in an output."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from output_checker.disclosure.cells import arrow_texts
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.index.build import index_of
from output_checker.disclosure.index.spelling import hash_sql
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

Place = tuple[int, int]

RULE: Final = "identifier"
_MEND: Final = "leave the column out, or publish a table of groups"
_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
# Numbers and dates of which the same one is written in several ways.
_RESPELLED: Final = re.compile(r"[.eE]|00:00:00")
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9]+")
# A short number or word is a count or a label as well as anybody's identifier.
_LEAST_DIGITS: Final = 6
_LEAST_MIXED: Final = 5
_LEAST_LETTERS: Final = 8
# An IBAN in groups of four has up to nine.
MOST_WORDS: Final = 9
# Of plain numbers, those that are whole; a fraction is a quantity.
_LONG_WHOLE: Final = rf"^[+-]?[1-9][0-9]{{{_LEAST_DIGITS - 1},11}}(?:\.0*)?$"
_LEAVE_OUT: Final = "leave it out"


def find(data: Dataset, table: Table) -> Iterator[Finding]:
    """FAIL for a column that is named as an identifier, and for values found in any cell."""
    protected = _protected(data)
    if not protected:
        return
    for name in protected:
        yield from _named(table, name)
    tokens = _tokens(table)
    for name, found in _held(data, protected, [*tokens]):
        yield _finding(name, table.cells.places_of({text for one in found for text in tokens[one]}))


def find_in_lines(data: Dataset, lines: Sequence[str]) -> Iterator[Finding]:
    """FAIL for values found in prose, where one may be written as several words."""
    protected = _protected(data)
    places = _windows(lines)
    for name, found in _held(data, protected, [*places]):
        hits = sorted({place for one in found for place in places[one]})
        at = few_of(sorted({line + 1 for line, _ in hits}))
        reason = f"{len(hits)} places hold values of the source's identifier {name!r}"
        yield Finding(
            rule=RULE, verdict=Verdict.FAIL, where=f"lines {at}", reason=reason, mend=_LEAVE_OUT
        )


def _protected(data: Dataset) -> list[str]:
    names = dict.fromkeys((*data.source.identifiers, data.source.entity))
    return [name for name in names if name is not None]


def _held(
    data: Dataset, protected: Sequence[str], tokens: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Identifier columns that hold some of the tokens, with these."""
    if not tokens or not protected:
        return
    index = index_of(data)
    (hashes,) = data.work_out(arrow_texts(tokens), (hash_sql("t"),))
    for name in protected:
        plain = index.plain(name)
        at = np.searchsorted(plain, hashes).clip(max=max(len(plain) - 1, 0))
        found = [*np.flatnonzero(plain[at] == hashes)] if len(plain) else []
        if found:
            yield name, [tokens[int(one)] for one in found]


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


def _tokens(table: Table) -> dict[str, list[str]]:
    """What may be an identifier, with the texts that it stands in."""
    texts: dict[str, list[str]] = defaultdict(list)
    for text in table.cells.others:
        for token in _tokens_of(text):
            texts[token].append(text)
    for column in table.cells.columns:
        for text in column.like(_LONG_WHOLE):
            texts[text.lstrip("+-").partition(".")[0]].append(text)
    return texts


def _windows(lines: Sequence[str]) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for at, line in enumerate(lines):
        for token, first in _runs(_WORDS.findall(line.upper())):
            places[token].append((at, first))
    return places


def _runs(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Words one behind the other as one, and which is the first; one word alone has a figure."""
    for first in range(len(words)):
        for most in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
            token = "".join(words[first:most])
            if _tells(token) and not (most == first + 1 and token.isalpha()):
                yield token, first


def _tokens_of(text: str) -> set[str]:
    if len(text) < _LEAST_MIXED:
        return set()
    words = [word.upper() for word in _WORDS.findall(text)]
    respelled = canonical(text) or "" if _RESPELLED.search(text) else ""
    whole = _NOT_PLAIN.sub("", respelled).upper() if respelled else "".join(words)
    # In a sentence, a number may be several words.
    is_prose = any(map(str.isalpha, words))
    parts = (token for token, _ in _runs(words)) if is_prose else filter(_tells, words)
    telling = {token for token in parts if not token.isalpha()}
    return telling | ({whole} if _tells(whole) else set())


def _tells(token: str) -> bool:
    if token.isdigit():
        return len(token) >= _LEAST_DIGITS
    if token.isalpha():
        return len(token) >= _LEAST_LETTERS
    return len(token) >= _LEAST_MIXED
