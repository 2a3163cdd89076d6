"""What is asked of the source for one column of numbers: plain values, no engine."""

from dataclasses import dataclass
from typing import Final

from output_checker.disclosure.evidence.bands import Band
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.groups import Group, grouped

Key = tuple[str | None, ...]

# No output holds NUL, so no label can be taken for this.
TOTAL: Final = "\0total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A column that spans a table; `bands` cut it, in their order, where it is a number.

    Attributes:
        name: What the table calls it.
        column: Column of the source.
        groups: Labels that are taken together; any other stays as it is. Not beside `bands`.
    """

    name: str
    column: str
    bands: tuple[Band, ...] = ()
    groups: tuple[Group, ...] = ()

    @classmethod
    def plain(cls, column: str) -> "Dimension":
        return cls(name=column, column=column)

    def label_of(self, label: str | None) -> str | None:
        """What the table calls a label of the source, where nothing cuts it into bands."""
        return grouped(label, self.groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a table claims to be.

    Attributes:
        dimensions: Span the cells; none for a grand total.
        variable: Source column that is aggregated; None for a count of rows.
        is_number: Whether the variable is to be read as a number.
        level: Of a quantile (0-1), or the k of a share of the k largest.
        weight: Source column of survey weights.
        where: The rows in question.
        depth: How many of the largest contributions are wanted.
        totals: Sets of positions in `dimensions` over which totals are wanted as well.
        complete: Positions in `dimensions` whose label a row must have to be counted.
        of: Of a share: positions in `dimensions` that its denominator keeps.
        denominator: Of a ratio: source column that is summed beneath the line.
        per: Of a ratio: what it is multiplied by, for instance 1000.
    """

    dimensions: tuple[Dimension, ...]
    statistic: Statistic
    variable: str | None = None
    is_number: bool = True
    level: float | None = None
    weight: str | None = None
    where: tuple[Condition, ...] = ()
    depth: int = 2
    totals: frozenset[frozenset[int]] = frozenset()
    complete: frozenset[int] = frozenset()
    of: frozenset[int] = frozenset()
    denominator: str | None = None
    per: float = 1.0

    @property
    def kept_positions(self) -> tuple[tuple[int, ...], ...]:
        """For each set of cells wanted, the positions whose labels tell its cells apart."""
        everything = range(len(self.dimensions))
        rolled = sorted(self.totals - {frozenset()}, key=sorted)
        return tuple(
            tuple(place for place in everything if place not in summed)
            for summed in (frozenset[int](), *rolled)
        )
