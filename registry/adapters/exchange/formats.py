"""The formats in which descriptions of datasets come and go."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import yaml

from registry.adapters.exchange import reading
from registry.adapters.exchange.ckan import from_ckan, to_ckan
from registry.adapters.exchange.croissant import from_croissant, to_croissant
from registry.adapters.exchange.datapackage import from_datapackage, to_datapackage
from registry.adapters.exchange.dcat import from_dcat, to_dcat
from registry.adapters.exchange.described import described, missing
from registry.adapters.exchange.uk_model import from_record, read_record, to_record
from registry.adapters.yaml_files import load_yaml
from registry.domain.dataset import DatasetVersion


class Format(StrEnum):
    DCAT = "dcat"
    CKAN = "ckan"
    DATAPACKAGE = "datapackage"
    CROISSANT = "croissant"
    UK_MODEL = "uk-model"


Way = Callable[[Mapping[str, Any]], dict[str, Any]]
TO: Final[Mapping[Format, Way]] = {
    Format.DCAT: to_dcat,
    Format.CKAN: to_ckan,
    Format.DATAPACKAGE: to_datapackage,
    Format.CROISSANT: to_croissant,
    Format.UK_MODEL: to_record,
}
FROM: Final[Mapping[Format, Way]] = {
    Format.DCAT: from_dcat,
    Format.CKAN: from_ckan,
    Format.DATAPACKAGE: from_datapackage,
    Format.CROISSANT: from_croissant,
    Format.UK_MODEL: from_record,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A draft that was written, or would have been.

    Attributes:
        missing: The slots that somebody must still fill in.
        is_changed: Whether the draft's file was written.
    """

    missing: tuple[str, ...]
    is_changed: bool


def exported(dataset: DatasetVersion, format_: Format) -> dict[str, Any]:
    return TO[format_](described(dataset))


def import_draft(source: Path, format_: Format, draft: Path, *, today: date) -> Imported:
    """Write a descriptor's draft from what another catalogue wrote.

    What a draft says already stays as it is, so that nobody's edits are lost; slots that it lacks
    are added. The same source twice changes nothing.

    Raises:
        WrongFile: The source, or a draft that is there, cannot be read.
    """
    content = reading.read_bounded(source)
    document = _document(source, content, format_)
    try:
        found = FROM[format_](document)
    except ValueError as error:
        raise reading.wrong(source, "(the whole file)", str(error)) from None
    before = _draft(draft)
    merged = found | before
    known = _source(before, source.name, content, format_, today)
    merged["tre"] = {**before.get("tre", {}), "source": known}
    is_changed = merged != before
    if is_changed:
        _replace(draft, yaml.safe_dump(merged, sort_keys=False, allow_unicode=True))
    return Imported(missing=missing(merged), is_changed=is_changed)


def _document(source: Path, content: bytes, format_: Format) -> dict[str, Any]:
    if format_ is Format.UK_MODEL:
        return read_record(source)
    return reading.json_object(source, content)


def _replace(path: Path, text: str) -> None:
    """Whole or not at all."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(path)


def _draft(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    found = load_yaml(path)
    if not isinstance(found, dict) or not isinstance(found.get("tre", {}), dict):
        raise reading.wrong(path, "(the whole file)", "is no descriptor; name another file")
    return found


def _source(
    before: Mapping[str, Any], name: str, content: bytes, format_: Format, today: date
) -> dict[str, str]:
    """What was read, and on which day for the first time."""
    digest = hashlib.sha256(content).hexdigest()
    known = before.get("tre", {}).get("source", {})
    if isinstance(known, dict) and known.get("sha256") == digest:
        return dict(known)
    return {
        "format": format_.value,
        "file": reading.line(name),
        "sha256": digest,
        "harvested_on": today.isoformat(),
    }
