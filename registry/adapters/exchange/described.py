"""A dataset version in the words of a descriptor, as what other formats are made from."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from registry.domain.catalogue import CatalogueEntry
from registry.domain.dataset import DatasetVersion, Field
from registry.domain.view_spec import Transform

ID_PREFIX = "urn:tre:ds:"
# UK Cross-Government Metadata Exchange Model: what every dataset that is exchanged must say.
MANDATORY = (
    "identifier", "title", "description", "accessRights", "securityClassification",
    "contactPoint", "creator", "publisher", "licence", "modified", "version", "updateFrequency",
)  # fmt: skip
# What `haven dataset add` needs besides.
NEEDED = ("summary", "unit", "resources", "tre")


def described(dataset: DatasetVersion) -> dict[str, Any]:
    """What the catalogue says, without where data lies, its hash or who uses it."""
    entry = dataset.entry
    schema = {
        "fields": [_field(field) for field in dataset.fields],
        "primaryKey": [*entry.primary_key],
        "foreignKeys": [
            {
                "fields": [*key.fields],
                "reference": {"resource": key.dataset_id or "", "fields": [*key.referred]},
            }
            for key in entry.foreign_keys
        ],
    }
    path = PurePosixPath(dataset.path)
    said = {
        "identifier": ID_PREFIX + dataset.version_id.dataset_id,
        "title": dataset.title,
        "summary": dataset.summary,
        "publisher": dataset.publisher,
        "version": dataset.version_id.version,
        "unit": dataset.unit,
        **_entry(entry),
        "resources": [{"name": path.stem, "path": path.name, "schema": _filled(schema)}],
    }
    return _filled(said)


def _entry(entry: CatalogueEntry) -> dict[str, Any]:
    contact = entry.contact_point
    return {
        "alternativeTitle": entry.alternative_title,
        "description": entry.description,
        "creator": [*entry.creator],
        "contactPoint": {"contactName": contact.name, "email": contact.email} if contact else None,
        "accessRights": entry.access_rights,
        "securityClassification": entry.security_classification,
        "licence": entry.licence,
        "modified": entry.modified and entry.modified.isoformat(),
        "issued": entry.issued and entry.issued.isoformat(),
        "updateFrequency": entry.update_frequency and f"freq:{entry.update_frequency.value}",
        "theme": [*entry.theme],
        "keyword": [*entry.keyword],
        "related": [*entry.related],
        "spatial": _filled({"coverage": entry.spatial.coverage, "finest": entry.spatial.finest}),
        "temporal": _filled(
            {
                "start": entry.temporal.start and entry.temporal.start.isoformat(),
                "end": entry.temporal.end and entry.temporal.end.isoformat(),
                "timeLag": entry.temporal.time_lag,
            }
        ),
        "kind": entry.kind,
        "conformsTo": [*entry.conforms_to],
    }


def _field(field: Field) -> dict[str, Any]:
    tre = {
        "role": field.role,
        "linkable": field.is_linkable,
        "category": field.category,
        "never_in_view": field.is_never_in_view,
        "alternatives": [
            _filled(
                {
                    "name": one.name,
                    "transform": _transform(one.transform),
                    "description": one.description,
                }
            )
            for one in field.alternatives
        ],
    }
    return _filled(
        {
            "name": field.name,
            "type": field.type,
            "title": field.title,
            "description": field.description,
            "constraints": _constraints(field),
            "tre": _filled(tre),
        }
    )


def _constraints(field: Field) -> dict[str, Any]:
    limits = field.constraints
    said = {
        "required": limits.is_required,
        "unique": limits.is_unique,
        "enum": [*limits.enum],
        "pattern": limits.pattern,
    }
    # A bound of 0 is said too.
    bounds = {"minimum": field.minimum, "maximum": field.maximum}
    return _filled(said) | {name: one for name, one in bounds.items() if one is not None}


def _transform(transform: Transform) -> Any:
    if transform.edges:
        return {transform.kind.value: [*transform.edges]}
    figure = transform.limit if transform.limit is not None else transform.unit
    return transform.kind.value if figure is None else {transform.kind.value: figure}


def _filled(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said of it; enumerations as their plain text."""
    return {
        name: str(value) if isinstance(value, str) else value
        for name, value in said.items()
        if value not in (None, "", [], {}, False)
    }


def missing(draft: Mapping[str, Any]) -> tuple[str, ...]:
    """The slots that somebody must fill in before a draft can be added and exchanged."""
    absent = [name for name in (*MANDATORY, *NEEDED) if not draft.get(name)]
    if not draft.get("tre", {}).get("sdc"):
        absent.append("tre.sdc.policy")
    return tuple(name for name in absent if name != "tre")
