"""Whether all of a file's parts was kept when it was checked, so that it can be shown."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from output_checker.disclosure.previews import MAX_CHARACTERS, MAX_POINTS, MAX_PREVIEWS

_BREAKS: Final = re.compile(r"\r\n|\r|\n")


def is_cut(preview: Mapping[str, Any]) -> bool:
    """Whether some of a part was not kept; if it was made before this was noted, by its size."""
    said = preview.get("is_cut")
    return bool(_looks_cut(preview) if said is None else said)


def _looks_cut(preview: Mapping[str, Any]) -> bool:
    total = preview.get("total_rows", 0)
    match preview["kind"]:
        case "text":
            text = preview.get("text", "")
            lines = len(_BREAKS.findall(text)) + 1
            return len(text) >= MAX_CHARACTERS or total > lines
        case "figure":
            series = preview.get("points", ())
            return max([len(series), *map(len, series)]) >= MAX_POINTS
        case "image":
            return False
        case _:
            kept = max(preview.get("kept_rows", 0), len(preview.get("rows", ())))
            return bool(preview.get("header")) and total > kept


def is_missing_parts(previews: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the file has more parts than were kept, or may have: where nobody noted it."""
    noted = previews[-1].get("parts_left") if previews else 0
    return len(previews) >= MAX_PREVIEWS if noted is None else noted > 0
