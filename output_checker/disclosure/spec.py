"""What a researcher says an output is: plain values, one kind for each kind of output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table of statistics, long (one line a cell) or wide (a crosstab).

    Attributes:
        rows, columns: Source columns that span the table, or names that `bands` explains.
        values: Source column that is aggregated; None for a count of rows.
        aggregate: count, share, sum, mean, ratio, median, quantile, iqr, std, var, sem, skew,
            kurt, min, max, range, mode, nunique, gini, herfindahl, entropy or top_share.
        where: Column to a value, a list of values, or {"op": ">=", "value": ...}.
        margins: Whether totals may be among the labels.
        bands: Name of a dimension to the numeric source column it cuts into bands; the bands
            are read from the labels.
        weight: Source column of survey weights.
        level: Of a quantile (0-1), or the k of a share of the k largest.
        of: Of a share: `row`, `column` or `all`, or the dimensions its denominator keeps.
        denominator: Of a ratio: source column beneath the line.
        per: Of a ratio: what it is multiplied by, for instance 1000.
        rounding: How counts are rounded: `5`, `10`, `midpoint6`; "" when they are not.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    values: str | None = None
    aggregate: str = "count"
    where: Mapping[str, Any] = field(default_factory=dict)
    margins: bool = False
    bands: Mapping[str, str] = field(default_factory=dict)
    weight: str | None = None
    level: float | None = None
    of: str | tuple[str, ...] = "all"
    denominator: str | None = None
    per: float = 1.0
    rounding: str = ""


Spec = TableSpec
