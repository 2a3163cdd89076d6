"""What a view was found to hold: shares and counts by column, never a value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

# Of a column's values. More than this shaped like an identifier and nobody is given the view.
MOST_SHAPED: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """Values of a column that look like identifiers of a kind.

    Attributes: `share` is of the column's values, from 0 to 1.
    """

    column: str
    kind: str
    rows: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique:
    """How many combinations of labels of some columns only one person has."""

    columns: tuple[str, ...]
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewFindings:
    rows: int
    shaped: tuple[Shaped, ...] = ()
    unique: tuple[Unique, ...] = ()

    @property
    def is_clean(self) -> bool:
        return all(one.share <= MOST_SHAPED for one in self.shaped)

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def findings_from_stored(stored: Mapping[str, Any]) -> ViewFindings:
    return ViewFindings(
        rows=stored["rows"],
        shaped=tuple(Shaped(**one) for one in stored["shaped"]),
        unique=tuple(
            Unique(columns=tuple(one["columns"]), people=one["people"]) for one in stored["unique"]
        ),
    )
