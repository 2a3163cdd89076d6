"""A column of single values of the source: one number a person, without any label."""

from collections.abc import Iterator, Sequence
from math import log2
from typing import Final

from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.leaks.chance import log2_choose
from output_checker.disclosure.leaks.mapping import Link
from output_checker.disclosure.model import Finding, Verdict
from output_checker.disclosure.policy import Policy
from output_checker.disclosure.readers.artefacts import Table

RULE: Final = "verbatim-values"
LEAST_BITS: Final = 64.0
LEAST_VALUES: Final = 5


def find(data: Dataset, table: Table, links: Sequence[Link], policy: Policy) -> Iterator[Finding]:
    """FAIL for a column whose numbers are few people's, at a precision chance cannot explain."""
    for link in links:
        if link.decimals is None:
            continue
        rare, values, distinct, possible = _held(data, table, link, policy)
        if _is_telling(rare, values, distinct, possible):
            yield Finding(
                rule=RULE,
                verdict=Verdict.FAIL,
                where=f"column {table.header[link.place]!r}",
                reason=f"{rare} of {values} different numbers are single values of the source",
                mend="publish rounded statistics of groups, or give the spec of this table",
                position=(0, link.place),
            )


def _held(data: Dataset, table: Table, link: Link, policy: Policy) -> tuple[int, int, int, float]:
    """Rare hits, values tried, source values in their range, and values that could be there."""
    assert link.decimals is not None
    kept = data.keep(("c",), (sorted({row[link.place] for row in table.rows}),))
    key = link.output_sql("c")
    rare, values, distinct, width = data.query(
        f"WITH o AS (SELECT DISTINCT {key} AS k FROM {kept} WHERE {key} IS NOT NULL), "  # noqa: S608
        "edge AS (SELECT min(k) AS low, max(k) AS high FROM o), "
        f"s AS (SELECT {link.source_sql()} AS k, count(*) AS n FROM haven_source GROUP BY 1), "
        "near AS (SELECT count(*) AS n FROM s, edge WHERE k BETWEEN low AND high) "
        f"SELECT count(*) FILTER (WHERE s.n < {policy.threshold}), count(*), any_value(near.n), "
        "any_value(high - low) FROM o LEFT JOIN s USING (k), near, edge"
    )[0]
    return rare, values, distinct, float(width or 0) * 10.0**link.decimals + 1


def _is_telling(rare: int, values: int, distinct: int, possible: float) -> bool:
    """Whether so many hits on rare values are beyond chance, given how dense the values lie."""
    if rare < LEAST_VALUES:
        return False
    bits = rare * -log2(distinct / possible) - log2_choose(values, rare)
    return bits >= LEAST_BITS
