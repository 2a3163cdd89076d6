"""Re-tabulate the source: for each combination of labels, who stands behind the number.

One pass over the source gives counts, sums, totals of rows and columns and the largest
contributions of rows. Some questions need another: with an entity or holding column
contributions are summed by it first, an endpoint or a mode asks how many units share a value,
and a quantile asks how many lie beyond it.
"""

from dataclasses import replace
from typing import Any, Final

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.concentration import concentrations
from output_checker.disclosure.evidence.grouping import Grouping, as_stored, spelled_alike
from output_checker.disclosure.evidence.measured import (
    Measured,
    holding_sql,
    measured,
    unit_sql,
)
from output_checker.disclosure.evidence.positions import beyond
from output_checker.disclosure.evidence.question import Key, Question
from output_checker.disclosure.evidence.shared import shared_values
from output_checker.disclosure.evidence.source import Dataset

# Sums of a million numbers are as exact as this.
_EXACT: Final = 1e-10

Cells = dict[Key, CellEvidence]


def tabulate(data: Dataset, question: Question) -> Cells:
    """Evidence for every combination of labels that some row of the source has."""
    what = measured(data, question)
    grouping = as_stored(data, question)
    rows = grouping.keyed(_by_row(data, what, grouping))
    if len({key for key, _ in rows}) < len(rows):
        grouping = spelled_alike(data, question, grouping)
        rows = grouping.keyed(_by_row(data, what, grouping))
    cells = {
        key: cell
        for key, row in rows
        for cell in [_from_row(row[len(grouping.labels) + 1 :], question)]
        if cell.records or not question.dimensions
    }
    _add_people(data, question, what, grouping, cells)
    for key, extra in _more(data, question, what, grouping).items():
        cells[key] = replace(cells[key], **extra)
    return cells


def count_cells(data: Dataset, question: Question, most: int) -> int:
    """Combinations of labels that some row has, totals aside; `most` + 1 where there are more."""
    grouping = as_stored(data, replace(question, totals=frozenset()))
    ((found,),) = data.query(
        f"SELECT count(*) FROM (SELECT 1 FROM ({grouping.rows()}) {grouping.by()} "  # noqa: S608
        f"LIMIT {most + 1})",
        grouping.parameters,
    )
    return int(found)


def _more(
    data: Dataset, question: Question, what: Measured, grouping: Grouping
) -> dict[Key, dict[str, Any]]:
    if question.statistic.is_endpoint or question.statistic is Statistic.MODE:
        return shared_values(data, question, what, grouping)
    if question.statistic.is_position:
        return beyond(data, question, what, grouping)
    if question.statistic.is_concentration:
        return concentrations(data, question, what, grouping)
    return {}


def _by_row(data: Dataset, what: Measured, grouping: Grouping) -> list[tuple[Any, ...]]:
    if what.is_counted_only:
        measures = "NULL, NULL, NULL, NULL, NULL, NULL, NULL"
    elif what.is_number:
        measures = (
            f"sum(abs(v)), min(v), max(v), {what.largest('abs(v)')}, "
            f"{what.nonzero}, sum(v), sum(v * v)"
        )
    else:
        measures = "NULL, min(v), max(v), NULL, NULL, NULL, NULL"
    weighted = "NULL" if what.weight is None else "sum(abs(v) * w)"
    return data.query(
        f"SELECT {grouping.grouped}, count(*), {what.count} AS n, {measures}, "  # noqa: S608
        f"{weighted}, {what.formula} FROM ({grouping.rows(*what.picks)}) {grouping.by()}",
        grouping.parameters,
    )


def _from_row(row: tuple[Any, ...], question: Question) -> CellEvidence:
    records, count, total, lowest, highest, largest, *sums, weighted, found = row
    values, weights = _split(largest, is_weighted=question.weight is not None)
    expected = found if isinstance(found, list) else [found]
    return CellEvidence(
        units=count,
        largest=values,
        total=total or 0.0,
        is_constant=question.variable is not None and count > 0 and lowest == highest,
        expected=tuple(one for one in expected if one is not None),
        records=records,
        missing=records - count,
        events=_events(question, lowest, highest, *sums),
        split=_split_in_two(question, count, lowest, highest, *sums[1:]),
        weights=weights,
        weighted_total=(weighted or 0.0) if question.weight is not None else None,
    )


def _events(  # noqa: PLR0917 - a row of the query
    question: Question,
    lowest: Any,
    highest: Any,
    nonzero: int | None,
    total: float | None,
    squares: float | None,
) -> int | None:
    if question.statistic is Statistic.RATIO:
        return nonzero
    if not question.statistic.is_total or total is None or lowest is None:
        return None
    # Between 0 and 1, squares add up to the same only where all are one or the other.
    is_binary = lowest >= 0 and highest <= 1 and squares == total
    return round(total) if is_binary else None


def _split_in_two(  # noqa: PLR0917 - a row of the query
    question: Question,
    count: int,
    lowest: Any,
    highest: Any,
    total: float | None,
    squares: float | None,
) -> tuple[int, int] | None:
    """Nothing lies between the ends where (v - lowest)(highest - v) adds up to nothing."""
    if not (question.statistic.tells_split and question.is_number) or lowest is None:
        return None
    if lowest == highest or total is None or squares is None:
        return None
    between = (lowest + highest) * total - squares - count * lowest * highest
    if abs(between) > _EXACT * count * max(abs(lowest), abs(highest)) ** 2:
        return None
    high = round((total - count * lowest) / (highest - lowest))
    return count - high, high


def _split(
    largest: list[Any] | None, *, is_weighted: bool
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    if not is_weighted:
        return tuple(largest or ()), ()
    return (
        tuple(value for value, _ in largest or ()),
        tuple(weight for _, weight in largest or ()),
    )


def _add_people(
    data: Dataset, question: Question, what: Measured, grouping: Grouping, cells: Cells
) -> None:
    unit, holding = unit_sql(data), holding_sql(data)
    width = len(grouping.labels) + 1
    for key, cell in cells.items():
        # Rows that name nobody are still somebody's: never fewer than one, never many.
        someone = min(1, cell.units)
        if unit is not None:
            events = None if cell.events is None else min(1, cell.events)
            split = None if cell.split is None else (min(1, cell.split[0]), min(1, cell.split[1]))
            cells[key] = replace(cell, units=someone, events=events, split=split)
        if holding is not None:
            cells[key] = replace(cells[key], holdings=someone)
    if unit is not None:
        for key, row in grouping.keyed(_by_unit(data, what, grouping, unit)):
            cells[key] = _with_units(cells[key], row[width:], question)
        if any(cell.split for cell in cells.values()):
            for key, row in grouping.keyed(_ends_by_unit(data, what, grouping, unit)):
                cells[key] = _with_ends(cells[key], row[width:])
    if holding is not None:
        for key, row in grouping.keyed(_by_unit(data, what, grouping, holding)):
            cells[key] = _with_holdings(cells[key], row[width:], question)


def _by_unit(data: Dataset, what: Measured, grouping: Grouping, unit: str) -> list[tuple[Any, ...]]:
    contribution = "sum(abs(v))" if what.is_number else "NULL::DOUBLE"
    nonzero = "count(*) FILTER (WHERE v <> 0)" if what.is_number else "0"
    weight = ", sum(abs(v) * w) / nullif(sum(abs(v)), 0) AS w" if what.weight is not None else ""
    return data.query(
        f"SELECT {grouping.keys}, count(*) FILTER (WHERE n > 0), count(*) FILTER (WHERE z > 0), "  # noqa: S608
        f"{what.largest('x')}, sum(x) FROM (SELECT {grouping.grouped}, e, "
        f"count(*) FILTER (WHERE p) AS n, {nonzero} AS z, {contribution} AS x{weight} "
        f"FROM ({grouping.rows(*what.picks, f'{unit} AS e')}) WHERE e IS NOT NULL "
        f"{grouping.by('e')}) GROUP BY {grouping.keys}",
        grouping.parameters,
    )


def _ends_by_unit(
    data: Dataset, what: Measured, grouping: Grouping, unit: str
) -> list[tuple[Any, ...]]:
    """For each cell, units that have its lowest value and units that have its highest."""
    ends = "min(lo) OVER cell AS least, max(hi) OVER cell AS most"
    return data.query(
        f"SELECT {grouping.keys}, count(*) FILTER (WHERE e IS NOT NULL AND lo = least), "  # noqa: S608
        f"count(*) FILTER (WHERE e IS NOT NULL AND hi = most) FROM (SELECT *, {ends} FROM "
        f"(SELECT {grouping.grouped}, e, min(v) AS lo, max(v) AS hi "
        f"FROM ({grouping.rows(*what.picks, f'{unit} AS e')}) {grouping.by('e')}) "
        f"WINDOW cell AS (PARTITION BY {grouping.keys})) GROUP BY {grouping.keys}",
        grouping.parameters,
    )


def _with_ends(cell: CellEvidence, row: tuple[Any, ...]) -> CellEvidence:
    if cell.split is None:
        return cell
    low, high = (max(pair) for pair in zip(cell.split, row, strict=True))
    return replace(cell, split=(low, high))


def _with_units(cell: CellEvidence, row: tuple[Any, ...], question: Question) -> CellEvidence:
    units, events, largest, total = row
    values, weights = _split(largest, is_weighted=question.weight is not None)
    # Either count is a true one to publish: rows, or the people behind them.
    is_count = question.statistic is Statistic.COUNT and question.weight is None
    return replace(
        cell,
        units=max(units, cell.units),
        largest=values,
        total=total or 0.0,
        expected=(*cell.expected, units) if is_count else cell.expected,
        events=None if cell.events is None else max(events, cell.events),
        weights=weights,
    )


def _with_holdings(cell: CellEvidence, row: tuple[Any, ...], question: Question) -> CellEvidence:
    holdings, _, largest, total = row
    values, weights = _split(largest, is_weighted=question.weight is not None)
    return replace(
        cell,
        holdings=max(holdings, cell.holdings or 0),
        largest=values,
        total=total or 0.0,
        weights=weights,
    )
