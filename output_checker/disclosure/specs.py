"""A researcher's description of a table, from JSON to a value."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.model import TableSpec

_KEYS: Final = ("rows", "columns", "values", "aggregate", "where", "margins")


def load(path: Path) -> TableSpec:
    """Raises: BadSpec, when the file is not there, not JSON or not a spec."""
    try:
        document = json.loads(path.read_text())
    except OSError:
        raise BadSpec(f"spec {path.name}: no such file, or it may not be read") from None
    except (ValueError, RecursionError):
        raise BadSpec(f"spec {path.name} is not JSON") from None
    return parse(document)


def parse(document: Any) -> TableSpec:
    """Check every key of a spec.

    Args:
        document: As decoded from JSON: rows and columns are a name or a list of names.

    Raises:
        BadSpec: Naming the key and what it must be.
    """
    if not isinstance(document, Mapping):
        raise BadSpec(f"a spec is an object with the keys {', '.join(_KEYS)}")
    if unknown := [str(key) for key in document if key not in _KEYS]:
        raise BadSpec(f"spec: unknown {', '.join(unknown)}; known are {', '.join(_KEYS)}")
    rows, columns = _names(document, "rows"), _names(document, "columns")
    if not rows and not columns:
        raise BadSpec("spec: rows must name at least one column")
    if len({*rows, *columns}) < len(rows) + len(columns):
        raise BadSpec("spec: a column is named twice in rows and columns")
    where = document.get("where") or {}
    if not isinstance(where, Mapping):
        raise BadSpec("spec: where must be an object of column and value")
    margins = document.get("margins", False)
    if not isinstance(margins, bool):
        raise BadSpec("spec: margins must be true or false")
    return TableSpec(
        rows=rows,
        columns=columns,
        values=_name(document, "values", None),
        aggregate=_name(document, "aggregate", "count") or "count",
        where=dict(where),
        margins=margins,
    )


def _names(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = document.get(key) or []
    if isinstance(found, str):
        return (found,)
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise BadSpec(f"spec: {key} must be a list of column names")
    return tuple(found)


def _name(document: Mapping[str, Any], key: str, default: str | None) -> str | None:
    found = document.get(key, default)
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if found is not None and not isinstance(found, str):
        raise BadSpec(f"spec: {key} must be a name")
    return found
