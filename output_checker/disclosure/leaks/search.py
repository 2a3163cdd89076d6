"""Look for the source's rows and values in a table, whichever way it is laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import pyarrow.compute as pc

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.index import printed
from output_checker.disclosure.index.build import index_of
from output_checker.disclosure.index.columns import UNKNOWN
from output_checker.disclosure.leaks import anchored, layouts, mapping, partial, rows, values
from output_checker.disclosure.model import Finding
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table

_LEAST_LINES: Final = 2
_DATE: Final = r"^\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?)?$"


def search_rows(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    """Where nothing is found, several values in one cell are looked at apart."""
    found = [*_search(table, datasets, policy)]
    yield from found
    for other in () if found else layouts.unfolded(table):
        for finding in _search(other, datasets, policy):
            yield replace(finding, position=None)
            found.append(finding)
        if found:
            return


def _search(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    table = layouts.headed(table)
    for data in datasets:
        beside = beside_source(table, data)
        links = mapping.link_columns(beside)
        telling = mapping.independent(beside.index, links)
        verbatim = _verbatim(beside, links, telling, policy)
        yield from verbatim or partial.find(beside, telling, policy)
        yield from values.find(beside, links, policy)
        if not verbatim:
            yield from _search_turned(table, data, policy)


def unlike_any(table: Table, datasets: Sequence[Dataset]) -> list[str]:
    """Columns that are like none of a source: neither its values, nor numbers under its name.

    One text that the source does not have can say anything, so all must be its own, or dates.
    """
    known: set[int] = set()
    for data in datasets:
        beside = beside_source(table, data)
        links = mapping.link_columns(beside)
        known |= {link.place for link in links if _has_no_words_of_its_own(table, beside, link)}
        known |= {place for place in range(len(beside.printed)) if mapping.is_akin(beside, place)}
    return [name for place, name in enumerate(table.header) if place not in known]


def _has_no_words_of_its_own(table: Table, beside: mapping.Beside, link: mapping.Link) -> bool:
    printed = beside.printed[link.place]
    if link.decimals is not None:
        return printed.is_all_numbers
    is_date = pc.match_substring_regex(table.cells.columns[link.place].texts, _DATE)
    is_known = link.grouping(beside.index).find(printed.texts) != UNKNOWN
    return bool((is_known | is_date.to_numpy(zero_copy_only=False)).all())


def _verbatim(
    beside: mapping.Beside,
    links: Sequence[mapping.Link],
    telling: list[mapping.Link],
    policy: Policy,
) -> list[Finding]:
    found = [*rows.find(beside, telling, policy)]
    tried = [telling]
    for others in () if found else anchored.relinked(beside, links):
        other = mapping.independent(beside.index, others)
        found = [] if other in tried else [*rows.find(beside, other, policy)]
        tried.append(other)
        if found:
            break
    return found


def beside_source(table: Table, data: Dataset) -> mapping.Beside:
    return mapping.Beside(
        index=index_of(data),
        header=table.header,
        printed=printed.read(data, table, mapping.MAX_OUTPUT_COLUMNS),
        rows=len(table.rows),
    )


def _search_turned(table: Table, data: Dataset, policy: Policy) -> Iterator[Finding]:
    """At most one finding of people who are written below each other, one a column."""
    for other in turned(table):
        beside = beside_source(other, data)
        links = mapping.link_columns(beside)
        telling = mapping.independent(beside.index, links)
        for found in _verbatim(beside, links, telling, policy):
            yield replace(found, where="columns read as rows", position=None)
            return


def turned(table: Table) -> Iterator[Table]:
    """Its columns as rows. Those before the first with figures are names of the others' cells.

    Where there are none, the first is tried as names, and as a row like others.
    """
    if not _LEAST_LINES <= len(table.rows) + 1 <= mapping.MAX_OUTPUT_COLUMNS or not table.header:
        return
    lines = (table.header, *table.rows)
    names, *columns = zip(*lines, strict=True)
    while len(columns) > 1 and not any(map(layouts.is_numeric, columns[0])):
        names, *columns = columns
    if columns:
        yield Table(header=names, rows=tuple(columns))
    if any(map(layouts.is_numeric, names)):
        numbered = tuple(f"column {at + 1}" for at in range(len(lines)))
        yield Table(header=numbered, rows=(names, *columns))
