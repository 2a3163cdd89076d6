"""R's .rds and .RData: data frames, vectors and models, by what they hold."""

import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from output_checker.disclosure.readers.artefacts import (
    Array,
    Document,
    Model,
    Note,
    NoteKind,
    Part,
    Table,
    Text,
)
from output_checker.disclosure.readers.r_values import Value, parse
from output_checker.disclosure.readers.refusal import Refusal

MAX_BYTES: Final = 256 * 2**20
_SAVED: Final = (b"RDX2\n", b"RDX3\n")
_ATOMIC: Final = frozenset({"logical", "integer", "double", "complex", "character", "raw"})
_SHORT: Final = 3
_FIRST_DAY: Final = date(1970, 1, 1)
_MANY_DAYS: Final = 1_000_000
# Attributes that say how a value is laid out, not what it holds.
_LAYOUT: Final = frozenset({"names", "row.names", "class", "levels", "dim", "dimnames", "tzone"})
# Classes of values that hold more than their name says, and are no fitted model.
_PLAIN: Final = frozenset({"data.frame", "tbl_df", "tbl", "data.table", "factor", "ordered",
                           "Date", "POSIXct", "POSIXt", "table", "matrix", "array", "formula",
                           "terms", "difftime", "noquote", "numeric_version"})  # fmt: skip


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    plain = _unpacked(data)
    if plain.startswith(_SAVED):
        plain = plain[len(_SAVED[0]) :]
    found = _Found()
    found.walk(parse(plain), "")
    return found.document()


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    unpacking = zlib.decompressobj(31)
    try:
        whole = unpacking.decompress(data, MAX_BYTES)
    except zlib.error:
        raise Refusal("the file cannot be unpacked") from None
    if unpacking.unconsumed_tail or not unpacking.eof:
        raise Refusal("the file is cut short, or unpacks to more than can be checked")
    if unpacking.unused_data:
        raise Refusal("there is something behind the end of the file", "hidden-part")
    return whole


class _Found:
    """What is met on the way through one value; each place once."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._words: list[str] = []
        self._classes: dict[str, None] = {}
        self._settings: list[tuple[str, str]] = []
        self._functions = 0
        self._met: set[int] = set()

    def document(self) -> Document:
        parts = [*self._parts]
        if self._classes:
            model = Model(names=tuple(self._classes), settings=tuple(self._settings))
            parts.append(Part(artefact=model, place="model"))
        if self._words:
            parts.append(Part(artefact=Text(text="\n".join(self._words)), place="words"))
        notes = []
        if self._functions:
            reason = f"{self._functions} functions of R, which nobody can check"
            notes.append(Note(kind=NoteKind.CODE, reason=reason))
        return Document(parts=tuple(parts), notes=tuple(notes))

    def walk(self, value: object, place: str) -> None:
        if isinstance(value, str):
            self._words.append(value)
        if not isinstance(value, Value) or id(value) in self._met:
            return
        self._met.add(id(value))
        classes = value.texts("class")
        self._classes |= dict.fromkeys(name for name in classes if name not in _PLAIN)
        self._functions += value.kind == "function"
        frame = _frame(value) if "data.frame" in classes else None
        if frame is not None:
            self._parts.append(Part(artefact=frame, place=place))
        elif value.kind in _ATOMIC:
            self._vector(value, place)
        else:
            self._elements(value, place)
        for name, one in value.attributes.items():
            if name not in _LAYOUT or one.kind not in _ATOMIC:
                self.walk(one, f"{place}@{name}" if place else f"@{name}")

    def _elements(self, value: Value, place: str) -> None:
        names = value.names or value.texts("names")
        for at, one in enumerate(value.items):
            name = names[at] if at < len(names) and names[at] else str(at + 1)
            self.walk(one, f"{place}${name}" if place else name)

    def _vector(self, value: Value, place: str) -> None:
        cells = _cells(value)
        if not any(cells):
            return
        if len(cells) < _SHORT:
            self._words += [cell for cell in cells if cell]
            self._settings += [(place, cell) for cell in cells]
            return
        sizes = [int(one) for one in value.texts("dim")] or [len(cells)]
        height = sizes[0]
        if not height or len(cells) % height:
            height = len(cells)
        columns = [cells[at : at + height] for at in range(0, len(cells), height)]
        array = Array(name=place, shape=tuple(sizes), rows=tuple(zip(*columns, strict=True)))
        self._parts.append(Part(artefact=array, place=place))


def _frame(value: Value) -> Table | None:
    names = value.texts("names")
    columns = [_cells(one) if isinstance(one, Value) else [] for one in value.items]
    lengths = {len(column) for column in columns}
    if not columns or len(names) != len(columns) or len(lengths) != 1:
        return None
    labels = value.attributes.get("row.names")
    if labels is not None and labels.kind == "character":
        names, columns = ["row.names", *names], [_cells(labels), *columns]
    return Table(header=tuple(names), rows=tuple(zip(*columns, strict=True)))


def _cells(value: Value) -> list[str]:
    """As R prints them: labels of factors, days of dates."""
    texts = [str(one) for one in value.items if not isinstance(one, Value)]
    classes = value.texts("class")
    levels = value.texts("levels")
    if levels:
        return [levels[int(one) - 1] if one.isdigit() and 0 < int(one) <= len(levels) else ""
                for one in texts]  # fmt: skip
    if "Date" in classes:
        return [*_days(texts)]
    return texts


def _days(texts: list[str]) -> Iterator[str]:
    for one in texts:
        try:
            days = float(one)
        except ValueError:
            yield one
            continue
        near = abs(days) < _MANY_DAYS
        yield (_FIRST_DAY + timedelta(days=days)).isoformat() if near else one
