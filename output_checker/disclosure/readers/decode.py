"""What a reader wrote, taken apart as if the hostile file itself had written it."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers.artefacts import (
    Array,
    Artefact,
    Document,
    Figure,
    Image,
    Model,
    Note,
    NoteKind,
    Part,
    Session,
    SessionFile,
    Table,
    Text,
    Tick,
)
from output_checker.disclosure.readers.column_rows import Column, ColumnRows, spelled, width_of
from output_checker.disclosure.readers.encode import (
    END,
    INSTEAD,
    MAX_NOTES,
    MAX_PARTS,
    MAX_WORDS,
    NUL,
    has_too_many_cells,
    is_too_much,
)
from output_checker.disclosure.spec import SessionSpec

_NUL_BYTE: Final = NUL.encode()
_UNUSABLE: Final = "the reader gave no usable answer"
Blobs = Callable[[], bytes]


class Garbled(Exception):
    """The bytes are not what a reader writes."""


def decode(answer: bytes) -> Document:
    """Trust nothing: the child may have been taken over by the file it read.

    Raises:
        Unreadable: The file was refused, or the answer is not one a reader gives.
    """
    line, end, rest = answer.partition(END)
    if is_too_much(line):
        raise Unreadable(_UNUSABLE)
    try:
        head: Any = json.loads(line) if end else None
    except (ValueError, RecursionError):
        head = None
    match head:
        case None:
            raise Unreadable("the reader stopped before it had read the file")
        case {"refusal": str(reason), "rule": str(rule)}:
            known = rule in {*NoteKind, "unreadable", "file-type"}
            raise Unreadable(_words(reason), rule=rule if known else "unreadable")
        case {"unprotected": str(reason)}:
            raise Unreadable(f"no file is read without the sandbox: {_words(reason)}")
        case {"document": list(parts), "notes": list(notes), "blobs": list(sizes)}:
            try:
                return _document(parts, notes, _blobs(sizes, rest))
            except (Garbled, ValueError, OverflowError):
                raise Unreadable(_UNUSABLE) from None
        case _:
            raise Unreadable(_UNUSABLE)


def _blobs(sizes: Sequence[Any], rest: bytes) -> Blobs:
    if any(type(size) is not int or size < 0 for size in sizes) or sum(sizes) != len(rest):
        raise Garbled
    at = 0
    found: list[bytes] = []
    for size in sizes:
        found.append(rest[at : at + size])
        at += size
    left = iter(found)

    def following() -> bytes:
        blob = next(left, None)
        if blob is None:
            raise Garbled
        return blob

    return following


def _document(parts: list[Any], notes: list[Any], blob: Blobs) -> Document:
    if len(parts) > MAX_PARTS or len(notes) > MAX_NOTES or has_too_many_cells(parts):
        raise Garbled
    return Document(
        parts=tuple(_part(part, blob) for part in parts),
        notes=tuple(_note(note) for note in notes),
    )


def _note(said: Any) -> Note:
    match said:
        case {"kind": str(kind), "reason": str(reason), "place": str(place)}:
            return Note(kind=NoteKind(kind), reason=_words(reason), place=_words(place))
        case _:
            raise Garbled


def _part(said: Any, blob: Blobs) -> Part:
    match said:
        case {"kind": str(kind), "place": str(place), "hidden": str(hidden)} if kind in _TAKEN:
            artefact = _TAKEN[kind](said, blob)
            return Part(artefact=artefact, place=_words(place), hidden=_words(hidden))
        case _:
            raise Garbled


def _table(said: Mapping[str, Any], blob: Blobs) -> Table:
    width, rows = _size(said.get("width")), _size(said.get("rows"))
    (header,) = _grid(blob(), 1 if width else 0, width) or ((),)
    if said.get("by_column") and rows and width:
        columns = [_column(blob(), blob(), blob(), rows) for _ in range(width)]
        return Table(header=header, rows=ColumnRows(columns))
    return Table(header=header, rows=_grid(blob(), rows, width))


def _column(ends: bytes, texts: bytes, of_row: bytes, rows: int) -> Column:
    bounds = np.frombuffer(ends, dtype=np.int32)
    count = len(bounds) - 1
    if not 0 < count <= rows or bounds[0] or bounds[-1] != len(texts) or _NUL_BYTE in texts:
        raise Garbled
    codes = np.frombuffer(of_row, dtype=width_of(count))
    if len(codes) != rows or int(codes.max()) >= count or (bounds[1:] < bounds[:-1]).any():
        raise Garbled
    found = spelled(texts, bounds)
    # Raises an error of a value for what is not UTF-8.
    found.validate(full=True)
    return Column(found, codes)


def _array(said: Mapping[str, Any], blob: Blobs) -> Array:
    rows = _grid(blob(), _size(said.get("rows")), _size(said.get("width")))
    shape = said.get("shape")
    name = said.get("name")
    if not isinstance(shape, list) or not isinstance(name, str):
        raise Garbled
    return Array(name=_clean(name), shape=tuple(_size(one) for one in shape), rows=rows)


def _text(said: Mapping[str, Any], blob: Blobs) -> Text:
    language = _words(_word(said.get("language", "")))
    return Text(text=blob().decode().replace(NUL, INSTEAD), language=language)


def _image(said: Mapping[str, Any], blob: Blobs) -> Image:
    return Image(
        width=_size(said.get("width")), height=_size(said.get("height")),
        media=_words(_word(said.get("media"))), content=blob(),
    )  # fmt: skip


def _figure(said: Mapping[str, Any], _: Blobs) -> Figure:
    match said:
        case {"series": list(series), "x_ticks": list(across), "y_ticks": list(up)}:
            return Figure(
                series=tuple(tuple(_point(point) for point in _list(line)) for line in series),
                x_ticks=tuple(_tick(one) for one in across),
                y_ticks=tuple(_tick(one) for one in up),
            )
        case _:
            raise Garbled


def _model(said: Mapping[str, Any], _: Blobs) -> Model:
    match said:
        case {"names": list(names), "settings": list(settings), "leaves": list(leaves)}:
            return Model(
                names=tuple(_word(name) for name in names),
                settings=tuple(_pair(one) for one in settings),
                leaves=tuple(_number(one) for one in leaves),
            )
        case _:
            raise Garbled


def _session(said: Mapping[str, Any], _: Blobs) -> Session:
    files = []
    for file in _list(said.get("files")):
        match file:
            case {"name": str(name), "spec": {
                "kind": str(kind), "status": str(status), "method": str(method),
                "mitigation": str(mitigation), "dependent": str() | None as dependent,
                "independent": list(independent), "unsafe_count": int() | None as count,
            }} if "/" not in name:  # fmt: skip
                spec = SessionSpec(
                    kind=_clean(kind), status=_clean(status), method=_clean(method),
                    mitigation=_clean(mitigation),
                    dependent=None if dependent is None else _clean(dependent),
                    independent=tuple(_word(one) for one in independent),
                    unsafe_count=count,
                )  # fmt: skip
                files.append(SessionFile(name=_clean(name), spec=spec))
            case _:
                raise Garbled
    return Session(files=tuple(files))


_TAKEN: Final[Mapping[str, Callable[[Mapping[str, Any], Blobs], Artefact]]] = {
    "table": _table, "array": _array, "text": _text, "image": _image, "figure": _figure,
    "model": _model, "session": _session,
}  # fmt: skip


def _grid(blob: bytes, rows: int, width: int) -> tuple[tuple[str, ...], ...]:
    if not rows or not width:
        if blob or (rows and not width):
            raise Garbled
        return ()
    if blob.count(_NUL_BYTE) + 1 != rows * width:
        raise Garbled
    each = iter(blob.decode().split(NUL))
    return tuple(zip(*[each] * width, strict=True))


def _size(said: Any) -> int:
    if type(said) is not int or said < 0:
        raise Garbled
    return said


def _number(said: Any) -> float:
    if type(said) not in (int, float):
        raise Garbled
    return float(said)


def _word(said: Any) -> str:
    if type(said) is not str:
        raise Garbled
    return _clean(said)


def _words(said: str) -> str:
    return _clean(said[:MAX_WORDS])


def _clean(said: str) -> str:
    """Without what no database, page or terminal takes: NUL, and halves of characters."""
    return said.replace(NUL, INSTEAD).encode("utf-8", errors="replace").decode()


def _list(said: Any) -> list[Any]:
    if type(said) is not list:
        raise Garbled
    return said


def _point(said: Any) -> tuple[float, float]:
    across, up = _list(said)
    return _number(across), _number(up)


def _pair(said: Any) -> tuple[str, str]:
    name, value = _list(said)
    return _word(name), _word(value)


def _tick(said: Any) -> Tick:
    match said:
        case {"at": int() | float() as at, "label": str(label)}:
            return Tick(at=float(at), label=_clean(label))
        case _:
            raise Garbled
