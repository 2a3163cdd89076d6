"""ONNX: the messages of a model walked by what their fields are called."""

import math
import struct
from collections.abc import Iterator
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.array_cells import Grid, of_bytes, of_items, sized
from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind
from output_checker.disclosure.readers.held_values import Held
from output_checker.disclosure.readers.pickle_machine import Pairs
from output_checker.disclosure.readers.refusal import Refusal

MAX_FIELDS: Final = 1_000_000
MAX_DEPTH: Final = 40
# Fields by number: name, and what they hold; messages are named by their own fields below.
_FIELDS: Final[dict[str, dict[int, tuple[str, str]]]] = {
    "Model": {1: ("", "int"), 2: ("producer", "text"), 3: ("version", "text"),
              4: ("domain", "text"), 5: ("", "int"), 6: ("doc", "text"), 7: ("graph", "Graph"),
              8: ("opset", "Opset"), 14: ("metadata", "Entry"), 25: ("function", "Function")},
    "Graph": {1: ("node", "Node"), 2: ("name", "text"), 5: ("initializer", "Tensor"),
              10: ("doc", "text"), 11: ("input", "Value"), 12: ("output", "Value"),
              13: ("value", "Value"), 16: ("metadata", "Entry")},
    "Node": {1: ("input", "text"), 2: ("output", "text"), 3: ("name", "text"), 4: ("op", "text"),
             5: ("attribute", "Attribute"), 6: ("doc", "text"), 7: ("domain", "text"),
             8: ("overload", "text"), 9: ("metadata", "Entry")},
    "Attribute": {1: ("name", "text"), 2: ("f", "float"), 3: ("i", "int"), 4: ("s", "text"),
                  5: ("t", "Tensor"), 6: ("g", "Graph"), 7: ("floats", "float"),
                  8: ("ints", "int"), 9: ("strings", "text"), 10: ("tensors", "Tensor"),
                  11: ("graphs", "Graph"), 13: ("doc", "text"), 20: ("", "int"),
                  21: ("", "text")},
    "Tensor": {1: ("dims", "int"), 2: ("kind", "int"), 4: ("items", "float"),
               5: ("items", "int"), 6: ("items", "text"), 7: ("items", "int"),
               8: ("name", "text"), 9: ("raw", "raw"), 10: ("items", "double"),
               11: ("items", "int"), 12: ("doc", "text"), 13: ("external", "Entry"),
               14: ("", "int"), 16: ("metadata", "Entry")},
    "Function": {1: ("name", "text"), 4: ("input", "text"), 5: ("output", "text"),
                 6: ("attribute", "text"), 7: ("node", "Node"), 8: ("doc", "text"),
                 9: ("opset", "Opset"), 10: ("domain", "text"), 11: ("attribute", "Attribute"),
                 12: ("value", "Value"), 14: ("metadata", "Entry")},
    "Opset": {1: ("domain", "text"), 2: ("", "int")},
    "Entry": {1: ("key", "text"), 2: ("value", "text")},
    "Value": {1: ("name", "text"), 2: ("type", "Type"), 3: ("doc", "text"),
              4: ("metadata", "Entry")},
    "Type": {1: ("tensor", "TensorType"), 4: ("sequence", "Sequence"), 5: ("map", "Map"),
             6: ("denotation", "text"), 9: ("optional", "Sequence")},
    "TensorType": {1: ("", "int"), 2: ("shape", "Shape")},
    "Shape": {1: ("dim", "Dim")},
    "Dim": {1: ("", "int"), 2: ("param", "text"), 3: ("denotation", "text")},
    "Sequence": {1: ("of", "Type")},
    "Map": {1: ("", "int"), 2: ("of", "Type")},
}  # fmt: skip
_FORMS: Final = {1: "<f4", 2: "<u1", 3: "<i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "|b1",
                 10: "<f2", 11: "<f8", 12: "<u4", 13: "<u8"}  # fmt: skip
_TYPES: Final = range(20)  # of an attribute, which is plain from its value
_PACKED: Final = {"float": "<f4", "double": "<f8"}
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    walk = _Walk()
    try:
        model = walk.message("Model", data, 0)
    except (IndexError, struct.error, ValueError, TypeError, AttributeError):
        raise Refusal("the model breaks off or is garbled") from None
    if "graph" not in dict(model.pairs):
        raise Refusal("this is no model of ONNX")
    walk.held.walk(model)
    parts = walk.held.parts([f"onnx.{op}" for op in walk.ops], is_model=True)
    notes = walk.held.notes()
    if walk.is_external:
        reason = "numbers of this model lie in another file"
        notes.append(Note(kind=NoteKind.EXTERNAL, reason=reason))
    return Document(parts=tuple(parts), notes=tuple(notes))


class _Walk:
    def __init__(self) -> None:
        self.held = Held()
        self.ops: dict[str, None] = {}
        self.is_external = False
        self._fields = 0

    def message(self, kind: str, data: bytes, depth: int) -> Pairs:
        """Its fields by name, those that come several times as a list."""
        if depth > MAX_DEPTH:
            raise Refusal("the model is nested more deeply than a reader follows")
        found: dict[str, list[Any]] = {}
        for number, wire, value in self._raw(data):
            name, holds = _FIELDS[kind].get(number, (f"field {number}", "unknown"))
            found.setdefault(name, []).extend(self._values(holds, wire, value, depth))
        pairs = Pairs(
            [(name, values[0] if len(values) == 1 else values) for name, values in found.items()]
        )
        return self._named(kind, found, pairs)

    def _named(self, kind: str, found: dict[str, list[Any]], pairs: Pairs) -> Pairs:
        if kind == "Node":
            self.ops.update(dict.fromkeys(str(op)[:100] for op in found.get("op", ())))
            # Attributes of one node may be columns of one table.
            own = [pair for one in found.get("attribute", ()) for pair in one.pairs]
            return Pairs([*(pair for pair in pairs.pairs if pair[0] != "attribute"), *own])
        if kind == "Attribute":
            return Pairs([(str(found.get("name", [""])[0]), value)
                          for name, value in pairs.pairs
                          if name != "name" and not (name == "" and value in _TYPES)])  # fmt: skip
        if kind == "Tensor":
            return self._tensor(found)
        return pairs

    def _tensor(self, found: dict[str, list[Any]]) -> Pairs:
        self.is_external |= "external" in found
        shape = sized([int(one) for one in found.get("dims", ())])
        number = found.get("kind", [0])[-1]
        raw, items = b"".join(found.get("raw", ())), found.get("items", [])
        if raw and not items:
            if number not in _FORMS:
                raise Refusal("an array is of a form that cannot be read")
            grid = of_bytes(number_forms.parse(_FORMS[number]), shape, raw, self.held.budget)
        elif not raw and len(items) == math.prod(shape):
            self.held.budget.take(len(items))
            grid = of_items(shape, [str(one) for one in items])
        elif "external" in found and not raw and not items:
            grid = Grid(shape=shape, columns=())
        else:
            raise Refusal("an array has other values than its shape says")
        rest = [(name, one) for name in ("doc", "metadata", "external")
                for one in found.get(name, ())]  # fmt: skip
        rest += [(name, one) for name in found if name.startswith("field ") for one in found[name]]
        return Pairs([(str(found.get("name", ["tensor"])[0]), grid), *rest])

    def _values(self, holds: str, wire: int, value: Any, depth: int) -> Iterator[Any]:
        if holds in _FIELDS and wire != _BYTES:
            raise Refusal("the model breaks off or is garbled")
        if wire == _VARINT:
            yield value - (1 << 64) if holds == "int" and value >> 63 else value
        elif wire in (_FOUR, _EIGHT):
            yield number_forms.columns(
                number_forms.parse("<f4" if wire == _FOUR else "<f8"), value
            )[0][0]
        elif holds in _PACKED:
            yield from number_forms.columns(number_forms.parse(_PACKED[holds]), value)[0]
        elif holds == "int":
            yield from self._ints(value)
        elif holds == "text":
            yield value.decode(errors="replace")
        elif holds in _FIELDS:
            yield self.message(holds, value, depth + 1)
        else:
            yield value

    def _ints(self, data: bytes) -> Iterator[int]:
        at = 0
        while at < len(data):
            self._count()
            value, at = _varint(data, at)
            yield value - (1 << 64) if value >> 63 else value

    def _raw(self, data: bytes) -> Iterator[tuple[int, int, Any]]:
        at = 0
        while at < len(data):
            self._count()
            key, at = _varint(data, at)
            number, wire = key >> 3, key & 7
            value: Any
            if wire == _VARINT:
                value, at = _varint(data, at)
            else:
                length, at = _length(wire, data, at)
                value, at = data[at : at + length], at + length
                if at > len(data):
                    raise IndexError
            yield number, wire, value

    def _count(self) -> None:
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise Refusal(f"more than {MAX_FIELDS} values; publish less")


def _length(wire: int, data: bytes, at: int) -> tuple[int, int]:
    match wire:
        case 1:
            return 8, at
        case 2:
            return _varint(data, at)
        case 5:
            return 4, at
        case _:
            raise Refusal("the model breaks off or is garbled")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(10):
        byte = data[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:  # noqa: PLR2004 - the highest bit says that more follow
            return value & (1 << 64) - 1, at + place + 1
    raise IndexError
