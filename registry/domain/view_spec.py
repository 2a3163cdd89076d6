"""A view: which columns of a dataset version somebody gets, in what form, and of which rows.

A view is the smallest thing that is granted. Two projects with equal views share one file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final


class TransformKind(StrEnum):
    """What is done to each value of a column. Nothing else can be said of one."""

    KEEP = "keep"
    YEAR_OF = "year_of"
    BAND = "band"
    FLAG = "flag"
    TRUNCATE_POSTCODE = "truncate_postcode"
    TOPCODE = "topcode"
    ROUND = "round"
    HASH = "hash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """How a column of the source becomes one of a view.

    Attributes:
        edges: Of `band`: the lowest value of each band but the first, ascending; at least one.
            16, 25 gives the bands below 16, 16 to 24, 25 and over.
        limit: Of `topcode`: what any larger value becomes.
        unit: Of `round`: values become the nearest multiple of it; above 0.
    """

    kind: TransformKind = TransformKind.KEEP
    edges: tuple[float, ...] = ()
    limit: float | None = None
    unit: float | None = None


KEEP = Transform()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A less intrusive form of a field that its owner offers, such as the year of a birth.

    Attributes: `name` is the column's name in a view, another than the field's.
    """

    name: str
    transform: Transform
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewColumn:
    """Attributes: `name` is the column's in the view, `source` the field's in the dataset."""

    name: str
    source: str
    transform: Transform = KEEP


class Comparison(StrEnum):
    IN = "in"
    NOT_IN = "not_in"
    AT_LEAST = "at_least"
    BELOW = "below"

    @property
    def words(self) -> str:
        return _COMPARED[self]


_COMPARED: Final[Mapping[Comparison, str]] = MappingProxyType(
    {
        Comparison.IN: "is one of",
        Comparison.NOT_IN: "is none of",
        Comparison.AT_LEAST: "is at least",
        Comparison.BELOW: "is below",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Which rows a view has. A row without a value meets no condition.

    Attributes: `values` holds one or more for `in` and `not_in`, one number or ISO date otherwise.
    """

    source: str
    comparison: Comparison
    values: tuple[str | float | bool, ...]

    @property
    def words(self) -> str:
        return f"{self.source} {self.comparison.words} {', '.join(map(str, self.values))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSpec:
    """All of a view but the dataset version that it is made from.

    Attributes:
        columns: In the order of the view's file; at least one, no name twice.
        where: Every one must hold.
        sample: The share of entities (rows, where there is no entity) in the view, above 0 and
            at most 1. The same ones whenever it is made.
    """

    columns: tuple[ViewColumn, ...]
    where: tuple[Condition, ...] = ()
    sample: float = 1.0

    @property
    def digest(self) -> str:
        """SHA-256 of what the view says, in hex: equal views have equal ones."""
        said = json.dumps(stored_view(self), sort_keys=True, separators=(",", ":"))
        return sha256(said.encode()).hexdigest()


Value = str | float | bool


def _exact(value: Value) -> Value:
    """A whole number as an integer, so that 10 and 10.0 are written alike."""
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole else value


def stored_view(spec: ViewSpec) -> dict[str, Any]:
    """As JSON, the form in which views are kept and compared."""
    return {
        "columns": [
            {"name": one.name, "source": one.source, "transform": stored_transform(one.transform)}
            for one in spec.columns
        ],
        "where": [
            {
                "source": one.source,
                "comparison": one.comparison.value,
                "values": [*map(_exact, one.values)],
            }
            for one in spec.where
        ],
        "sample": _exact(spec.sample),
    }


def view_from_stored(stored: Mapping[str, Any]) -> ViewSpec:
    return ViewSpec(
        columns=tuple(
            ViewColumn(
                name=one["name"],
                source=one["source"],
                transform=transform_from_stored(one["transform"]),
            )
            for one in stored["columns"]
        ),
        where=tuple(
            Condition(
                source=one["source"],
                comparison=Comparison(one["comparison"]),
                values=tuple(one["values"]),
            )
            for one in stored["where"]
        ),
        sample=stored["sample"],
    )


def stored_transform(transform: Transform) -> dict[str, Any]:
    """As JSON; what the kind does not use is left out."""
    said: dict[str, Any] = {"kind": transform.kind.value}
    if transform.edges:
        said["edges"] = [*map(_exact, transform.edges)]
    if transform.limit is not None:
        said["limit"] = _exact(transform.limit)
    if transform.unit is not None:
        said["unit"] = _exact(transform.unit)
    return said


def transform_from_stored(stored: Mapping[str, Any]) -> Transform:
    return Transform(
        kind=TransformKind(stored["kind"]),
        edges=tuple(stored.get("edges", ())),
        limit=stored.get("limit"),
        unit=stored.get("unit"),
    )
