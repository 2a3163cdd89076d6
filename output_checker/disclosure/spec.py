"""What a researcher says an output is: plain values, one kind for each kind of output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from output_checker.disclosure.perturbation.p_table import Noise


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
        groups: Name of a dimension to groups of its labels that the table shows as one, by the
            name of each.
        weight: Source column of survey weights.
        level: Of a quantile (0-1), or the k of a share of the k largest.
        of: Of a share: `row`, `column` or `all`, or the dimensions its denominator keeps.
        denominator: Of a ratio: source column beneath the line.
        per: Of a ratio: what it is multiplied by, for instance 1000.
        rounding: How counts are rounded: `5`, `10`, `midpoint6`; "" when they are not.
        perturbation: How counts are changed by their cell keys; None when they are not.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...] = ()
    values: str | None = None
    aggregate: str = "count"
    where: Mapping[str, Any] = field(default_factory=dict)
    margins: bool = False
    bands: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    weight: str | None = None
    level: float | None = None
    of: str | tuple[str, ...] = "all"
    denominator: str | None = None
    per: float = 1.0
    rounding: str = ""
    perturbation: Noise | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec:
    """A regression, given by its formula or by the names of its coefficients.

    Attributes:
        formula: `y ~ x + C(group)`; `- 1` leaves the constant out. "" where `terms` is given.
        model: `ols`, `logit` or `probit`.
        outcome, terms: The dependent variable and the coefficients by the names that
            statsmodels prints, where there is no formula.
    """

    formula: str = ""
    model: str = "ols"
    outcome: str = ""
    terms: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalSpec:
    """A life table or Kaplan-Meier curve: one line a printed time, for each group if any.

    Attributes:
        time: Source column of the time to the event or to the end of observation.
        event: Source column that is 1 where the event happened and 0 where it did not.
    """

    time: str
    event: str
    group: str | None = None
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramSpec:
    """Counts of a variable in bins; the last bin holds its upper edge.

    Attributes:
        edges: Of the bins, ascending; empty where `bins` of equal width span the values.
    """

    values: str
    bins: int = 10
    edges: tuple[float, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TestSpec:
    """A test of a hypothesis.

    Attributes:
        test: `chi2` of two columns, or `t` of a variable in two groups.
        variables: The two columns; for `t`, the variable and then the groups.
    """

    test: str
    variables: tuple[str, str]
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationSpec:
    """A matrix of correlations (Pearson's), or the loadings of factors of these variables."""

    variables: tuple[str, ...]
    is_factors: bool = False
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioSpec:
    """An odds ratio or risk ratio of two columns of 0 and 1.

    Attributes:
        ratio: `odds` or `risk`.
    """

    ratio: str
    exposure: str
    outcome: str
    where: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSpec:
    """What an ACRO record says of one of its files; every part of it is only a hint.

    Attributes:
        kind: `table`, `regression`, `survival plot`, `histogram` or another word of ACRO's.
        method: What was called, for instance `crosstab` or `olsr`.
        dependent: The variable that was aggregated; None where the record names none.
        independent: What spans the table, or the coefficients' names.
        mitigation: What the record says was done about unsafe cells.
        status: The record's own verdict.
        unsafe_count: Cells that the record calls unsafe; None when it says nothing.
    """

    kind: str
    method: str = ""
    dependent: str | None = None
    independent: tuple[str, ...] = ()
    mitigation: str = ""
    status: str = ""
    unsafe_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticSpec:
    """Rows of nobody, made up in the likeness of the source.

    Attributes:
        method: How they were made, for whoever decides.
    """

    method: str = ""


Study = ModelSpec | SurvivalSpec | HistogramSpec | TestSpec | CorrelationSpec | RatioSpec
Spec = TableSpec | Study | SessionSpec | SyntheticSpec
