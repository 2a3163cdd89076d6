"""Values of the source's identifier columns anywhere in an output."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

Place = tuple[int, int]

RULE: Final = "identifier"
_MEND: Final = "leave the column out, or publish a table of groups"
_WORDS: Final = re.compile(r"[A-Za-z0-9]+")
_NOT_PLAIN: Final = re.compile(r"[^A-Za-z0-9]+")
# A short number or word is a count or a label as well as anybody's identifier.
_LEAST_DIGITS: Final = 6
_LEAST_MIXED: Final = 5
_LEAST_LETTERS: Final = 8
# An IBAN in groups of four has up to nine.
MOST_WORDS: Final = 9
_LEAVE_OUT: Final = "leave it out"


def find(data: Dataset, table: Table) -> Iterator[Finding]:
    """FAIL for a column that is named as an identifier, and for values found in any cell."""
    protected = _protected(data)
    if not protected:
        return
    for name in protected:
        yield from _named(table, name)
    for name, hits in _held(data, protected, _tokens(table)):
        yield _finding(name, hits)


def find_in_lines(data: Dataset, lines: Sequence[str]) -> Iterator[Finding]:
    """FAIL for values found in prose, where one may be written as several words."""
    protected = _protected(data)
    for name, hits in _held(data, protected, _windows(lines)):
        at = few_of(sorted({line + 1 for line, _ in hits}))
        reason = f"{len(hits)} places hold values of the source's identifier {name!r}"
        yield Finding(
            rule=RULE, verdict=Verdict.FAIL, where=f"lines {at}", reason=reason, mend=_LEAVE_OUT
        )


def _protected(data: Dataset) -> list[str]:
    names = dict.fromkeys((*data.source.identifiers, data.source.entity))
    return [name for name in names if name is not None]


def _held(
    data: Dataset, protected: Sequence[str], places: Mapping[str, list[Place]]
) -> Iterator[tuple[str, list[Place]]]:
    """Identifier columns that hold one of the tokens, with the places of those."""
    if not places or not protected:
        return
    kept = data.keep(("token",), (list(places),))
    for name in protected:
        found = data.query(
            f"SELECT DISTINCT token FROM {kept} WHERE token IN "  # noqa: S608
            f"(SELECT {_plain_sql(data, name)} FROM haven_source)"
        )
        if found:
            yield name, sorted({place for (token,) in found for place in places[token]})


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
    lines = few_of([row + 2 for row, _ in hits])
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"lines {lines}",
        reason=f"{len(hits)} cells hold values of the source's identifier {name!r}",
        mend=_MEND,
        position=hits[0] if hits[0][0] >= 0 else None,
    )


def _tokens(table: Table) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for row, cells in enumerate((table.header, *table.rows), start=-1):
        for place, text in enumerate(cells):
            for token in _tokens_of(text):
                places[token].append((row, place))
    return places


def _windows(lines: Sequence[str]) -> dict[str, list[Place]]:
    places: dict[str, list[Place]] = defaultdict(list)
    for at, line in enumerate(lines):
        words = [word.upper() for word in _WORDS.findall(line)]
        for first in range(len(words)):
            for most in range(first + 1, min(first + MOST_WORDS, len(words)) + 1):
                token = "".join(words[first:most])
                if _tells(token) and not (most == first + 1 and token.isalpha()):
                    places[token].append((at, first))
    return places


def _tokens_of(text: str) -> set[str]:
    whole = _NOT_PLAIN.sub("", canonical(text) or "").upper()
    words = {word.upper() for word in _WORDS.findall(text)}
    telling = {word for word in words if _tells(word) and not word.isalpha()}
    return telling | ({whole} if _tells(whole) else set())


def _tells(token: str) -> bool:
    if token.isdigit():
        return len(token) >= _LEAST_DIGITS
    if token.isalpha():
        return len(token) >= _LEAST_LETTERS
    return len(token) >= _LEAST_MIXED


def _plain_sql(data: Dataset, name: str) -> str:
    kind = data.types[name]
    whole = f"TRY_CAST({column(name)} AS HUGEINT)" if kind in ("DOUBLE", "FLOAT") else column(name)
    text = f"CAST({whole} AS VARCHAR)"
    if kind == "VARCHAR":
        text = f"regexp_replace({text}, '\\.0+$', '')"
    return f"upper(regexp_replace({text}, '[^A-Za-z0-9]', '', 'g'))"
