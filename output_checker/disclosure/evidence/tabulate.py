"""Re-tabulate the source: for each combination of labels, who stands behind the number.

One pass over the source gives counts, sums, totals of rows and columns and the largest
contributions of rows. Some questions need another: with an entity or holding column
contributions are summed by it first, an endpoint or a mode asks how many units share a value,
and a quantile asks how many lie beyond it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from output_checker.disclosure.evidence.cells import LARGEST_VALUE, CellEvidence, Statistic
from output_checker.disclosure.evidence.concentration import concentrations
from output_checker.disclosure.evidence.grouping import Grouping, as_stored, spelled_alike
from output_checker.disclosure.evidence.measured import (
    Measured,
    holding_sql,
    measured,
    names_each_row_once,
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
    beyond_numbers = _beyond_numbers(rows, len(grouping.labels) + 1, question)
    _add_people(data, question, what, grouping, cells)
    for key, extra in _more(data, question, what, grouping).items():
        cells[key] = replace(cells[key], **extra)
    for key in beyond_numbers:
        cells[key] = cells[key].without_statistic()
    return cells


def _beyond_numbers(
    rows: list[tuple[Key, tuple[Any, ...]]], width: int, question: Question
) -> list[Key]:
    """Cells where a value is infinite, or too great; how many there are is still a number."""
    if not question.is_number or question.statistic.is_frequency:
        return []
    return [key for key, row in rows if _is_beyond_numbers(*row[width + 3 : width + 5])]


def _is_beyond_numbers(lowest: float | None, highest: float | None) -> bool:
    return any(end is not None and abs(end) > LARGEST_VALUE for end in (lowest, highest))


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
    if _is_beyond_numbers(lowest, highest):
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
    if unit is not None and what.weight is None and names_each_row_once(data):
        _add_rows_as_units(question, cells)
    elif unit is not None:
        people = grouping.keyed(_by_unit(data, what, grouping, unit))
        _add_units(question, cells, {key: row[width:] for key, row in people})
        if any(cell.split for cell in cells.values()):
            for key, row in grouping.keyed(_ends_by_unit(data, what, grouping, unit)):
                cells[key] = _with_ends(cells[key], row[width:])
    if holding is not None:
        for key, cell in cells.items():
            cells[key] = replace(cell, holdings=min(1, cell.units))
        for key, row in grouping.keyed(_by_unit(data, what, grouping, holding)):
            cells[key] = _with_holdings(cells[key], row[width:], question)


def _add_rows_as_units(question: Question, cells: Cells) -> None:
    if _counts_rows(question):
        for key, cell in cells.items():
            cells[key] = replace(cell, expected=(*cell.expected, cell.units))


def _add_units(question: Question, cells: Cells, found: Mapping[Key, tuple[Any, ...]]) -> None:
    for key, cell in cells.items():
        row = found.get(key)
        known = _someone(cell)
        cells[key] = (
            replace(cell, **known) if row is None else _with_units(cell, known, row, question)
        )


def _counts_rows(question: Question) -> bool:
    """Either count is a true one to publish then: rows, or the people behind them."""
    return question.statistic is Statistic.COUNT and question.weight is None


def _someone(cell: CellEvidence) -> dict[str, Any]:
    """Rows that name nobody are still somebody's: never fewer than one, never many."""
    return {
        "units": min(1, cell.units),
        "events": None if cell.events is None else min(1, cell.events),
        "split": None if cell.split is None else (min(1, cell.split[0]), min(1, cell.split[1])),
    }


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


def _with_units(
    cell: CellEvidence, known: dict[str, Any], row: tuple[Any, ...], question: Question
) -> CellEvidence:
    """`known` is what holds of somebody whom the rows do not name."""
    units, events, largest, total = row
    values, weights = _split(largest, is_weighted=question.weight is not None)
    return replace(
        cell,
        units=max(units, known["units"]),
        largest=values,
        total=total or 0.0,
        expected=(*cell.expected, units) if _counts_rows(question) else cell.expected,
        events=None if known["events"] is None else max(events, known["events"]),
        split=known["split"],
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
