"""Documents as bytes, written by the reader that has seen a hostile file.

One line of JSON says what there is; the cells of tables follow it as text with NUL between them,
which no cell holds. Of a table that is kept by columns follow, for each column, where its texts
begin and end, these texts, and which of them each row has. `decode.py` takes it apart again.
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
from output_checker.disclosure.readers.column_rows import ColumnRows, split

MAX_PARTS: Final = 5_000
MAX_NOTES: Final = 500
MAX_WORDS: Final = 300
# What an answer may make the other side hold: a value or cell of a byte takes it a hundred.
MAX_LINE_BYTES: Final = 32 * 1024**2
MAX_VALUES: Final = 3_000_000
MAX_CELLS: Final = 5_000_000
# Of tables by column, where a cell is a number of four bytes or fewer.
MAX_COLUMN_CELLS: Final = 16_000_000
END: Final = b"\n"
NUL: Final = "\0"
# Where a text held one: it stays visible, and splits nothing.
INSTEAD: Final = "\N{SYMBOL FOR NULL}"


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
    line = json.dumps(head).encode()
    if is_too_much(line) or has_too_many_cells(parts):
        return refusal("the file holds more cells or points than can be checked", "unreadable")
    return line + END + b"".join(blobs)


def is_too_much(line: bytes) -> bool:
    marks = sum(line.count(mark) for mark in (b",", b"[", b"{"))
    return len(line) > MAX_LINE_BYTES or marks > MAX_VALUES


def has_too_many_cells(parts: Iterable[Any]) -> bool:
    """By what parts claim, headers and all; what claims none has none."""
    cells = by_column = 0
    for part in parts:
        if isinstance(part, dict) and all(
            type(part.get(side)) is int and part[side] >= 0 for side in ("rows", "width")
        ):
            below = part["rows"] * part["width"]
            is_by_column = bool(part.get("by_column"))
            by_column += below if is_by_column else 0
            cells += part["width"] + (0 if is_by_column else below)
    return cells > MAX_CELLS or by_column > MAX_COLUMN_CELLS


def refusal(reason: str, rule: str) -> bytes:
    return json.dumps({"refusal": reason[:MAX_WORDS], "rule": rule}).encode() + END


def unprotected(reason: str) -> bytes:
    return json.dumps({"unprotected": reason[:MAX_WORDS]}).encode() + END


def _plain(text: str) -> str:
    return text[:MAX_WORDS].replace(NUL, INSTEAD)


def _describe(part: Part, blobs: list[bytes]) -> dict[str, Any]:
    artefact = part.artefact
    return _WRITERS[type(artefact)](artefact, blobs)


def _table(table: Table, blobs: list[bytes]) -> dict[str, Any]:
    said = {"kind": "table", "width": len(table.header), "rows": len(table.rows)}
    blobs.append(_packed(table.header))
    if not isinstance(table.rows, ColumnRows):
        blobs.append(_packed(cell for row in table.rows for cell in row))
        return said
    for column in table.rows.columns:
        blobs += [*split(column.texts), column.of_row.tobytes()]
    return {**said, "by_column": True}


def _array(array: Array, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(_packed(cell for row in array.rows for cell in row))
    width = len(array.rows[0]) if array.rows else 0
    return {"kind": "array", "name": _plain(array.name), "shape": list(array.shape),
            "width": width, "rows": len(array.rows)}  # fmt: skip


def _text(text: Text, blobs: list[bytes]) -> dict[str, Any]:
    blobs.append(_packed([text.text]))
    return {"kind": "text", "language": _plain(text.language)}


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
        joined = NUL.join(text.replace(NUL, INSTEAD) for text in texts)
    return joined.encode("utf-8", errors="replace")
