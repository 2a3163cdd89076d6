"""Rows of the source inside an output, told from rows that match it by chance.

That a row occurs in the source proves nothing when few common columns make it up: nearly
every combination occurs. So each matching row is weighed by how improbable it is, and the
whole table against itself with its columns shuffled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from random import Random
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks.chance import log2_choose, tail_bits, value_bits
from output_checker.disclosure.leaks.mapping import Link
from output_checker.disclosure.model import Finding, Policy, Verdict
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

RULE: Final = "verbatim-rows"
ROW_BITS: Final = 20.0
TABLE_BITS: Final = 30.0
SHUFFLE_BITS: Final = 40.0
MAX_LINKS: Final = 16
MAX_SHUFFLED_ROWS: Final = 20_000
SHUFFLES: Final = 3
_EXTRACT_RATE: Final = 0.995
_LEAST_LINKS: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMatch:
    """Attributes: `matches` counts source rows like this one; `bits` is what naming it tells."""

    matches: int
    bits: float


def find(data: Dataset, table: Table, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """At most one FAIL finding, with the positions of the rows and their number."""
    size = data.count_rows()
    if len(links) < _LEAST_LINKS or not table.rows or not size:
        return
    chosen, rows = _best_links(data, table, list(links)[:MAX_LINKS], size)
    columns = [[row[link.place] for row in table.rows] for link in chosen]
    least = log2(size) + ROW_BITS
    rare = {at: row for at, row in rows.items() if 0 < row.matches < policy.threshold}
    certain = [at for at, row in rare.items() if row.bits >= least]
    if certain:
        yield _finding(certain, len(table.rows), "too particular to be there by chance")
        return
    together = sum(max(0.0, row.bits - log2(size)) for row in rare.values())
    if together - log2_choose(len(table.rows), len(rare)) >= TABLE_BITS:
        yield _finding(list(rare), len(table.rows), "together too many to be there by chance")
        return
    matching = [at for at, row in rows.items() if row.matches]
    if _is_extract(data, columns, chosen, rows, len(rare)):
        yield _finding(matching, len(table.rows), "far more than when the columns are shuffled")


def _best_links(
    data: Dataset, table: Table, links: list[Link], size: int
) -> tuple[list[Link], dict[int, RowMatch]]:
    """All links, or all but the one without which far more rows match."""
    columns = [[row[link.place] for row in table.rows] for link in links]
    best = (links, _match(data, columns, links, size))
    if _hits(best[1]) * 2 >= len(table.rows) or len(links) <= _LEAST_LINKS:
        return best
    for at in range(len(links)):
        fewer = links[:at] + links[at + 1 :]
        rows = _match(data, columns[:at] + columns[at + 1 :], fewer, size)
        if _hits(rows) > 2 * _hits(best[1]):
            best = (fewer, rows)
    return best


def _hits(rows: dict[int, RowMatch]) -> int:
    return sum(row.matches > 0 for row in rows.values())


def _finding(places: Sequence[int], rows: int, why: str) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"rows {few_of([at + 1 for at in places])}",
        reason=f"{len(places)} of {rows} rows are rows of the source, {why}",
        mend="publish statistics of groups instead of rows",
        position=(min(places), 0),
    )


def _match(
    data: Dataset, columns: Sequence[Sequence[str]], links: Sequence[Link], size: int
) -> dict[int, RowMatch]:
    kept = _keep(data, columns)
    keys = [f"k{i}" for i in range(len(links))]
    output = ", ".join(link.output_sql(f"c{i}") + f" AS k{i}" for i, link in enumerate(links))
    source = ", ".join(link.source_sql() + f" AS k{i}" for i, link in enumerate(links))
    joined = " AND ".join(f"o.{key} IS NOT DISTINCT FROM s.{key}" for key in keys)
    names = ", ".join(f"o.{key}" for key in keys)
    counts = "".join(
        f", h{i} AS (SELECT {key}, count(*) AS n FROM s WHERE {key} IN (SELECT {key} FROM o) "  # noqa: S608
        f"GROUP BY {key})"
        for i, key in enumerate(keys)
    )
    held = " ".join(f"LEFT JOIN h{i} ON o.{key} = h{i}.{key}" for i, key in enumerate(keys))
    found = data.query(
        f"WITH o AS MATERIALIZED (SELECT CAST(spot AS INTEGER) AS spot, {output} FROM {kept}), "  # noqa: S608
        f"s AS MATERIALIZED (SELECT {source} FROM haven_source), "
        f"j AS (SELECT {names}, count(*) AS n FROM s JOIN (SELECT DISTINCT {', '.join(keys)} "
        f"FROM o) AS o ON {joined} GROUP BY {names}){counts} "
        f"SELECT spot, coalesce(s.n, 0), {', '.join(f'h{i}.n' for i in range(len(keys)))} "
        f"FROM o LEFT JOIN j AS s ON {joined} {held}"
    )
    return {
        at: RowMatch(matches=matches, bits=sum(value_bits(size, n or 0) for n in holding))
        for at, matches, *holding in found
    }


def _keep(data: Dataset, columns: Sequence[Sequence[str]]) -> str:
    names = [f"c{i}" for i in range(len(columns))]
    return data.keep(("spot", *names), ([str(at) for at in range(len(columns[0]))], *columns))


def _is_extract(
    data: Dataset,
    columns: Sequence[Sequence[str]],
    links: Sequence[Link],
    rows: dict[int, RowMatch],
    rare: int,
) -> bool:
    """Whether the rows fit the source better than their own columns do when shuffled."""
    total = len(rows)
    hits = _hits(rows)
    has_repeats = len(set(zip(*columns, strict=True))) < total
    # Distinct, common combinations are the labels of a table, not people.
    if hits < _EXTRACT_RATE * total or not (has_repeats or 2 * rare > total):
        return False
    # Not a secret: the same file must get the same answer every time.
    random = Random(20_261_122)  # noqa: S311
    by_chance = tried = 0
    for _ in range(SHUFFLES):
        shuffled = [list(column[:MAX_SHUFFLED_ROWS]) for column in columns]
        for column in shuffled:
            random.shuffle(column)
        found = _match(data, shuffled, links, 1)
        by_chance += _hits(found)
        tried += len(found)
    chance = (by_chance + 1) / (tried + 1)
    return tail_bits(hits, total, chance) >= SHUFFLE_BITS
