"""Shapes of JSON that a manifest is made of, each with the words for a wrong one."""

from typing import Final

from output_checker.domain.errors import InvalidManifest

# A spec of today is three deep; more is somebody's trial of the decoder.
_MOST_DEPTH: Final = 20


def members(value: object, where: str, known: frozenset[str]) -> dict[str, object]:
    """Raises: InvalidManifest, when it is no object or has keys that nobody knows."""
    if not isinstance(value, dict):
        raise InvalidManifest(f"{where}: must be an object in braces")
    if unknown := len(value.keys() - known):
        offer = ", ".join(sorted(known))
        raise InvalidManifest(f"{where}: {unknown} unknown key(s); known are {offer}")
    return value


def storable_text(value: object, where: str, *, most: int) -> str:
    """Raises: InvalidManifest, when it is no text, too long, or not to be stored."""
    if not isinstance(value, str):
        raise InvalidManifest(f"{where}: must be text")
    if len(value) > most:
        raise InvalidManifest(f"{where}: at most {most} letters")
    require_storable(value, where)
    return value.strip()


def require_storable(value: object, where: str, depth: int = 0) -> None:
    """PostgreSQL takes neither NUL nor half of a surrogate pair, and both are JSON."""
    if isinstance(value, str):
        if any(letter == "\x00" or "\ud800" <= letter <= "\udfff" for letter in value):
            raise InvalidManifest(f"{where}: holds characters that are not text")
    elif isinstance(value, dict | list):
        if depth >= _MOST_DEPTH:
            raise InvalidManifest(f"{where}: is nested too deeply")
        inside = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        for item in inside:
            require_storable(item, where, depth + 1)
