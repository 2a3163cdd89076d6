"""Rows of the source inside an output, told from rows that match it by chance.

That a row occurs in the source proves nothing when few common columns make it up: nearly
every combination occurs. So each matching row is weighed by how improbable it is, and the
whole table by how often other people of the source have a row like their own, and against
itself with its columns shuffled. Both must be beyond chance.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log2
from random import Random
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks.chance import log2_choose, tail_bits, value_bits
from output_checker.disclosure.leaks.mapping import Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

RULE: Final = "verbatim-rows"
ROW_BITS: Final = 20.0
TABLE_BITS: Final = 16.0
OTHERS_BITS: Final = 12.0
LIST_BITS: Final = 40.0
MAX_SHUFFLED_ROWS: Final = 20_000
SHUFFLES: Final = 3
MAX_LINKS: Final = 16
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
    matching = sorted(at for at, row in rows.items() if row.matches)
    rare = [at for at in matching if rows[at].matches < policy.threshold]
    least = log2(size) + ROW_BITS + log2(len(rows))
    certain = [at for at in rare if rows[at].bits >= least]
    if matching:
        of_others = _others(data, chosen, policy.threshold)
        together = sum(max(0.0, rows[at].bits - log2(size)) for at in rare)
        is_telling = together - log2_choose(len(rows), len(rare)) >= TABLE_BITS
        if is_telling and tail_bits(len(rare), len(rows), of_others.rare) >= OTHERS_BITS:
            yield _finding(rare, len(rows), "more than other people like them would be")
        elif certain:
            yield _finding(certain, len(rows), "too particular to be there by chance")
        elif (
            tail_bits(len(matching), len(rows), of_others.any) >= LIST_BITS
            and tail_bits(len(matching), len(rows), _shuffled(data, table, chosen)) >= LIST_BITS
        ):
            yield _finding(matching, len(rows), "far more than when the columns are shuffled")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Others:
    """How often another person of the same kind matches: any row, and a rare one."""

    any: float
    rare: float


def _others(data: Dataset, links: Sequence[Link], most: int) -> _Others:
    """Ask the source's own people, each with its own row left out.

    Columns that hang together, as a ward and its district do, hang together in the answer.
    """
    keys = ", ".join(f"{link.source_sql()} AS k{i}" for i, link in enumerate(links))
    names = ", ".join(f"k{i}" for i in range(len(links)))
    found = data.query(
        f"WITH s AS (SELECT {keys} FROM haven_source), "  # noqa: S608
        f"alike AS (SELECT count(*) AS n FROM s GROUP BY {names}) "
        f"SELECT sum(n), sum(n) FILTER (n > 1), sum(n) FILTER (n BETWEEN 2 AND {most}) FROM alike"
    )[0]
    total, anyone, rare = (float(one or 0) for one in found)
    return _Others(any=(anyone + 1) / (total + 1), rare=(rare + 1) / (total + 1))


def _shuffled(data: Dataset, table: Table, links: Sequence[Link]) -> float:
    """Share of rows that match after each column was shuffled by itself.

    Where every combination occurs, as in a panel of years, this is as high as for real rows.
    """
    # Not a secret: the same file must get the same answer every time.
    random = Random(20_261_122)  # noqa: S311
    by_chance = tried = 0
    for _ in range(SHUFFLES):
        columns = [[row[link.place] for row in table.rows[:MAX_SHUFFLED_ROWS]] for link in links]
        for column in columns:
            random.shuffle(column)
        found = _match(data, columns, links, 1)
        by_chance += _hits(found)
        tried += len(found)
    return (by_chance + 1) / (tried + 1)
