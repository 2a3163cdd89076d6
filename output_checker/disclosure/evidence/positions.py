"""How many units lie at or beyond a quantile, and how many share one that is an end."""

from typing import Any

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.grouping import Grouping
from output_checker.disclosure.evidence.measured import Measured, unit_sql
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.evidence.source import Dataset


def beyond(
    data: Dataset, question: Question, what: Measured, grouping: Grouping
) -> dict[Key, dict[str, Any]]:
    """Counted among units with a value; an interquartile range has two quantiles."""
    levels = {Statistic.MEDIAN: (0.5,), Statistic.IQR: (0.25, 0.75)}.get(
        question.statistic, (question.level,)
    )
    unit = unit_sql(data) or "NULL"
    units = "count(*)" if unit == "NULL" else "count(DISTINCT e)"
    sides = [
        f"{units} FILTER (WHERE v {side} q{place})"
        for place in range(len(levels))
        for side in ("<=", ">=")
    ]
    # Every set of totals again as rows of its own, since a window knows no grouping sets.
    names = [f"d{place}" for place in range(len(grouping.labels))]
    parts = " UNION ALL ".join(
        f"SELECT {''.join(_kept(name, place in kept) for place, name in enumerate(names))}"  # noqa: S608
        f"{_mask(len(names), kept)} AS g, v, e FROM r"
        for kept in grouping.kept
    )
    over = f"OVER (PARTITION BY {grouping.keys})"
    quantiles = ", ".join(
        f"quantile_cont(v, {level!r}) {over} AS q{place}, "
        f"quantile_disc(v, {level!r}) {over} AS p{place}"
        for place, level in enumerate(levels)
    )
    ends = f"min(v) {over} AS lowest, max(v) {over} AS highest"
    rows = data.query(
        f"WITH r AS ({grouping.rows(*what.picks, f'{unit} AS e')}), "  # noqa: S608
        f"s AS (SELECT * FROM ({parts}) WHERE v IS NOT NULL), "
        f"b AS (SELECT *, {quantiles}, {ends} FROM s) "
        f"SELECT {grouping.keys}, least({', '.join(sides)}), "
        f"{_sharing(question.statistic, units)} FROM b GROUP BY {grouping.keys}",
        grouping.parameters,
    )
    return {key: {"beyond": row[-2], "sharing": row[-1]} for key, row in grouping.keyed(rows)}


def _sharing(statistic: Statistic, units: str) -> str:
    """SQL: units that have the lowest or highest value, where that may be what is printed."""
    if statistic is Statistic.IQR:
        return "NULL"
    printed = ("q0",) if statistic is Statistic.MEDIAN else ("q0", "p0")
    shared = (
        f"CASE WHEN bool_or({' OR '.join(f'{one} = {end}' for one in printed)}) "
        f"THEN {units} FILTER (WHERE v = {end}) END"
        for end in ("lowest", "highest")
    )
    return f"least({', '.join(shared)})"


def _kept(name: str, is_kept: bool) -> str:
    return f"{name}, " if is_kept else f"NULL AS {name}, "


def _mask(width: int, kept: tuple[int, ...]) -> int:
    return sum(1 << (width - 1 - place) for place in range(width) if place not in kept)
