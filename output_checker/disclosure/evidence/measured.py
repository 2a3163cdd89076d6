"""The published variable of a question, as SQL over one row of the source."""

from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence.cells import LARGEST_VALUE, Statistic
from output_checker.disclosure.evidence.columns import column
from output_checker.disclosure.evidence.question import Question
from output_checker.disclosure.evidence.source import Dataset
from output_checker.disclosure.evidence.variables import variable

# The database stops at powers that overflow; a cell with such a value is given no number at all.
_IN_REACH: Final = f"FILTER (WHERE abs(v) <= {LARGEST_VALUE!r})"
_FORMULAS: Final = {
    Statistic.COUNT: "n",
    Statistic.NUNIQUE: "count(DISTINCT v)",
    Statistic.SUM: "sum(v)",
    Statistic.MEAN: "avg(v)",
    Statistic.RATIO: "sum(v)",
    Statistic.MEDIAN: "median(v)",
    Statistic.STD: f"stddev_samp(v) {_IN_REACH}",
    Statistic.VAR: f"var_samp(v) {_IN_REACH}",
    Statistic.SEM: f"stddev_samp(v) {_IN_REACH} / sqrt(count(v))",
    Statistic.SKEW: f"skewness(v) {_IN_REACH}",
    Statistic.KURT: f"kurtosis(v) {_IN_REACH}",
    Statistic.RANGE: "max(v) - min(v)",
}
_WEIGHTED: Final = {
    Statistic.COUNT: "sum(w) FILTER (WHERE p)",
    Statistic.SUM: "sum(v * w)",
    Statistic.RATIO: "sum(v * w)",
    Statistic.MEAN: "sum(v * w) / nullif(sum(w) FILTER (WHERE p), 0)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Attributes: `value`, `present` and `weight` are SQL over one row; `formula` over a cell."""

    value: str
    present: str
    weight: str | None
    formula: str
    depth: int
    is_number: bool
    is_counted_only: bool
    is_ratio: bool = False

    @property
    def count(self) -> str:
        """SQL over a cell: how many rows have a value."""
        if self.is_counted_only:
            return "count(*)"
        return "count(v)" if self.is_number else "count(*) FILTER (WHERE p)"

    @property
    def nonzero(self) -> str:
        return "count(*) FILTER (WHERE v <> 0)" if self.is_ratio else "NULL"

    @property
    def picks(self) -> tuple[str, ...]:
        weight = () if self.weight is None else (f"{self.weight} AS w",)
        return (f"{self.value} AS v", f"{self.present} AS p", *weight)

    def largest(self, contribution: str) -> str:
        """The greatest contributions, each with its weight where there are weights."""
        if not self.is_number:
            return "NULL"
        if self.weight is None:
            return f"max({contribution}, {self.depth})"
        pair = f"({contribution}, coalesce(w, 0))"
        return f"max({pair}, {self.depth}) FILTER (WHERE {contribution} IS NOT NULL)"


def measured(data: Dataset, question: Question) -> Measured:
    item = None if question.variable is None else variable(data, question.variable)
    weight = None if question.weight is None else variable(data, question.weight).number
    if item is None:
        value, present = "NULL::DOUBLE", "TRUE"
    elif question.is_number:
        value, present = item.number, f"({item.number}) IS NOT NULL"
    else:
        value, present = item.raw, item.present
    return Measured(
        value=value,
        present=present,
        weight=weight,
        formula=_formula(question),
        depth=question.depth,
        is_number=question.is_number,
        is_counted_only=item is None,
        is_ratio=question.statistic is Statistic.RATIO,
    )


def _formula(question: Question) -> str:
    if question.weight is not None:
        return _WEIGHTED.get(question.statistic, "NULL")
    if question.statistic is Statistic.QUANTILE:
        level = question.level
        # Between two values statisticians differ: at the one below, or in between.
        return f"[quantile_cont(v, {level!r}), quantile_disc(v, {level!r})]"
    if question.statistic is Statistic.IQR:
        return "quantile_cont(v, 0.75) - quantile_cont(v, 0.25)"
    return _FORMULAS.get(question.statistic, "NULL")


def unit_sql(data: Dataset) -> str | None:
    """Who a row belongs to; None where a row is a unit."""
    return None if data.source.entity is None else column(data.source.entity)


def names_each_row_once(data: Dataset) -> bool:
    """Whether each row is of a unit of its own, so that rows are units. Looked up once."""
    if data.names_each_row_once is None:
        unit = unit_sql(data) or "NULL"
        ((rows, units),) = data.query(f"SELECT count(*), count(DISTINCT {unit}) FROM haven_source")  # noqa: S608
        data.names_each_row_once = bool(rows == units)
    return data.names_each_row_once


def holding_sql(data: Dataset) -> str | None:
    """Which holding a row belongs to; a unit without one is its own."""
    if data.source.holding is None:
        return None
    holding = f"'h' || CAST({column(data.source.holding)} AS VARCHAR)"
    if data.source.entity is None:
        return holding
    return f"coalesce({holding}, 'e' || CAST({column(data.source.entity)} AS VARCHAR))"
