"""How complete a dataset's description is: a score out of 100, and what would raise it.

Every item below has points; the score is the points of what is said over the points of all items,
rounded down to a whole number. Items of variables count by the share of variables that have them.
What the UK Cross-Government Metadata Exchange Model demands has 5 points each, what people need to
know whether they may have a dataset 4, what it recommends 3, and what makes data join up 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import floor
from typing import Final

from registry.domain.dataset import DatasetVersion, Field

_DEMANDED: Final = 5
_DECIDES: Final = 4
_RECOMMENDED: Final = 3
_JOINS_UP: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Attributes: `place` in a descriptor; `gain` is what adding it adds to the score."""

    place: str
    gain: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """Attributes: `missing` has what gains most first."""

    score: int
    missing: tuple[Missing, ...]


_SAID: Final[Mapping[str, tuple[int, Callable[[DatasetVersion], object]]]] = {
    "description": (_DEMANDED, lambda one: one.entry.description),
    "creator": (_DEMANDED, lambda one: one.entry.creator),
    "contactPoint": (_DEMANDED, lambda one: one.entry.contact_point),
    "accessRights": (_DEMANDED, lambda one: one.entry.access_rights),
    "securityClassification": (_DEMANDED, lambda one: one.entry.security_classification),
    "licence": (_DEMANDED, lambda one: one.entry.licence),
    "modified": (_DEMANDED, lambda one: one.entry.modified),
    "updateFrequency": (_DEMANDED, lambda one: one.entry.update_frequency),
    "tre.owners": (_DECIDES, lambda one: one.entry.owners),
    "tre.steward": (_DECIDES, lambda one: one.entry.steward),
    "tre.gateways": (_DECIDES, lambda one: one.entry.gateways),
    "tre.privacy_notice": (_DECIDES, lambda one: one.entry.privacy_notice),
    "tre.retention": (_DECIDES, lambda one: one.entry.retention),
    "alternativeTitle": (_RECOMMENDED, lambda one: one.entry.alternative_title),
    "issued": (_RECOMMENDED, lambda one: one.entry.issued),
    "theme": (_RECOMMENDED, lambda one: one.entry.theme),
    "keyword": (_RECOMMENDED, lambda one: one.entry.keyword),
    "related": (_RECOMMENDED, lambda one: one.entry.related),
    "kind": (_JOINS_UP, lambda one: one.entry.kind),
    "conformsTo": (_JOINS_UP, lambda one: one.entry.conforms_to),
    "spatial.finest": (_JOINS_UP, lambda one: one.entry.spatial.finest),
    "temporal.start": (_JOINS_UP, lambda one: one.entry.temporal.start),
    "temporal.end": (_JOINS_UP, lambda one: one.entry.temporal.end),
    "temporal.timeLag": (_JOINS_UP, lambda one: one.entry.temporal.time_lag),
    "tre.published_alternatives": (_JOINS_UP, lambda one: one.entry.published_alternatives),
}
_SAID_OF_FIELDS: Final[Mapping[str, tuple[int, Callable[[Field], object]]]] = {
    "resources[0].schema.fields: description": (
        _DEMANDED,
        lambda field: field.description or field.title,
    ),
    "resources[0].schema.fields: tre.role": (_JOINS_UP, lambda field: field.role),
}
# Title, summary, publisher, version and unit are in every descriptor that is read.
_ALWAYS: Final = 5 * _DEMANDED


def completeness(dataset: DatasetVersion) -> Completeness:
    """The same for the same descriptor, always."""
    points = {place: worth for place, (worth, _) in (*_SAID.items(), *_SAID_OF_FIELDS.items())}
    got = {place: float(worth) * bool(said(dataset)) for place, (worth, said) in _SAID.items()}
    got |= {
        place: worth * _share(dataset.fields, said)
        for place, (worth, said) in _SAID_OF_FIELDS.items()
    }
    whole, have = _ALWAYS + sum(points.values()), _ALWAYS + sum(got.values())
    score = floor(100 * have / whole)
    gains = {
        place: floor(100 * (have - got[place] + points[place]) / whole) - score for place in points
    }
    missing = [
        Missing(place=place, gain=gain)
        for place, gain in gains.items()
        if got[place] < points[place]
    ]
    return Completeness(
        score=score, missing=tuple(sorted(missing, key=lambda one: (-one.gain, one.place)))
    )


def _share(fields: tuple[Field, ...], said: Callable[[Field], object]) -> float:
    return sum(bool(said(field)) for field in fields) / len(fields) if fields else 0.0
