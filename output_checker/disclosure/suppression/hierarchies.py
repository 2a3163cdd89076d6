"""Which labels are made of which: a column's name to its labels and the parts of each.

`{"area": {"North": ["York", "Leeds"], "South": ["Bath", "Wells"]}}`
"""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from output_checker.disclosure.evidence.labels import canonical
from output_checker.disclosure.suppression.published import CannotAudit

Hierarchies = Mapping[str, Mapping[str, tuple[str, ...]]]

_FORM: Final = 'wanted is {"column": {"label": ["part", ...]}}'


def parse(text: str) -> Hierarchies:
    """Raises: CannotAudit."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise CannotAudit(f"the hierarchies are no JSON; {_FORM}") from None
    if not isinstance(said, dict):
        raise CannotAudit(f"the hierarchies are no object; {_FORM}")
    return {column: _parts(column, labels) for column, labels in said.items()}


def _parts(column: str, said: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(said, dict):
        raise CannotAudit(f"the hierarchy of {column!r} is no object; {_FORM}")
    found: dict[str, tuple[str, ...]] = {}
    seen: set[str] = set()
    for label, parts in said.items():
        if not isinstance(parts, list) or not parts or not all(isinstance(p, str) for p in parts):
            raise CannotAudit(f"a label of the hierarchy of {column!r} has no parts; {_FORM}")
        found[canonical(label) or label] = names = tuple(canonical(one) or one for one in parts)
        if len({*names} | seen) < len(names) + len(seen):
            raise CannotAudit(f"a part is named twice in the hierarchy of {column!r}")
        seen |= {*names}
    for label in found:
        _require_end(column, found, label)
    return found


def _require_end(column: str, found: Mapping[str, tuple[str, ...]], label: str) -> None:
    """Each part has one whole, so going up from a label ends, or comes back to it."""
    whole = {part: one for one, parts in found.items() for part in parts}
    at = label
    for _ in range(len(whole) + 1):
        if at not in whole:
            return
        at = whole[at]
    raise CannotAudit(f"a label is a part of itself in the hierarchy of {column!r}")


def printed_parts(
    parts: Mapping[str, tuple[str, ...]], label: str, printed: Collection[str]
) -> list[str]:
    """The parts of a label; of one that the table leaves out, its own parts if it prints any."""
    found = []
    for part in parts.get(label, ()):
        below = printed_parts(parts, part, printed) if part not in printed else []
        found += below if any(one in printed for one in below) else [part]
    return found


def roots(parts: Mapping[str, tuple[str, ...]], printed: Collection[str]) -> list[str]:
    """Labels of a table that are in no other label of it: they add up to the total."""
    covered = {part for label in printed for part in _all_parts(parts, label)}
    return [label for label in printed if label not in covered]


def _all_parts(parts: Mapping[str, tuple[str, ...]], label: str) -> set[str]:
    found: set[str] = set()
    for part in parts.get(label, ()):
        found |= {part} | _all_parts(parts, part)
    return found
