"""Rows of the source with some cells changed, or beside columns that are not from it.

A row need not be verbatim to be somebody's: two telling values of the same person are enough.
Each row of the output is compared with the source rows that share a rare value with it, and
the values that agree are weighed.
"""

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks.chance import log2_choose
from output_checker.disclosure.leaks.mapping import Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.words import few_of

RULE: Final = "partial-rows"
ROW_BITS: Final = 20.0
MAX_ROWS: Final = 5_000
_RARE: Final = 20


def find(data: Dataset, table: Table, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """At most one FAIL finding, with the positions of the rows and their number."""
    step = -(-len(table.rows) // MAX_ROWS) or 1
    places = range(0, len(table.rows), step)
    size = data.count_rows()
    if not links or not places or not size:
        return
    excess = {
        place: bits - log2(size) - log2_choose(len(links), agreeing)
        for place, bits, agreeing, alike in _closest(data, table, links, places)
        if alike < policy.threshold and agreeing > 1
    }
    # The more rows are tried, the better the best of them fits by chance.
    least = ROW_BITS + log2(len(places))
    certain = sorted(place for place, bits in excess.items() if bits >= least)
    if certain:
        yield _finding(certain, len(places))


def _finding(rows: Sequence[int], tried: int) -> Finding:
    return Finding(
        rule=RULE,
        verdict=Verdict.FAIL,
        where=f"rows {few_of([row + 1 for row in rows])}",
        reason=f"{len(rows)} of {tried} rows tried share values with one row of the source, "
        "too many to be there by chance",
        mend="publish statistics of groups instead of rows",
        position=(rows[0], 0),
    )


def _closest(
    data: Dataset, table: Table, links: Sequence[Link], places: Sequence[int]
) -> list[tuple[int, float, int, int]]:
    """For each row its best agreement: bits, how many columns, how many source rows as close."""
    names = [f"c{i}" for i in range(len(links))]
    columns = [[table.rows[place][link.place] for place in places] for link in links]
    kept = data.keep(("spot", *names), ([str(place) for place in places], *columns))
    each = range(len(links))
    output = ", ".join(f"{link.output_sql(f'c{i}')} AS k{i}" for i, link in enumerate(links))
    source = ", ".join(f"{link.source_sql()} AS k{i}" for i, link in enumerate(links))
    counts = "".join(
        f", h{i} AS (SELECT k{i}, log2(total / count(*)) AS bits, count(*) AS n FROM s, size "  # noqa: S608
        f"WHERE k{i} IN (SELECT k{i} FROM o) GROUP BY k{i}, total)"
        for i in each
    )
    pairs = " UNION ".join(
        f"SELECT o.spot, s.id FROM o JOIN h{i} ON o.k{i} = h{i}.k{i} AND h{i}.n <= {_RARE} "  # noqa: S608
        f"JOIN s ON o.k{i} = s.k{i}"
        for i in each
    )
    agrees = [f"CASE WHEN o.k{i} = s.k{i} THEN" for i in each]
    bits = " + ".join(f"coalesce({agrees[i]} h{i}.bits END, 0)" for i in each)
    agreeing = " + ".join(f"{agrees[i]} 1 ELSE 0 END" for i in each)
    held = " ".join(f"LEFT JOIN h{i} ON o.k{i} = h{i}.k{i}" for i in each)
    return data.query(
        f"WITH o AS MATERIALIZED (SELECT CAST(spot AS INTEGER) AS spot, {output} FROM {kept}), "  # noqa: S608
        f"s AS MATERIALIZED (SELECT row_number() OVER () AS id, {source} FROM haven_source), "
        f"size AS (SELECT CAST(count(*) AS DOUBLE) AS total FROM s){counts}, "
        f"scored AS (SELECT o.spot, {bits} AS b, {agreeing} AS a FROM ({pairs}) AS p "
        f"JOIN o ON o.spot = p.spot JOIN s ON s.id = p.id {held}) "
        "SELECT spot, b, a, alike FROM (SELECT *, count(*) OVER (PARTITION BY spot, b) AS alike, "
        "row_number() OVER (PARTITION BY spot ORDER BY b DESC) AS place FROM scored) "
        "WHERE place = 1"
    )
