"""The groups whose means a regression gives: what stands behind the outcome of each."""

from collections.abc import Sequence
from typing import Any

from output_checker.disclosure.evidence.cells import CellEvidence
from output_checker.disclosure.evidence.measured import holding_sql, unit_sql
from output_checker.disclosure.studies.design import Design

_TWO = 2


def outcomes(
    design: Design, keys: Sequence[str], *, depth: int, most: int
) -> dict[tuple[Any, ...], CellEvidence]:
    """Evidence about the outcome's mean in each group of rows that are alike in some expressions.

    Args:
        design: With the outcome and the rows.
        keys: SQL over one row; without any, all rows are one group, of key ().
        depth: How many of the largest contributions are wanted.
        most: Groups; one more is the last that is looked for.
    """
    by = ", ".join(f'"haven key {at}"' for at in range(len(keys))) or '"haven key"'
    people = _people(design, keys)
    seen = design.rows.data.query(
        f"SELECT {by}, count(*), count(DISTINCT e), count(DISTINCT h), count(DISTINCT v), "  # noqa: S608
        "count(DISTINCT e) FILTER (WHERE v = top) FROM "
        f"(SELECT *, max(v) OVER (PARTITION BY {by}) AS top FROM ({people})) "
        f"GROUP BY {by} LIMIT {most + 1}",
        design.rows.parameters,
    )
    held = design.rows.data.query(
        f"SELECT {by}, max(abs(s), {depth}), sum(abs(s)) FROM "  # noqa: S608
        f"(SELECT {by}, sum(v) AS s FROM ({people}) GROUP BY {by}, h) GROUP BY {by}",
        design.rows.parameters,
    )
    totals = {row[:-2]: row[-2:] for row in held}
    has_holdings = design.rows.data.source.holding is not None
    return {
        tuple(key[: len(keys)]): CellEvidence(
            units=units,
            largest=tuple(totals[tuple(key)][0]),
            total=totals[tuple(key)][1],
            is_constant=values == 1,
            records=records,
            holdings=holdings if has_holdings else None,
            events=events if values == _TWO else None,
        )
        for *key, records, units, holdings, values, events in map(tuple, seen)
    }


def _people(design: Design, keys: Sequence[str]) -> str:
    """SQL of the rows: their keys, the outcome, whose each is, and who owns that one."""
    named = [f'({sql}) AS "haven key {at}"' for at, sql in enumerate(keys)]
    data = design.rows.data
    unit = unit_sql(data) or "row_number() OVER ()"
    owner = holding_sql(data) or unit
    picks = ", ".join(named or ['1 AS "haven key"'])
    return (
        'SELECT *, "haven value" AS v, "haven unit" AS e, "haven owner" AS h FROM '  # noqa: S608
        f'(SELECT {picks}, ({design.outcome_sql}) AS "haven value", {unit} AS "haven unit", '
        f'{owner} AS "haven owner" FROM haven_source WHERE {design.rows.where})'
    )
