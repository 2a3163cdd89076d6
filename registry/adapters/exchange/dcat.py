"""DCAT 3 as JSON-LD: how catalogues of data talk to each other on the web."""

from collections.abc import Mapping
from typing import Any, Final

from registry.adapters.exchange import reading
from registry.domain.catalogue import (
    AccessRights,
    DatasetKind,
    GeographyLevel,
    SecurityClassification,
)

_CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "freq": "http://purl.org/cld/freq/",
    "tre": "urn:tre:terms:",
}


def to_dcat(described: Mapping[str, Any]) -> dict[str, Any]:
    """A `dcat:Dataset` with a context of its own. Columns have no place in DCAT."""
    get = described.get
    contact = get("contactPoint")
    made = {
        "@context": _CONTEXT,
        "@id": described["identifier"],
        "@type": "dcat:Dataset",
        "dct:identifier": described["identifier"],
        "dct:title": described["title"],
        "dct:alternative": get("alternativeTitle"),
        "rdfs:comment": get("summary"),
        "dct:description": get("description"),
        "dct:publisher": _organisation(described["publisher"]),
        "dct:creator": [_organisation(name) for name in get("creator", [])],
        "dcat:contactPoint": _contact(contact) if contact else None,
        "dct:accessRights": get("accessRights"),
        "tre:securityClassification": get("securityClassification"),
        "dct:license": get("licence"),
        "dct:modified": _day(get("modified")),
        "dct:issued": _day(get("issued")),
        "dct:accrualPeriodicity": {"@id": get("updateFrequency")}
        if get("updateFrequency")
        else None,
        "dcat:version": described["version"],
        "dcat:theme": get("theme"),
        "dcat:keyword": get("keyword"),
        "dct:relation": get("related"),
        **_coverage(get("spatial", {}), get("temporal", {})),
        "dct:conformsTo": get("conformsTo"),
        "tre:kind": get("kind"),
        "tre:unit": get("unit"),
    }
    return reading.said(made)


def _coverage(spatial: Mapping[str, Any], temporal: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "dct:spatial": reading.said(
            {"rdfs:label": spatial.get("coverage"), "tre:finest": spatial.get("finest")}
        ),
        "dct:temporal": reading.said(
            {
                "dcat:startDate": _day(temporal.get("start")),
                "dcat:endDate": _day(temporal.get("end")),
                "tre:timeLag": temporal.get("timeLag"),
            }
        ),
    }


def _organisation(name: str) -> dict[str, str]:
    return {"@type": "foaf:Organization", "foaf:name": name}


def _contact(contact: Mapping[str, str]) -> dict[str, str]:
    return {
        "@type": "vcard:Kind",
        "vcard:fn": contact["contactName"],
        "vcard:hasEmail": f"mailto:{contact['email']}",
    }


def _day(day: str | None) -> dict[str, str] | None:
    return {"@value": day, "@type": "xsd:date"} if day else None


def from_dcat(document: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of the one dataset that a document holds.

    Raises:
        ValueError: It holds none, or several.
    """
    node = reading.local(_dataset(document))
    get = node.get
    return reading.said(
        {
            "identifier": reading.slug(get("identifier") or get("@id")),
            "title": reading.line(get("title")),
            "alternativeTitle": reading.line(get("alternative")),
            "summary": reading.summary_of(get("comment"), get("description")),
            "description": reading.paragraph(get("description")),
            "publisher": reading.line(get("publisher")),
            "creator": reading.lines(get("creator")),
            "contactPoint": _contact_point(reading.local(_first(get("contactPoint")))),
            "accessRights": reading.chosen(get("accessRights"), AccessRights),
            "securityClassification": reading.chosen(
                get("securityClassification"), SecurityClassification
            ),
            "licence": reading.line(get("license")),
            "modified": reading.day(get("modified")),
            "issued": reading.day(get("issued")),
            "updateFrequency": reading.frequency(get("accrualPeriodicity")),
            "version": reading.line(get("version") or get("hasVersion")),
            "theme": reading.slugs(get("theme")),
            "keyword": reading.lines(get("keyword")),
            "related": reading.lines(get("relation")),
            **_covered(node),
            "conformsTo": reading.lines(get("conformsTo")),
            "kind": reading.chosen(get("kind"), DatasetKind),
            "unit": reading.line(get("unit")),
        }
    )


def _contact_point(contact: Mapping[str, Any]) -> dict[str, Any]:
    return reading.said(
        {
            "contactName": reading.line(contact.get("fn")),
            "email": reading.line(reading.mail(contact.get("hasEmail"))),
        }
    )


def _covered(node: Mapping[str, Any]) -> dict[str, Any]:
    spatial = reading.local(_first(node.get("spatial")))
    temporal = reading.local(_first(node.get("temporal")))
    return {
        "spatial": reading.said(
            {
                "coverage": reading.line(spatial.get("label") or node.get("spatial")),
                "finest": reading.chosen(spatial.get("finest"), GeographyLevel),
            }
        ),
        "temporal": reading.said(
            {
                "start": reading.day(temporal.get("startDate")),
                "end": reading.day(temporal.get("endDate")),
                "timeLag": reading.line(temporal.get("timeLag")),
            }
        ),
    }


def _dataset(document: Mapping[str, Any]) -> Mapping[str, Any]:
    nodes = document.get("@graph", [document])
    if not isinstance(nodes, list):
        nodes = [nodes]
    listed = [one for node in nodes for one in _listed(node)]
    found = [one for one in (*nodes, *listed) if isinstance(one, Mapping) and _is_dataset(one)]
    if len(found) != 1:
        raise ValueError(f"must hold one dcat:Dataset; it holds {len(found)}")
    return found[0]


def _listed(node: object) -> list[Any]:
    inside = reading.local(node).get("dataset", [])
    return inside if isinstance(inside, list) else [inside]


def _is_dataset(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type", [])
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(str(kind).endswith(("dcat:Dataset", "dcat#Dataset")) for kind in names)


def _first(value: object) -> object:
    return value[0] if isinstance(value, list) and value else value
