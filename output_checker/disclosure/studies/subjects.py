"""What the rules about models, curves and pictures look at. Pure values."""

from collections.abc import Mapping
from dataclasses import dataclass

from output_checker.disclosure.evidence.cells import Cell
from output_checker.disclosure.model import STATBARN


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in the output the subject is; the whole file unless it says otherwise."""

    labels: Mapping[str, str] | None = None
    where: str = "the whole file"
    position: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Place):
    """A named part of a study, with the units that stand behind it.

    Attributes:
        cell: The number about it that the study gives, as a table would; None where it gives none.
    """

    units: int
    statbarn: str | None = None
    cell: Cell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Place):
    """A regression as refitted on the source.

    Attributes:
        units: Distinct units with a value of every variable.
        rank: Of the design: how many coefficients the data can tell apart.
        is_saturated: Every regressor is categorical and each coefficient is a group's mean.
        groups: The groups of people alike in all regressors, where they are all categorical.
        dummies: Each column of two values, whatever they are: units with the rarer of them; and
            each category without a column of its own.
        is_perfect: The fit leaves no residual, or some fitted probability is 0 or 1.
        record_columns: Columns of the file that hold a number for each record.
    """

    units: int
    rank: int
    is_saturated: bool = False
    groups: tuple[Part, ...] = ()
    dummies: tuple[Part, ...] = ()
    is_perfect: bool = False
    record_columns: tuple[str, ...] = ()

    @property
    def statbarn(self) -> str:
        return STATBARN + "CorrelationCoefficients"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedModels(Place):
    """Two models of one specification.

    Attributes:
        apart: Units in one sample and not in the other.
        is_released: Whether the other one was released before.
    """

    apart: int
    is_released: bool = False

    @property
    def statbarn(self) -> str:
        return STATBARN + "CorrelationCoefficients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Place):
    """One printed time of a survival curve, or its beginning.

    Attributes:
        at_risk: Units still observed just before it.
        leaving: Units with an event or censored from it until the next printed time; None for
            the last one.
        events: Units with an event at this very time; None where the file prints no such number.
    """

    at_risk: int
    leaving: int | None
    events: int | None = None

    @property
    def statbarn(self) -> str:
        return STATBARN + "HazardSurvivalTables"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Place):
    """The table of four cells behind an odds, risk or hazard ratio: units in each."""

    cells: tuple[int, ...]

    @property
    def statbarn(self) -> str:
        return STATBARN + "OddRatios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin(Place):
    """One bar of a histogram.

    Attributes:
        units: Units in it; the last bin holds its upper edge.
        edge_units: Units whose value is the outer edge, where that edge is the least or the
            greatest value there is; None where it is not, or where a researcher chose an edge
            that several have.
    """

    units: int
    edge_units: int | None = None

    @property
    def statbarn(self) -> str:
        return STATBARN + "Frequencies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation(Place):
    """Two variables.

    Attributes:
        units: With a value of both.
        coefficient: As the source gives it; None where it is undefined.
        least_units: Fewest units with one of the values of a variable that has two, whatever they
            are; None when neither variable has just two.
    """

    units: int
    coefficient: float | None
    least_units: int | None = None

    @property
    def statbarn(self) -> str:
        return STATBARN + "CorrelationCoefficients"


@dataclass(frozen=True, slots=True, kw_only=True)
class Test(Place):
    """A test: its degrees of freedom in units, and the cells of the table behind it."""

    freedom: float
    cells: tuple[Part, ...] = ()

    @property
    def statbarn(self) -> str:
        return STATBARN + "StatisticalHypothesisTests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors(Place):
    """Attributes: `lines` is how many the file has, where loadings have one a variable."""

    units: int
    variables: int
    lines: int

    @property
    def statbarn(self) -> str:
        return STATBARN + "FactorAnalysis"
