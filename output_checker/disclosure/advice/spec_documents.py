"""A table's spec as the JSON that declares it."""

from dataclasses import MISSING, fields
from typing import Any

from output_checker.disclosure.spec import TableSpec


def as_document(spec: TableSpec) -> dict[str, Any]:
    """Every key that is not as it is when left out; what `specs.parse` reads."""
    return {
        one.name: _plain(getattr(spec, one.name))
        for one in fields(spec)
        if getattr(spec, one.name) != _default(one)
    }


def _default(one: Any) -> Any:
    return one.default if one.default is not MISSING else _made(one)


def _made(one: Any) -> Any:
    return one.default_factory() if one.default_factory is not MISSING else None


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value
