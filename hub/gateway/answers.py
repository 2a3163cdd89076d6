"""What a workspace's server may answer: JSON of a known form and a bounded size.

The server may have been replaced by the person who works there, so an answer is taken apart and
put together again here; of its headers none passes.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from hub.gateway.routes import KIBIBYTE, Shape
from hub.gateway.screen import outputs, wire

TEXT_BYTES: Final = 128 * KIBIBYTE
NOTEBOOK_BYTES: Final = 4096 * KIBIBYTE
SOURCE_BYTES: Final = 512 * KIBIBYTE
NOTEBOOK_METADATA_BYTES: Final = 128 * KIBIBYTE
FOLDER_BYTES: Final = 512 * KIBIBYTE
ERROR_BYTES: Final = 4 * KIBIBYTE
STATUSES: Final = frozenset({200, 201, 204, 400, 403, 404, 405, 409, 413, 422, 500, 503})
FIRST_ERROR: Final = 400

_MODEL: Final = ("name", "path", "last_modified", "created", "format", "mimetype", "size",
                 "writable", "type", "hash", "hash_algorithm")  # fmt: skip
_MODEL_BYTES: Final = 4 * KIBIBYTE
_CELL: Final = ("cell_type", "source", "metadata", "id", "execution_count")


class NotShown(Exception):
    """An answer may not pass; the message is for the person."""


def judged(body: bytes, *, status: int, shape: Shape) -> bytes:
    """A workspace's answer as it may pass.

    Args:
        body: The whole of it, within the route's limit.

    Raises:
        NotShown: It is not what this address answers, or it holds too much.
    """
    if status not in STATUSES:
        raise NotShown("The workspace's server answered in an unknown way.")
    if not body:
        return b""
    try:
        value = wire.parse(body)
    except wire.Undecodable as error:
        raise NotShown("The workspace's server did not answer with JSON.") from error
    if status >= FIRST_ERROR:
        return _error(value)
    return wire.compact(value if shape is Shape.JSON else _contents(value))


def refusal(words: str) -> bytes:
    """An error as JupyterLab shows it."""
    return json.dumps({"message": words, "reason": None}).encode()


def _error(value: Any) -> bytes:
    message = value.get("message") if isinstance(value, Mapping) else None
    words = message if isinstance(message, str) else "The workspace's server refused."
    return refusal(words[: ERROR_BYTES // 4])


def _contents(value: Any) -> Any:
    if isinstance(value, list):
        # A file's checkpoints.
        return [_fields(one, ("id", "last_modified")) for one in value[:100]]
    if not isinstance(value, Mapping):
        raise NotShown("The workspace's server described no file.")
    if "type" not in value and "id" in value:
        return _fields(value, ("id", "last_modified"))
    model = _fields(value, _MODEL)
    content = value.get("content")
    model["content"] = None if content is None else _content(value, content)
    return model


def _content(model: Mapping[str, Any], content: Any) -> Any:
    match model.get("type"), model.get("format"):
        case "directory", _:
            return _folder(content)
        case "notebook", _:
            return _notebook(content)
        case "file", "text" if isinstance(content, str):
            return _text(content)
        case "file", "json":
            if outputs.size(content) > TEXT_BYTES:
                raise _too_large("file", TEXT_BYTES)
            return content
        case _:
            raise NotShown(
                "Only notebooks and text files open here. Look at other files with code in a "
                "notebook; what you want to take out goes through `haven submit`."
            )


def _text(content: str) -> str:
    if len(content.encode("utf-8", "replace")) > TEXT_BYTES:
        raise _too_large("text file", TEXT_BYTES)
    return content


def _folder(content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, list):
        raise NotShown("The workspace's server described no folder.")
    listed = [_fields(one, _MODEL) | {"content": None} for one in content]
    if outputs.size(listed) > FOLDER_BYTES:
        raise NotShown("This folder holds too many files to be listed; look with code.")
    return listed


def _notebook(content: Any) -> dict[str, Any]:
    if not isinstance(content, Mapping) or not isinstance(content.get("cells"), list):
        raise NotShown("This notebook has an unknown form.")
    cells = [_cell(cell) for cell in content["cells"] if isinstance(cell, Mapping)]
    notebook = {part: content.get(part) for part in ("metadata", "nbformat", "nbformat_minor")}
    told = sum(outputs.size(cell.get("metadata")) for cell in cells)
    if told + outputs.size(notebook) > NOTEBOOK_METADATA_BYTES:
        raise NotShown("This notebook says too much about itself to be opened here.")
    if sum(outputs.size(cell.get("source")) for cell in cells) > SOURCE_BYTES:
        raise _too_large("notebook's code", SOURCE_BYTES)
    notebook["cells"] = cells
    if outputs.size(notebook) > NOTEBOOK_BYTES:
        raise _too_large("notebook", NOTEBOOK_BYTES)
    return notebook


def _cell(cell: Mapping[str, Any]) -> dict[str, Any]:
    kept = {part: cell[part] for part in _CELL if part in cell}
    if isinstance(cell.get("outputs"), list):
        kept["outputs"] = [outputs.notebook_output(output) for output in cell["outputs"]]
    if isinstance(attached := cell.get("attachments"), Mapping):
        kept["attachments"] = {
            name[:200]: outputs.bundle(pictures).data for name, pictures in attached.items()
        }
    return kept


def _fields(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise NotShown("The workspace's server described no file.")
    kept = {name: value[name] for name in names if name in value}
    plain = all(isinstance(part, str | int | float | None) for part in kept.values())
    if not plain or outputs.size(kept) > _MODEL_BYTES:
        raise NotShown("The workspace's server described a file in an unknown way.")
    return kept


def _too_large(what: str, limit: int) -> NotShown:
    return NotShown(
        f"This {what} is larger than the {limit // KIBIBYTE} KiB that open here. Look at it with "
        "code in a notebook; what you want to take out goes through `haven submit`."
    )
