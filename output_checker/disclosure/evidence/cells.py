"""What the source says about one published number, and the number as the output prints it.

Pure values: rules see these and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Self

from output_checker.disclosure.model import STATBARN

# The fourth powers of greater values, and infinities, are no numbers of the machine's.
LARGEST_VALUE: Final = 1e75


class Statistic(StrEnum):
    """What a published number is; the value is the name an output or a spec gives it."""

    COUNT = "count"
    SHARE = "share"
    NUNIQUE = "nunique"
    SUM = "sum"
    MEAN = "mean"
    RATIO = "ratio"
    MEDIAN = "median"
    QUANTILE = "quantile"
    IQR = "iqr"
    STD = "std"
    VAR = "var"
    SEM = "sem"
    SKEW = "skew"
    KURT = "kurt"
    MIN = "min"
    MAX = "max"
    RANGE = "range"
    MODE = "mode"
    GINI = "gini"
    HERFINDAHL = "herfindahl"
    ENTROPY = "entropy"
    TOP_SHARE = "top_share"

    @property
    def is_total(self) -> bool:
        """Whether a sum of contributions stands behind the number."""
        return self in _TOTALS

    @property
    def is_spread(self) -> bool:
        return self in _SPREADS

    @property
    def is_position(self) -> bool:
        """Whether the number lies at a place in the order of the values."""
        return self in _POSITIONS

    @property
    def is_endpoint(self) -> bool:
        return self in _ENDPOINTS

    @property
    def is_concentration(self) -> bool:
        return self in _CONCENTRATIONS

    @property
    def tells_split(self) -> bool:
        """Whether it says of a variable of two values how many have the one."""
        return self.is_total or self.is_spread or self.is_concentration

    @property
    def is_frequency(self) -> bool:
        """Whether the number is about how many there are, and about no variable's values."""
        return self in _FREQUENCIES

    @property
    def needs_numbers(self) -> bool:
        """Whether only a variable of numbers has it."""
        return self not in _OF_ANY_VALUES

    @property
    def statbarn(self) -> str:
        return STATBARN + _STATBARNS[self]


_TOTALS = frozenset({Statistic.SUM, Statistic.MEAN, Statistic.RATIO})
_SPREADS = frozenset({Statistic.STD, Statistic.VAR, Statistic.SEM, Statistic.SKEW, Statistic.KURT})
_POSITIONS = frozenset({Statistic.MEDIAN, Statistic.QUANTILE, Statistic.IQR})
_ENDPOINTS = frozenset({Statistic.MIN, Statistic.MAX, Statistic.RANGE})
_CONCENTRATIONS = frozenset(
    {Statistic.GINI, Statistic.HERFINDAHL, Statistic.ENTROPY, Statistic.TOP_SHARE}
)
_FREQUENCIES = frozenset({Statistic.COUNT, Statistic.SHARE, Statistic.NUNIQUE})
_OF_ANY_VALUES = _FREQUENCIES | {Statistic.MIN, Statistic.MAX, Statistic.MODE}
_STATBARNS = {
    **dict.fromkeys(_FREQUENCIES, "Frequencies"),
    Statistic.SUM: "LinearAggregations",
    Statistic.MEAN: "LinearAggregations",
    Statistic.RATIO: "CalculatedRatios",
    **dict.fromkeys(_POSITIONS, "Position"),
    **dict.fromkeys(_ENDPOINTS, "Endpoints"),
    Statistic.MODE: "Mode",
    **dict.fromkeys(_SPREADS, "Shape"),
    Statistic.GINI: "GiniCoefficient",
    Statistic.TOP_SHARE: "SimpleConcentrationRatio",
    Statistic.HERFINDAHL: "NonLinearConcentrationRatios",
    Statistic.ENTROPY: "NonLinearConcentrationRatios",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEvidence:
    """What the source holds for one combination of labels.

    Attributes:
        units: Distinct entities (rows without an entity column) with a value of the published
            variable; with any row at all for a count of rows.
        largest: The greatest absolute contributions of a unit (of a holding, where the source
            names holdings), descending.
        total: Sum of the absolute contributions, in the unit of the variable.
        is_constant: Whether all values are one and the same.
        sharing: Units that have the published endpoint or mode, or the median or quantile where it
            is the lowest or highest value; None for others.
        expected: The statistic as the source gives it; a tuple where several would be right,
            empty where it is undefined.
        records: Rows in the cell, those without a value included.
        missing: Rows among them that have no value of the published variable.
        holdings: Distinct holdings behind the units; None where the source names none.
        events: Units for which a variable of only 0 and 1 is 1, or that make up the numerator
            of a ratio; None for other variables.
        split: Of a number that has two different values in the cell, units with the one and units
            with the other; None for others, and for statistics that do not tell how many.
        of_units: Units behind the denominator of a share or ratio; None for other statistics.
        beneath: Of a ratio, what stands behind its denominator; None for other statistics.
        counts: Of a share: units above and beneath the line.
        beyond: Units at or beyond a quantile, on the side that has fewer; None for others.
        weights: The survey weights of `largest`; empty where the statistic is not weighted.
        weighted_total: Sum of the absolute contributions times their weights; None likewise.
    """

    units: int
    largest: tuple[float, ...] = ()
    total: float = 0.0
    is_constant: bool = False
    sharing: int | None = None
    expected: tuple[float | str, ...] = ()
    records: int = 0
    missing: int = 0
    holdings: int | None = None
    events: int | None = None
    split: tuple[int, int] | None = None
    of_units: int | None = None
    beneath: "CellEvidence | None" = None
    counts: tuple[int, int] | None = None
    beyond: int | None = None
    weights: tuple[float, ...] = ()
    weighted_total: float | None = None

    @property
    def is_of_one(self) -> bool:
        """Whether a single record, with a value, is all there is."""
        return self.records == 1 and not self.missing

    def without_statistic(self) -> Self:
        """The same where a value is infinite or too great: no number is the right one to print."""
        return replace(self, expected=(), sharing=None, split=None, beyond=None)


NOBODY = CellEvidence(units=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of the output beside its evidence.

    Attributes:
        labels: Dimension to label, as printed.
        text: The cell as printed.
        key: The labels in one spelling, for finding the cells of the same row.
        level: Of a quantile (0-1), or the k of a share of the k largest; None otherwise.
        shows_number: The output prints the number, or prints that it is undefined.
        shows_nobody: A reader can tell that nobody is in this cell.
        is_impossible: The dataset says that nobody can be in this cell.
        is_bound: The number is a bound that the dataset declares for the variable.
        problem: Why the number could not be matched to the source; "" when it was.
    """

    labels: Mapping[str, str]
    where: str
    statistic: Statistic
    evidence: CellEvidence
    position: tuple[int, int] | None = None
    text: str = ""
    key: tuple[str | None, ...] = ()
    level: float | None = None
    shows_number: bool = True
    shows_nobody: bool = False
    is_impossible: bool = False
    is_bound: bool = False
    problem: str = ""

    @property
    def statbarn(self) -> str:
        return self.statistic.statbarn
