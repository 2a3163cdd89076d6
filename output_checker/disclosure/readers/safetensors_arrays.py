"""Safetensors: a header in JSON, and numbers behind it."""

import json
import struct
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.array_cells import Grid, of_bytes, of_items, sized
from output_checker.disclosure.readers.artefacts import Document
from output_checker.disclosure.readers.held_values import Held
from output_checker.disclosure.readers.pickle_machine import Pairs
from output_checker.disclosure.readers.refusal import Refusal

_FORMS: Final = {"BOOL": "|b1", "U8": "<u1", "I8": "<i1", "U16": "<u2", "I16": "<i2",
                 "U32": "<u4", "I32": "<i4", "U64": "<u8", "I64": "<i8", "F16": "<f2",
                 "F32": "<f4", "F64": "<f8", "C64": "<c8"}  # fmt: skip
_SHORT: Final = "BF16"
_LENGTH_BYTES: Final = 8
_METADATA: Final = "__metadata__"


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    header, body = _split(data)
    held = Held()
    spans: list[tuple[int, int]] = []
    for name, said in header.pairs:
        if name == _METADATA:
            held.walk(said, "metadata")
            continue
        begin, end = _span(said)
        spans.append((begin, end))
        held.add(name, _grid(said, body[begin:end], held))
    _check_covered(sorted(spans), len(body))
    return Document(parts=tuple(held.parts((), is_model=False)), notes=tuple(held.notes()))


def _split(data: bytes) -> tuple[Pairs, bytes]:
    length = int.from_bytes(data[:_LENGTH_BYTES], "little")
    at = _LENGTH_BYTES + length
    if len(data) < _LENGTH_BYTES or at > len(data):
        raise Refusal("the file is shorter than its header says")
    try:
        # As text: of bytes it would guess at encodings that are not loaded.
        header = json.loads(data[_LENGTH_BYTES:at].decode(), object_pairs_hook=Pairs)
    except (ValueError, RecursionError):
        raise Refusal("the header is not JSON") from None
    if not isinstance(header, Pairs):
        raise Refusal("the header names no arrays")
    if len({name for name, _ in header.pairs}) != len(header.pairs):
        raise Refusal("two arrays have one name, so some would see the other", "hidden-part")
    return header, data[at:]


def _span(said: Any) -> tuple[int, int]:
    match said.get("data_offsets") if isinstance(said, Pairs) else None:
        case [int(begin), int(end)] if 0 <= begin <= end:
            return begin, end
    raise Refusal("an array does not say where it lies")


def _check_covered(spans: list[tuple[int, int]], length: int) -> None:
    at = 0
    for begin, end in spans:
        if begin != at:
            raise Refusal("bytes lie between the arrays, or arrays on each other", "hidden-part")
        at = end
    if at != length:
        raise Refusal(f"{abs(length - at)} bytes belong to no array, or are missing", "hidden-part")


def _grid(said: Pairs, data: bytes, held: Held) -> Grid:
    kind, shape = said.get("dtype"), sized(said.get("shape"))
    if kind == _SHORT:
        return _of_short(shape, data, held)
    if not isinstance(kind, str) or kind not in _FORMS:
        raise Refusal("an array is of a form that cannot be read")
    return of_bytes(number_forms.parse(_FORMS[kind]), shape, data, held.budget)


def _of_short(shape: tuple[int, ...], data: bytes, held: Held) -> Grid:
    """The upper halves of numbers of four bytes."""
    held.budget.take(len(data) // 2)
    longer = b"".join(b"\0\0" + data[at : at + 2] for at in range(0, len(data), 2))
    if len(longer) % 4:
        raise Refusal("an array has other bytes than its shape says")
    values = [one for (one,) in struct.iter_unpack("<f", longer)]
    texts = [f"{one:.4g}" for one in values]
    return of_items(shape, texts)
