"""What an output may hold to be shown in a browser: by kind, with a limit for each."""

import base64
import binascii
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KIBIBYTE: Final = 1024
STREAM_BYTES: Final = 128 * KIBIBYTE
ERROR_BYTES: Final = 64 * KIBIBYTE
METADATA_BYTES: Final = 4 * KIBIBYTE

# What JupyterLab shows as it is. No kind that a browser would save, no script, no widget.
CAPS: Final[Mapping[str, int]] = {
    "text/plain": 64 * KIBIBYTE,
    "text/markdown": 64 * KIBIBYTE,
    "text/latex": 64 * KIBIBYTE,
    "text/html": 128 * KIBIBYTE,
    "application/json": 64 * KIBIBYTE,
    "image/svg+xml": 512 * KIBIBYTE,
    "image/png": 1024 * KIBIBYTE,
    "image/jpeg": 1024 * KIBIBYTE,
}
_MARKUP: Final = frozenset({"text/html", "text/markdown", "image/svg+xml"})
_STARTS: Final = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

# A link that carries its target in itself is a download in disguise.
_CARRIES: Final = re.compile(r"(?<![a-z0-9_-])(data|blob|javascript|filesystem):")
_SPACE: Final = re.compile(r"[\s\x00-\x20]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is left of an output, and what must be said of the rest."""

    data: dict[str, Any]
    withheld: tuple[str, ...]


def bundle(data: Any) -> Shown:
    """Keep what may be shown of a MIME bundle."""
    if not isinstance(data, dict):
        return Shown(data={}, withheld=("An output of an unknown form",))
    kept: dict[str, Any] = {}
    withheld: list[str] = []
    for kind, value in data.items():
        why = _why_not(kind, value)
        if why is None:
            kept[kind] = _text(value) if kind != "application/json" else value
        else:
            withheld.append(why)
    return Shown(data=kept, withheld=tuple(withheld))


def metadata(value: Any) -> dict[str, Any]:
    """What an output says about itself; nothing when it says too much."""
    small = isinstance(value, dict) and size(value) <= METADATA_BYTES
    return value if small else {}


def size(value: Any) -> int:
    """Bytes of a value as JSON."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def notebook_output(output: Any) -> dict[str, Any]:
    """One output of a notebook's cell, or a short text in its place."""
    kind = output.get("output_type") if isinstance(output, dict) else None
    if kind == "stream" and output.get("name") in ("stdout", "stderr"):
        text = _text(output.get("text"))
        if len(text.encode("utf-8", "replace")) <= STREAM_BYTES:
            return {"output_type": "stream", "name": output["name"], "text": text}
        return _notice("A printed text that is too long")
    if kind == "error" and size(output) <= ERROR_BYTES:
        return {"output_type": "error"} | {
            part: output.get(part, "") for part in ("ename", "evalue", "traceback")
        }
    if kind in ("display_data", "execute_result"):
        shown = bundle(output.get("data"))
        if not shown.data:
            return _notice("; ".join(shown.withheld) or "An empty output")
        made = {"output_type": kind, "data": shown.data}
        made["metadata"] = metadata(output.get("metadata"))
        if kind == "execute_result":
            number = output.get("execution_count")
            made["execution_count"] = number if isinstance(number, int) else None
        return made
    return _notice("An output of an unknown form")


def words(what: str) -> str:
    """The sentence that stands where something was withheld."""
    return (
        f"[Haven] {what} is not shown here. It is still in the workspace; "
        "hand in what you want to take out.\n"
    )


def _notice(what: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stderr", "text": words(what)}


def _why_not(kind: str, value: Any) -> str | None:
    limit = CAPS.get(kind)
    if limit is None:
        return f"An output of the kind {_plain(kind)}"
    if kind == "application/json":
        return None if size(value) <= limit else "A JSON output that is too large"
    text = _text(value)
    if len(text.encode("utf-8", "replace")) > limit:
        return f"An output of the kind {kind} of more than {limit // KIBIBYTE} KiB"
    if kind in _STARTS and not _is_picture(text, _STARTS[kind]):
        return "A picture that is not one"
    if kind in _MARKUP and _CARRIES.search(_SPACE.sub("", html.unescape(text)).lower()):
        return f"An output of the kind {kind} with a link that carries data"
    return None


def _text(value: Any) -> str:
    # A notebook may hold a text as a list of lines.
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else ""


def _is_picture(text: str, start: bytes) -> bool:
    try:
        return base64.b64decode(_SPACE.sub("", text), validate=True).startswith(start)
    except (binascii.Error, ValueError):
        return False


def _plain(kind: str) -> str:
    return re.sub(r"[^A-Za-z0-9.+/_-]", "", kind)[:60] or "without a name"
