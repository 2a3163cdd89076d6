"""JSON that people write: what a key says twice, or what no number is, is refused."""

import json
from pathlib import Path
from typing import Any, NoReturn


class NotJson(ValueError):
    """JSON for some programs, and refused here."""


def read_json(path: Path) -> Any:
    """Read a file of UTF-8, with or without the mark that some editors put first.

    Raises:
        OSError: It cannot be read.
        ValueError: It is not UTF-8 or not JSON, names a key twice, or holds NaN or Infinity.
        RecursionError: It is nested too deeply.
    """
    text = path.read_text(encoding="utf-8-sig")
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refused)


def why_not(error: Exception) -> str:
    """What `read_json` refused, to be put behind words of the caller's."""
    return f": {error}" if isinstance(error, NotJson) else ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson("a key is written twice")
    return found


def _refused(name: str) -> NoReturn:
    raise NotJson(f"{name} is no number")
