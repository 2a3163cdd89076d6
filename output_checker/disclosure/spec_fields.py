"""The keys of a spec, each checked as it is asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

from output_checker.disclosure.errors import BadSpec


class Fields:
    """Raises: BadSpec, from the start for a key that is not known."""

    def __init__(self, document: Mapping[str, Any], known: Sequence[str]) -> None:
        self._document = document
        if unknown := [str(key) for key in document if key not in (*known, "kind")]:
            raise BadSpec(f"spec: unknown {', '.join(unknown)}; known are {', '.join(known)}")

    def names(self, key: str) -> tuple[str, ...]:
        found = self._document.get(key) or []
        if isinstance(found, str):
            return (found,)
        if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
            raise BadSpec(f"spec: {key} must be a list of column names")
        return tuple(found)

    def name(self, key: str) -> str | None:
        found = self._document.get(key)
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if found is not None and not isinstance(found, str):
            raise BadSpec(f"spec: {key} must be a name")
        return found

    def required(self, key: str) -> str:
        found = self.name(key)
        if not found:
            raise BadSpec(f"spec: {key} must be given")
        return found

    def mapping(self, key: str) -> dict[str, Any]:
        found = self._document.get(key) or {}
        if not isinstance(found, Mapping):
            raise BadSpec(f"spec: {key} must be an object of names and values")
        return dict(found)

    def flag(self, key: str) -> bool:
        found = self._document.get(key, False)
        if not isinstance(found, bool):
            raise BadSpec(f"spec: {key} must be true or false")
        return found

    def number(self, key: str) -> float | None:
        found = self._document.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | float) or found != found:  # noqa: PLR0124
            raise BadSpec(f"spec: {key} must be a number")
        return float(found)

    def numbers(self, key: str) -> tuple[float, ...]:
        found = self._document.get(key) or []
        if not isinstance(found, list) or not all(
            isinstance(one, int | float) and not isinstance(one, bool) for one in found
        ):
            raise BadSpec(f"spec: {key} must be a list of numbers")
        return tuple(float(one) for one in found)
