"""Values of a PDF's dictionaries and lists, wherever in the file they stand."""

from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject


def value(found: DictionaryObject, name: str, default: Any = None) -> Any:
    """What a reference leads to rather than the reference, which `get` gives."""
    return found[name] if name in found else default  # noqa: SIM401 - `get` does not follow


def whole(held: Any) -> Any:
    return held.get_object() if isinstance(held, IndirectObject) else held


def values(held: Any) -> list[Any]:
    """Of a list; none of anything else."""
    held = whole(held)
    return [whole(one) for one in list.__iter__(held)] if isinstance(held, ArrayObject) else []


def numbers(held: Any) -> list[float]:
    return [float(one) for one in values(held)]


def references(held: Any) -> list[IndirectObject]:
    """Of a list, or of one reference that stands for it."""
    held = whole(held)
    each = list.__iter__(held) if isinstance(held, ArrayObject) else ()
    return [one for one in each if isinstance(one, IndirectObject)]
