"""Catalogue entries as the database keeps them: what nobody said is left out."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import TypeAdapter

from registry.domain.catalogue import CatalogueEntry

_ENTRY: Final = TypeAdapter(CatalogueEntry)


def entry_to_stored(entry: CatalogueEntry) -> dict[str, Any]:
    stored: dict[str, Any] = _ENTRY.dump_python(entry, mode="json", exclude_defaults=True)
    return stored


def entry_from_stored(stored: Mapping[str, Any]) -> CatalogueEntry:
    return _ENTRY.validate_python(stored)
