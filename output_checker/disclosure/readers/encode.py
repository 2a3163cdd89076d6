"""Documents as bytes, written by the reader that has seen a hostile file.

One line of JSON says what there is; the cells of tables follow it as text with NUL between them,
which no cell holds. `decode.py` takes it apart again.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any, Final

from output_checker.disclosure.readers.artefacts import (
    Array,
    Artefact,
    Document,
    Figure,
    Image,
    Model,
    Part,
    Session,
    Table,
    Text,
)

MAX_PARTS: Final = 5_000
MAX_NOTES: Final = 500
MAX_WORDS: Final = 300
END: Final = b"\n"
NUL: Final = "\0"
# Where a text held one: it stays visible, and splits nothing.
_INSTEAD: Final = "\N{SYMBOL FOR NULL}"


def encode(document: Document) -> bytes:
    """A refusal where there is more than can be looked at: what is left off is not passed."""
    if len(document.parts) > MAX_PARTS or len(document.notes) > MAX_NOTES:
        count = len(document.parts) + len(document.notes)
        return refusal(f"{count} things in one file are more than can be checked", "unreadable")
    blobs: list[bytes] = []
    parts = [
        {"place": _plain(part.place), "hidden": _plain(part.hidden), **_describe(part, blobs)}
        for part in document.parts
    ]
    notes = [
        {"kind": note.kind.value, "reason": note.reason[:MAX_WORDS], "place": _plain(note.place)}
        for note in document.notes
    ]
    head = {"document": parts, "notes": notes, "blobs": [len(blob) for blob in blobs]}
    return json.dumps(head).encode() + END + b"".join(blobs)


def refusal(reason: str, rule: str) -> bytes:
    return json.dumps({"refusal": reason[:MAX_WORDS], "rule": rule}).encode() + END


def unprotected(reason: str) -> bytes:
    return json.dumps({"unprotected": reason[:MAX_WORDS]}).encode() + END


def _plain(text: str) -> str:
    return text[:MAX_WORDS].replace(NUL, _INSTEAD)


def _describe(part: Part, blobs: list[bytes]) -> dict[str, Any]:
    artefact = part.artefact
    return _WRITERS[type(artefact)](artefact, blobs)


def _table(table: Table, blobs: list[bytes]) -> dict[str, Any]:
    blobs += [_packed(table.header), _packed(cell for row in table.rows for cell in row)]
    return {"kind": "table", "width": len(table.header), "rows": len(table.rows)}


def _array(array: Array, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(_packed(cell for row in array.rows for cell in row))
    width = len(array.rows[0]) if array.rows else 0
    return {"kind": "array", "name": _plain(array.name), "shape": list(array.shape),
            "width": width, "rows": len(array.rows)}  # fmt: skip


def _text(text: Text, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(_packed([text.text]))
    return {"kind": "text"}


def _image(image: Image, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(image.content)
    return {"kind": "image", "width": image.width, "height": image.height, "media": image.media}


def _plainly(kind: str) -> Callable[[Any, list[bytes]], dict[str, Any]]:
    return lambda artefact, _: {"kind": kind, **asdict(artefact)}


_WRITERS: Final[dict[type[Artefact], Callable[[Any, list[bytes]], dict[str, Any]]]] = {
    Table: _table, Array: _array, Text: _text, Image: _image,
    Figure: _plainly("figure"), Model: _plainly("model"), Session: _plainly("session"),
}  # fmt: skip


def _packed(cells: Iterable[str]) -> bytes:
    texts = list(cells)
    joined = NUL.join(texts)
    if joined.count(NUL) != max(len(texts) - 1, 0):
        joined = NUL.join(text.replace(NUL, _INSTEAD) for text in texts)
    return joined.encode("utf-8", errors="replace")
