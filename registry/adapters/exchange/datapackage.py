"""Frictionless Data Package: a table with its columns; all else by its own name beside them."""

from collections.abc import Mapping
from typing import Any, Final

from registry.adapters.exchange import reading
from registry.adapters.exchange.described import ID_PREFIX
from registry.adapters.exchange.plain import plain_draft

_TYPES: Final = frozenset(
    ("string", "integer", "number", "boolean", "date", "datetime", "year", "any")
)


def to_datapackage(described: Mapping[str, Any]) -> dict[str, Any]:
    contact = described.get("contactPoint", {})
    contributors = [{"title": described["publisher"], "role": "publisher"}]
    if contact:
        contributors.append(
            {"title": contact["contactName"], "email": contact["email"], "role": "contact"}
        )
    own = {
        name: said for name, said in described.items() if name not in ("identifier", "resources")
    }
    own |= {"keywords": described.get("keyword"), "contributors": contributors}
    if "licence" in described:
        own["licenses"] = [{"title": described["licence"]}]
    name = described["identifier"].removeprefix(ID_PREFIX)
    return reading.said(
        {"profile": "tabular-data-package", "name": name, "id": described["identifier"],
         **own, "resources": described["resources"]}
    )  # fmt: skip


def from_datapackage(document: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of a package; its first resource is the one that a descriptor describes.

    Raises:
        ValueError: It has no resource.
    """
    resources = document.get("resources")
    if not isinstance(resources, list) or not resources or not isinstance(resources[0], Mapping):
        raise ValueError("must have a resource: `resources[0]` is not there")
    if len(resources) > 1:
        raise ValueError(f"must have one resource, as a dataset is one table; has {len(resources)}")
    get = document.get
    contact = _contributor(get("contributors"), ("contact", "maintainer", "author"))
    placed = {
        "identifier": reading.slug(get("id") or get("name")),
        "title": reading.line(get("title") or get("name")),
        "description": reading.paragraph(get("description")),
        "summary": reading.line(get("description")),
        "publisher": reading.line(_contributor(get("contributors"), ("publisher",))),
        "contactPoint": reading.said(
            {"contactName": reading.line(contact), "email": reading.line(contact.get("email"))}
        ),
        "licence": reading.line(_licence(get("licenses"))),
        "version": reading.line(get("version")),
        "issued": reading.day(get("created")),
        "keyword": reading.lines(get("keywords")),
    }
    table = {
        "name": reading.line(resources[0].get("name")) or "table",
        "path": reading.line(resources[0].get("path")),
        "schema": _schema(resources[0].get("schema")),
    }
    return reading.said(placed) | plain_draft(document) | {"resources": [reading.said(table)]}


def _contributor(contributors: object, roles: tuple[str, ...]) -> Mapping[str, Any]:
    given = contributors if isinstance(contributors, list) else []
    for one in given:
        if isinstance(one, Mapping) and one.get("role", "") in roles:
            return one
    return {}


def _licence(licences: object) -> object:
    given = licences[0] if isinstance(licences, list) and licences else {}
    if not isinstance(given, Mapping):
        return given
    return given.get("title") or given.get("path") or given.get("name")


def _schema(schema: object) -> dict[str, Any]:
    given = schema if isinstance(schema, Mapping) else {}
    fields = given.get("fields")
    found = {
        "fields": [_field(one) for one in fields if isinstance(one, Mapping)]
        if isinstance(fields, list)
        else [],
        "primaryKey": given.get("primaryKey"),
        "foreignKeys": given.get("foreignKeys"),
    }
    return reading.said(found)


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    kind = given.get("type", "any")
    return reading.said(
        {
            "name": reading.line(given.get("name")),
            "type": kind if isinstance(kind, str) and kind in _TYPES else "any",
            "title": reading.line(given.get("title")),
            "description": reading.paragraph(given.get("description")),
            "constraints": given.get("constraints"),
            "tre": given.get("tre"),
        }
    )
