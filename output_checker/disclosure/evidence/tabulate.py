"""Re-tabulate the source: for each combination of labels, who stands behind the number.

One pass over the source gives counts, sums and largest contributions of rows. Two statistics
need another: with an entity column contributions are summed by entity first, and an endpoint
or a mode asks how many units share a value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.filters import Scalar
from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.evidence.source import Dataset, column
from output_checker.disclosure.evidence.variables import Variable

Key = tuple[str | None, ...]

MAX_MODES: Final = 1_000

_FORMULAS: Final = {
    Statistic.COUNT: "n",
    Statistic.SUM: "sum(v)",
    Statistic.MEAN: "avg(v)",
    Statistic.MEDIAN: "median(v)",
    Statistic.STD: "stddev_samp(v)",
    Statistic.VAR: "var_samp(v)",
    Statistic.SEM: "stddev_samp(v) / sqrt(count(v))",
    Statistic.SKEW: "skewness(v)",
    Statistic.KURT: "kurtosis(v)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a table claims to be.

    Attributes:
        dimensions: Source columns that span the cells; none for a grand total.
        variable: What is aggregated; None for a count of rows.
        is_number: Whether the variable is to be read as a number.
        where, parameters: The rows in question, as SQL with bound values.
        depth: How many of the largest contributions are wanted.
    """

    dimensions: tuple[str, ...]
    statistic: Statistic
    variable: Variable | None = None
    is_number: bool = True
    where: str = "TRUE"
    parameters: Sequence[Scalar] = ()
    depth: int = 2

    @property
    def value(self) -> str:
        """SQL for the aggregated value of one row."""
        if self.variable is None:
            return "NULL::DOUBLE"
        return self.variable.number if self.is_number else self.variable.raw

    @property
    def present(self) -> str:
        if self.variable is None:
            return "TRUE"
        return f"({self.value}) IS NOT NULL" if self.is_number else self.variable.present


def tabulate(data: Dataset, question: Question) -> dict[Key, CellEvidence]:
    """Evidence for every combination of labels that some row of the source has."""
    grouping = _as_stored(question.dimensions)
    rows = _by_row(data, question, grouping)
    width = len(question.dimensions)
    if len({_key(row, width) for row in rows}) < len(rows):
        grouping = _spelled_alike(data, question.dimensions)
        rows = _by_row(data, question, grouping)
    cells = {_key(row, width): _from_row(row[width:], question) for row in rows}
    if data.source.entity is not None:
        for row in _by_entity(data, question, grouping):
            key = _key(row, width)
            cells[key] = _with_entities(cells[key], row[width:], question)
    if question.statistic.is_endpoint or question.statistic is Statistic.MODE:
        for key, extra in _shared_values(data, question, grouping).items():
            cells[key] = replace(cells[key], **extra)
    return cells


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grouping:
    labels: tuple[str, ...]
    origin: str = "haven_source"

    def select(self) -> str:
        return "".join(f"{label} AS d{i}, " for i, label in enumerate(self.labels))

    def keys(self) -> str:
        return "".join(f"d{i}, " for i in range(len(self.labels)))

    def by(self, *more: str) -> str:
        names = [f"d{i}" for i in range(len(self.labels))] + list(more)
        return f"GROUP BY {', '.join(names)}" if names else ""


def _as_stored(dimensions: Sequence[str]) -> _Grouping:
    return _Grouping(labels=tuple(column(name) for name in dimensions))


def _spelled_alike(data: Dataset, dimensions: Sequence[str]) -> _Grouping:
    """Group by canonical labels where the source spells one label in several ways."""
    origin, labels = "haven_source", []
    for i, name in enumerate(dimensions):
        text = f"CAST({column(name)} AS VARCHAR)"
        found = [row[0] for row in data.query(f"SELECT DISTINCT {text} FROM haven_source")]  # noqa: S608
        kept = data.keep(("raw", "label"), (found, [canonical(raw) for raw in found]))
        origin += f" LEFT JOIN {kept} AS m{i} ON {text} = m{i}.raw"
        labels.append(f"m{i}.label")
    return _Grouping(labels=tuple(labels), origin=origin)


def _by_row(data: Dataset, question: Question, grouping: _Grouping) -> list[tuple[Any, ...]]:
    formula = _FORMULAS.get(question.statistic, "NULL")
    measured = "count(v), sum(v), sum(abs(v)), min(v), max(v)" if question.is_number else (
        "NULL, NULL, NULL, min(v), max(v)"
    )  # fmt: skip
    top = f"max(abs(v), {question.depth})" if question.is_number else "NULL"
    sql = (
        f"SELECT {grouping.keys()} count(*) FILTER (WHERE p) AS n, {measured}, {top}, {formula} "  # noqa: S608
        f"FROM (SELECT {grouping.select()} {question.value} AS v, {question.present} AS p "
        f"FROM {grouping.origin} WHERE {question.where}) {grouping.by()}"
    )
    return data.query(sql, question.parameters)


def _from_row(row: tuple[Any, ...], question: Question) -> CellEvidence:
    count, _, _, total, lowest, highest, largest, expected = row
    return CellEvidence(
        units=count,
        largest=tuple(largest or ()),
        total=total or 0.0,
        is_constant=question.variable is not None and count > 0 and lowest == highest,
        expected=() if expected is None else (expected,),
    )


def _by_entity(data: Dataset, question: Question, grouping: _Grouping) -> list[tuple[Any, ...]]:
    assert data.source.entity is not None
    contribution = "sum(abs(v))" if question.is_number else "NULL::DOUBLE"
    sql = (
        f"SELECT {grouping.keys()} count(*) FILTER (WHERE n > 0), max(x, {question.depth}), sum(x) "  # noqa: S608
        f"FROM (SELECT {grouping.keys()} e, count(*) FILTER (WHERE p) AS n, {contribution} AS x "
        f"FROM (SELECT {grouping.select()} {column(data.source.entity)} AS e, "
        f"{question.value} AS v, {question.present} AS p "
        f"FROM {grouping.origin} WHERE {question.where}) WHERE e IS NOT NULL "
        f"{grouping.by('e')}) {grouping.by()}"
    )
    return data.query(sql, question.parameters)


def _with_entities(cell: CellEvidence, row: tuple[Any, ...], question: Question) -> CellEvidence:
    units, largest, total = row
    # Either count is a true one to publish: rows, or the people behind them.
    expected = (*cell.expected, units) if question.statistic is Statistic.COUNT else cell.expected
    return replace(
        cell,
        # Rows that name nobody are still somebody's: never fewer than one.
        units=max(units, min(1, cell.units)),
        largest=tuple(largest or ()),
        total=total or 0.0,
        expected=expected,
    )


def _shared_values(
    data: Dataset, question: Question, grouping: _Grouping
) -> dict[Key, dict[str, Any]]:
    entity = data.source.entity
    units = "count(*)" if entity is None else "count(DISTINCT e)"
    unit = "NULL" if entity is None else column(entity)
    order = {Statistic.MIN: "v ASC", Statistic.MAX: "v DESC"}.get(question.statistic)
    wanted = "c = top" if order is None else "place = 1"
    sql = (
        f"SELECT {grouping.keys()} v, u FROM (SELECT *, "  # noqa: S608
        f"max(c) OVER (PARTITION BY {grouping.keys()} 1) AS top, "
        f"row_number() OVER (PARTITION BY {grouping.keys()} 1 ORDER BY {order or 'c DESC, v'}) "
        f"AS place FROM (SELECT {grouping.keys()} v, count(*) AS c, {units} AS u "
        f"FROM (SELECT {grouping.select()} {question.value} AS v, {unit} AS e "
        f"FROM {grouping.origin} WHERE ({question.where}) AND {question.present}) "
        f"{grouping.by('v')})) WHERE {wanted} AND place <= {MAX_MODES}"
    )
    found: dict[Key, dict[str, Any]] = {}
    width = len(question.dimensions)
    for row in data.query(sql, question.parameters):
        value, sharing = row[width:]
        spelled = value if question.is_number else canonical(value) or ""
        extra = found.setdefault(_key(row, width), {"expected": (), "sharing": None})
        extra["expected"] += (spelled,)
        extra["sharing"] = sharing if question.statistic.is_endpoint else None
    return found


def _key(row: tuple[Any, ...], width: int) -> Key:
    return tuple(canonical(label) for label in row[:width])
