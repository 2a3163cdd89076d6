"""Croissant 1.1: schema.org for tables that programs load. Ours cannot be fetched, and say so."""

from collections.abc import Mapping
from typing import Any, Final

from registry.adapters.exchange import reading
from registry.adapters.exchange.plain import plain_draft

_CONTEXT: Final = {
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "tre": "urn:tre:terms:",
}
_TYPES: Final = {
    "string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean",
    "date": "sc:Date", "datetime": "sc:DateTime", "year": "sc:Integer", "any": "sc:Text",
}  # fmt: skip
_BACK: Final = {
    "Text": "string", "Integer": "integer", "Float": "number", "Number": "number",
    "Boolean": "boolean", "Date": "date", "DateTime": "datetime",
}  # fmt: skip


def to_croissant(described: Mapping[str, Any]) -> dict[str, Any]:
    """What says where data is fetched names no place: it is asked for, not fetched."""
    table = described["resources"][0]
    file = {
        "@type": "cr:FileObject",
        "@id": table["path"],
        "name": table["path"],
        "contentUrl": f"{described['identifier']}:{described['version']}",
        "encodingFormat": "application/vnd.apache.parquet"
        if table["path"].endswith(".parquet")
        else "text/csv",
    }
    names = ("identifier", "resources", "licence", "keyword", "title", "description", "creator")
    return reading.said(
        {
            "@context": _CONTEXT,
            "@type": "sc:Dataset",
            "dct:conformsTo": "http://mlcommons.org/croissant/1.1",
            "name": described["title"],
            "identifier": described["identifier"],
            "url": described["identifier"],
            "description": described.get("description") or described["summary"],
            "license": described.get("licence"),
            "creator": [
                {"@type": "sc:Organization", "name": one} for one in described.get("creator", [])
            ],
            "datePublished": described.get("issued") or described.get("modified"),
            "keywords": described.get("keyword"),
            "version": described["version"],
            "isLiveDataset": described.get("kind") == "live",
            "distribution": [file],
            "recordSet": [_records(table, file["@id"])],
            "tre:descriptor": {name: said for name, said in described.items() if name not in names},
        }
    )


def _records(table: Mapping[str, Any], file: str) -> dict[str, Any]:
    name = table["name"]
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "field": [
            reading.said(
                {
                    "@type": "cr:Field",
                    "@id": f"{name}/{one['name']}",
                    "name": one["name"],
                    "description": one.get("description") or one.get("title"),
                    "dataType": _TYPES[one["type"]],
                    "source": {"fileObject": {"@id": file}, "extract": {"column": one["name"]}},
                }
            )
            for one in table["schema"].get("fields", [])
        ],
    }


def from_croissant(document: Mapping[str, Any]) -> dict[str, Any]:
    """A draft of a Croissant description.

    Raises:
        ValueError: It has no name.
    """
    get = reading.local(document).get
    if not reading.line(get("name")):
        raise ValueError("must be a Croissant description: `name` is not there")
    own = get("descriptor")
    placed = {
        "identifier": reading.slug(get("identifier") or get("name")),
        "title": reading.line(get("name")),
        "description": reading.paragraph(get("description")),
        "summary": reading.line(get("description")),
        "publisher": reading.line(get("publisher")),
        "creator": reading.lines(get("creator")),
        "licence": reading.line(get("license")),
        "version": reading.line(get("version")),
        "issued": reading.day(get("datePublished")),
        "modified": reading.day(get("dateModified")),
        "keyword": reading.lines(get("keywords")),
        "resources": _tables(get("recordSet"), get("distribution")),
    }
    return reading.said(placed) | plain_draft(own if isinstance(own, Mapping) else {})


def _tables(records: object, files: object) -> list[dict[str, Any]]:
    table = reading.local(records[0]) if isinstance(records, list) and records else {}
    file = reading.local(files[0]) if isinstance(files, list) and files else {}
    fields = table.get("field")
    columns = [_field(reading.local(one)) for one in fields] if isinstance(fields, list) else []
    if not columns:
        return []
    name = reading.line(table.get("name")) or "table"
    return [
        reading.said(
            {"name": name, "path": reading.line(file.get("name")), "schema": {"fields": columns}}
        )
    ]


def _field(given: Mapping[str, Any]) -> dict[str, Any]:
    kind = reading.text_of(given.get("dataType")).rpartition(":")[2].rpartition("/")[2]
    return reading.said(
        {
            "name": reading.line(given.get("name")),
            "type": _BACK.get(kind, "any"),
            "description": reading.paragraph(given.get("description")),
        }
    )
