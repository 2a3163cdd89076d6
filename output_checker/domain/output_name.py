"""Which file names may travel: shown to checkers, kept in the store, saved by recipients."""

import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from output_checker.domain.errors import InvalidOutput

MAX_NAME_BYTES: Final = 255
MAX_PATH_BYTES: Final = 512
MAX_DEPTH: Final = 8


def require_safe_path(path: str) -> tuple[str, ...]:
    """Split a relative path into names that mean the same to everyone who reads them.

    Raises:
        InvalidOutput: With the reason, and the path spelled harmlessly.
    """
    names = tuple(path.split("/"))
    if why := _why_unsafe(path, names):
        raise InvalidOutput(f"{shown(path)}: {why}")
    return names


def require_distinct(paths: Iterable[str]) -> None:
    """Refuse names that differ only by case or by Unicode spelling, or lie beneath another."""
    seen: dict[str, str] = {}
    above: dict[str, str] = {}
    for path in paths:
        folded = unicodedata.normalize("NFKC", path).casefold()
        if folded in seen:
            raise InvalidOutput(f"{shown(path)}: named twice (upper and lower case count as same)")
        seen[folded] = path
        above |= {str(folder): path for folder in PurePosixPath(folded).parents}
    for both in seen.keys() & above.keys():
        file, beneath = shown(seen[both]), shown(above[both])
        raise InvalidOutput(f"{file}: a file cannot be the folder of {beneath} as well")


def shown(path: str) -> str:
    """A path as a message may print it: bounded, nothing invisible, nothing reordered."""
    safe = "".join(letter if _is_plain(letter) else "?" for letter in path[:120])
    return repr(safe + ("..." if len(path) > len(safe) else ""))


def _why_unsafe(path: str, names: tuple[str, ...]) -> str | None:
    if path.startswith("/"):
        return "give the path relative to /outputs, not an absolute one"
    if not all(_is_plain(letter) for letter in path) or "\\" in path:
        return "the name holds control, invisible or direction-changing characters"
    if any(name in {"", ".", ".."} for name in names):
        return "the path may not step up, or be empty in any part"
    if any(name.startswith(".") for name in names):
        return "hidden files (leading dot) cannot be taken out"
    if any(name != name.strip() or name.endswith(".") for name in names):
        return "names may not begin or end with a space, or end with a dot"
    return _why_too_long(path, names)


def _why_too_long(path: str, names: tuple[str, ...]) -> str | None:
    if any(len(name.encode()) > MAX_NAME_BYTES for name in names):
        return f"names may have at most {MAX_NAME_BYTES} bytes"
    if len(path.encode()) > MAX_PATH_BYTES:
        return f"paths may have at most {MAX_PATH_BYTES} bytes"
    if len(names) > MAX_DEPTH:
        return f"files may lie at most {MAX_DEPTH} folders deep"
    return None


def _is_plain(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] != "C" and (category[0] != "Z" or letter == " ")
