"""Which things in a pickle are arrays, by what would make them."""

from io import BytesIO
from itertools import pairwise
from typing import Any, Final

from output_checker.disclosure.readers import number_forms
from output_checker.disclosure.readers.array_cells import Budget, Grid, of_bytes, of_items, sized
from output_checker.disclosure.readers.pickle_machine import Machine, Made, Name, Pairs
from output_checker.disclosure.readers.pickled_values import bytes_of, form_of, plain
from output_checker.disclosure.readers.refusal import Refusal

_STATE_PARTS: Final = 5
_FRAME_PARTS: Final = 4
_RESTORED_PARTS: Final = 5
_STRING_BUFFERS: Final = 3  # which are valid, where each ends, and the text
_INDEX_LAYERS: Final = 12
_OFFSETS: Final = {"large_string": "<i8", "string": "<i4", "large_utf8": "<i8", "utf8": "<i4"}
_ARROW: Final = {"int8": "<i1", "int16": "<i2", "int32": "<i4", "int64": "<i8", "uint8": "<u1",
                 "uint16": "<u2", "uint32": "<u4", "uint64": "<u8", "float": "<f4",
                 "double": "<f8", "float32": "<f4", "float64": "<f8"}  # fmt: skip


def behind_wrapper(made: Made, stream: BytesIO, machine: Machine) -> None:
    """Joblib writes the bytes of an array straight into the pickle, behind what describes it."""
    if not made.name.endswith(".NumpyArrayWrapper") or not made.name.startswith("joblib."):
        return
    said = made.attributes
    shape, form = sized(said.get("shape")), form_of(said.get("dtype"))
    if form.kind[0] == "O":
        made.items.append(machine.load(stream))
        return
    if said.get("numpy_array_alignment_bytes") is not None:
        stream.read(int.from_bytes(stream.read(1), "little"))
    size = form.size
    for one in shape:
        size *= one
    made.raw = stream.read(min(size, 1 << 31))
    if len(made.raw) != size:
        raise Refusal("an array has other bytes than its shape says")


def grid_of(value: Any, budget: Budget) -> Grid | list[Any] | None:
    """An array, the items of one that are no plain values, or None for what is no array.

    Raises: Refusal, for an array that is not what it says of itself.
    """
    if not isinstance(value, Made):
        return None
    last = value.name.rpartition(".")[2]
    if value.name.startswith("joblib.") and last == "NumpyArrayWrapper":
        return _wrapped(value, budget)
    if value.name.startswith("numpy"):
        if last == "_reconstruct" and value.states:
            return _reconstructed(value, budget)
        if last == "_frombuffer" and len(value.args) == _FRAME_PARTS:
            data, form, shape, order = value.args
            return _array(form, shape, data, budget, is_turned=order == "F")
    if value.name == "pyarrow.lib._restore_array":
        return _arrow(value, budget)
    return _categorical(value, budget)


def _wrapped(value: Made, budget: Budget) -> Grid | list[Any] | None:
    said = value.attributes
    if value.raw is None:
        return grid_of(value.items[0], budget) if value.items else None
    return _array(said.get("dtype"), said.get("shape"), value.raw, budget,
                  is_turned=said.get("order") == "F")  # fmt: skip


def _reconstructed(value: Made, budget: Budget) -> Grid | list[Any]:
    state = value.states[0]
    # Subclasses keep their own state around that of the array.
    while isinstance(state, tuple) and len(state) != _STATE_PARTS and state:
        state = state[0]
    if not isinstance(state, tuple) or len(state) != _STATE_PARTS:
        raise Refusal("an array is not built as arrays are")
    _, shape, form, is_turned, data = state
    return _array(form, shape, data, budget, is_turned=bool(is_turned))


def _array(
    form: Any, shape: Any, data: Any, budget: Budget, *, is_turned: bool
) -> Grid | list[Any]:
    shape = sized(shape)
    if isinstance(data, list):
        texts = [plain(one) for one in data]
        if any(one is None for one in texts):
            return data
        budget.take(len(texts))
        # Things, unlike numbers, are listed in one order whatever that of the array.
        return of_items(shape, [one or "" for one in texts])
    held = bytes_of(data)
    if held is None:
        raise Refusal("an array has no bytes that can be read")
    return of_bytes(form_of(form), shape, held, budget, is_turned=is_turned)


def _categorical(value: Made, budget: Budget) -> Grid | None:
    """Codes and what they stand for, in a frame of pandas."""
    if not made_class(value).startswith("pandas.") or not made_class(value).endswith("Categorical"):
        return None
    parts = [part for state in value.states
             for part in (state if isinstance(state, tuple) else (state,))]  # fmt: skip
    parts += [one for _, one in value.attributes.pairs]
    codes = next((one for one in (grid_of(part, budget) for part in parts)
                  if isinstance(one, Grid)), None)  # fmt: skip
    kind = next((part for part in parts if isinstance(part, Made)
                 and made_class(part).endswith("CategoricalDtype")), None)  # fmt: skip
    labels = _first_vector(kind.attributes.get("categories"), budget) if kind else None
    if codes is None or not codes.is_vector or labels is None:
        return None
    by_code = dict(enumerate(labels.columns[0])) if labels.columns else {}
    column = [by_code.get(int(code), "") for code in codes.columns[0]]
    return Grid(shape=codes.shape, columns=(column,))


def _first_vector(value: Any, budget: Budget, depth: int = 0) -> Grid | None:
    if depth > _INDEX_LAYERS:
        return None
    found = grid_of(value, budget)
    if isinstance(found, Grid):
        return found
    for one in inside(value):
        vector = _first_vector(one, budget, depth + 1)
        if vector is not None:
            return vector
    return None


def inside(value: Any) -> list[Any]:
    """What a thing is made of, one layer down."""
    if isinstance(value, Pairs):
        return [one for pair in value.pairs for one in pair]
    if isinstance(value, Made):
        own = [value.args, *value.states, value.items]
        own += [one for pair in value.pairs for one in pair]
        return own if isinstance(value.maker, Name) else [value.maker, *own]
    return list(value) if isinstance(value, list | tuple) else []


def made_class(value: Made) -> str:
    """The class of a thing, also where some function would make it of that class."""
    last = value.name.rpartition(".")[2]
    is_indirect = last.startswith(("__pyx_unpickle", "_new_Index", "_unpickle"))
    if is_indirect and isinstance(value.args, tuple) and value.args:
        first = value.args[0]
        return first.dotted if isinstance(first, Name) else value.name
    return value.name


def _arrow(value: Made, budget: Budget) -> Grid | None:
    """A column of Arrow: its type, length and buffers."""
    said = value.args[0] if isinstance(value.args, tuple) and value.args else None
    if not isinstance(said, tuple) or len(said) < _RESTORED_PARTS:
        return None
    kind, length, _, offset, held = said[:_RESTORED_PARTS]
    name = kind.args[0] if isinstance(kind, Made) and kind.args else None
    if not isinstance(held, list) or type(length) is not int or type(offset) is not int:
        return None
    buffers = [bytes_of(one.args[0]) if isinstance(one, Made) and one.args else None
               for one in held]  # fmt: skip
    if length < 0 or offset < 0 or not buffers:
        raise Refusal("an array has other bytes than it says")
    budget.take(length)
    if name in _OFFSETS and len(buffers) >= _STRING_BUFFERS:
        column = _strings(_OFFSETS[name], buffers, offset + length)
    elif name in _ARROW and len(buffers) > 1:
        form = number_forms.parse(_ARROW[name])
        column = number_forms.columns(form, (buffers[1] or b"")[: (offset + length) * form.size])[0]
    else:
        return None
    if len(column) != offset + length:
        raise Refusal("an array has other bytes than it says")
    shown = [one if _is_valid(buffers[0], at) else "" for at, one in enumerate(column)]
    return Grid(shape=(length,), columns=(shown[offset:],))


def _strings(offsets: str, buffers: list[bytes | None], length: int) -> list[str]:
    form = number_forms.parse(offsets)
    held = (buffers[1] or b"")[: (length + 1) * form.size]
    spans = [*pairwise(int(one) for one in number_forms.columns(form, held)[0])]
    text = buffers[2] or b""
    if any(not 0 <= begin <= end <= len(text) for begin, end in spans):
        raise Refusal("an array has other bytes than it says")
    return [text[begin:end].decode(errors="replace") for begin, end in spans]


def _is_valid(bits: bytes | None, at: int) -> bool:
    return bits is None or (at // 8 < len(bits) and bool(bits[at // 8] >> at % 8 & 1))
