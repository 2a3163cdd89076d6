"""What a document says by a descriptor's own names, taken as far as a descriptor could say it."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from registry.adapters.exchange import reading
from registry.domain.catalogue import (
    AccessRights,
    DatasetKind,
    GeographyLevel,
    SecurityClassification,
)


def _contact(value: object) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {}
    return reading.said(
        {"contactName": reading.line(given.get("contactName")),
         "email": reading.line(given.get("email"))}
    )  # fmt: skip


def _spatial(value: object) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {"coverage": value}
    return reading.said(
        {"coverage": reading.line(given.get("coverage")),
         "finest": reading.chosen(given.get("finest"), GeographyLevel)}
    )  # fmt: skip


def _temporal(value: object) -> dict[str, Any]:
    given = value if isinstance(value, Mapping) else {}
    return reading.said(
        {"start": reading.day(given.get("start")), "end": reading.day(given.get("end")),
         "timeLag": reading.line(given.get("timeLag"))}
    )  # fmt: skip


_SLOTS: Final[Mapping[str, Callable[[object], Any]]] = {
    "title": reading.line,
    "alternativeTitle": reading.line,
    "summary": reading.line,
    "description": reading.paragraph,
    "publisher": reading.line,
    "creator": reading.lines,
    "contactPoint": _contact,
    "accessRights": lambda value: reading.chosen(value, AccessRights),
    "securityClassification": lambda value: reading.chosen(value, SecurityClassification),
    "licence": reading.line,
    "modified": reading.day,
    "issued": reading.day,
    "updateFrequency": reading.frequency,
    "version": reading.line,
    "theme": reading.slugs,
    "keyword": reading.lines,
    "related": reading.lines,
    "spatial": _spatial,
    "temporal": _temporal,
    "kind": lambda value: reading.chosen(value, DatasetKind),
    "conformsTo": reading.lines,
    "unit": reading.line,
}


def plain_draft(given: Mapping[str, Any]) -> dict[str, Any]:
    """The slots of a descriptor that a mapping has, each brought into its form."""
    return reading.said({name: read(given[name]) for name, read in _SLOTS.items() if name in given})
