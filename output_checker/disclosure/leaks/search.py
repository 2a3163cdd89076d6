"""Look for the source's rows and values in a table, whichever way it is laid out."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks import mapping, partial, rows, values
from output_checker.disclosure.model import Finding
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table

_LEAST_LINES: Final = 2


def search_rows(table: Table, datasets: Sequence[Dataset], policy: Policy) -> Iterator[Finding]:
    for data in datasets:
        links = mapping.link_columns(data, table)
        telling = mapping.independent(data, links)
        verbatim = [*rows.find(data, table, telling, policy)]
        yield from verbatim or partial.find(data, table, telling, policy)
        yield from values.find(data, table, links, policy)
        if not verbatim:
            yield from _search_turned(table, data, policy)


def _search_turned(table: Table, data: Dataset, policy: Policy) -> Iterator[Finding]:
    """At most one finding of people who are written below each other, one a column."""
    for other in turned(table):
        telling = mapping.independent(data, mapping.link_columns(data, other))
        for found in rows.find(data, other, telling, policy):
            yield replace(found, where="columns read as rows", position=None)
            return


def turned(table: Table) -> Iterator[Table]:
    """Its columns as rows: with the first as names of the others' cells, and without names."""
    lines = (table.header, *table.rows)
    if not _LEAST_LINES <= len(lines) <= mapping.MAX_OUTPUT_COLUMNS or not table.header:
        return
    names, *columns = zip(*lines, strict=True)
    if columns:
        yield Table(header=names, rows=tuple(columns))
    numbered = tuple(f"column {at + 1}" for at in range(len(lines)))
    yield Table(header=numbered, rows=(names, *columns))
