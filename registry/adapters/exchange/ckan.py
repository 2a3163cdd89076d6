"""CKAN's answer to `package_show`."""

import json
from collections.abc import Mapping
from typing import Any, Final

from registry.adapters.exchange import reading
from registry.adapters.exchange.described import ID_PREFIX
from registry.adapters.exchange.plain import plain_draft

# What CKAN has a place for; all else of a description goes into extras, by its own name.
_PLACED: Final = frozenset(
    ("identifier", "title", "description", "publisher", "version", "licence", "keyword", "theme",
     "contactPoint", "resources")
)  # fmt: skip


def to_ckan(described: Mapping[str, Any]) -> dict[str, Any]:
    contact = described.get("contactPoint", {})
    extras = [
        {"key": name, "value": value if isinstance(value, str) else json.dumps(value)}
        for name, value in described.items()
        if name not in _PLACED
    ]
    result = {
        "name": described["identifier"].removeprefix(ID_PREFIX),
        "title": described["title"],
        "notes": described.get("description"),
        "organization": {"title": described["publisher"]},
        "maintainer": contact.get("contactName"),
        "maintainer_email": contact.get("email"),
        "license_title": described.get("licence"),
        "version": described["version"],
        "tags": [{"name": one} for one in described.get("keyword", [])],
        "groups": [{"name": one} for one in described.get("theme", [])],
        "private": True,
        "extras": extras,
        "resources": [
            {"name": one["name"], "schema": one["schema"]} for one in described["resources"]
        ],
    }
    return {"success": True, "result": reading.said(result)}


def from_ckan(document: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of what `package_show` answered.

    Raises:
        ValueError: It is no such answer.
    """
    package = document.get("result", document)
    if not isinstance(package, Mapping) or "name" not in package:
        raise ValueError("must be the answer of package_show: `result.name` is not there")
    get = package.get
    contact = {
        "contactName": reading.line(get("maintainer") or get("author")),
        "email": reading.line(get("maintainer_email") or get("author_email")),
    }
    placed = {
        "identifier": reading.slug(get("name")),
        "title": reading.line(get("title")),
        "description": reading.paragraph(get("notes")),
        "summary": reading.line(get("notes")),
        "publisher": reading.line(
            reading.local(get("organization")).get("title") or get("organization")
        ),
        "creator": reading.lines(get("author")),
        "contactPoint": reading.said(contact),
        "licence": reading.line(get("license_url") or get("license_title") or get("license_id")),
        "version": reading.line(get("version")),
        "modified": reading.day(get("metadata_modified")),
        "issued": reading.day(get("metadata_created")),
        "keyword": reading.lines(get("tags")),
        "theme": reading.slugs(get("groups")),
    }
    return reading.said(placed) | plain_draft(_extras(get("extras")))


def _extras(extras: object) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in extras if isinstance(extras, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("key"), str):
            found[one["key"]] = _value(one.get("value"))
    return found


def _value(written: object) -> object:
    if not isinstance(written, str) or written[:1] not in ("[", "{"):
        return written
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        return written
