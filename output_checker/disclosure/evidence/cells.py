"""What the source says about one published number, and the number as the output prints it.

Pure values: rules see these and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from output_checker.disclosure.model import STATBARN


class Statistic(StrEnum):
    """What a published number is; the value is the name an output or a spec gives it."""

    COUNT = "count"
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    STD = "std"
    VAR = "var"
    SEM = "sem"
    SKEW = "skew"
    KURT = "kurt"
    MIN = "min"
    MAX = "max"
    MODE = "mode"

    @property
    def is_total(self) -> bool:
        """Whether a sum of contributions stands behind the number."""
        return self in (Statistic.SUM, Statistic.MEAN)

    @property
    def is_spread(self) -> bool:
        return self in _SPREADS

    @property
    def is_endpoint(self) -> bool:
        return self in (Statistic.MIN, Statistic.MAX)

    @property
    def statbarn(self) -> str:
        return STATBARN + _STATBARNS[self]


_SPREADS = frozenset({Statistic.STD, Statistic.VAR, Statistic.SEM, Statistic.SKEW, Statistic.KURT})
_STATBARNS = {
    Statistic.COUNT: "Frequencies",
    Statistic.SUM: "LinearAggregations",
    Statistic.MEAN: "LinearAggregations",
    Statistic.MEDIAN: "Position",
    Statistic.MIN: "Endpoints",
    Statistic.MAX: "Endpoints",
    Statistic.MODE: "Mode",
    **dict.fromkeys(_SPREADS, "Shape"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CellEvidence:
    """What the source holds for one combination of labels.

    Attributes:
        units: Distinct entities (rows without an entity column) with a value of the published
            variable; with any row at all for a count of rows.
        largest: The greatest absolute contributions of a unit, descending.
        total: Sum of the absolute contributions, in the unit of the variable.
        is_constant: Whether all values are one and the same.
        sharing: Units that have the published endpoint; None for other statistics.
        expected: The statistic as the source gives it; a tuple where several would be right,
            empty where it is undefined.
    """

    units: int
    largest: tuple[float, ...] = ()
    total: float = 0.0
    is_constant: bool = False
    sharing: int | None = None
    expected: tuple[float | str, ...] = ()


NOBODY = CellEvidence(units=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One number of the output beside its evidence.

    Attributes:
        labels: Dimension to label, as printed.
        shows_number: The output prints the number, or prints that it is undefined.
        shows_nobody: A reader can tell that nobody is in this cell.
        problem: Why the number could not be matched to the source; "" when it was.
    """

    labels: Mapping[str, str]
    where: str
    statistic: Statistic
    evidence: CellEvidence
    position: tuple[int, int] | None = None
    shows_number: bool = True
    shows_nobody: bool = False
    problem: str = ""
