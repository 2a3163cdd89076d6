"""Arrays of NumPy, alone or several in a ZIP file."""

import ast
from collections.abc import Iterator
from typing import Any, Final

from output_checker.disclosure.readers import number_forms, packages, pickles
from output_checker.disclosure.readers.array_cells import of_bytes, sized
from output_checker.disclosure.readers.artefacts import Document
from output_checker.disclosure.readers.held_values import Held
from output_checker.disclosure.readers.number_forms import Form
from output_checker.disclosure.readers.pickle_machine import Machine
from output_checker.disclosure.readers.pickled_arrays import behind_wrapper
from output_checker.disclosure.readers.refusal import Refusal

_SIGNATURE: Final = b"\x93NUMPY"
_HEADER_LENGTH_BYTES: Final = {1: 2, 2: 4, 3: 4}
_MOST_HEADER_BYTES: Final = 10_000
_VERSION_ENDS: Final = 8


def warm() -> None:
    pickles.warm()
    packages.warm()


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    held = Held()
    machine = Machine(behind_wrapper)
    if data.startswith(_SIGNATURE):
        is_model = _add(held, machine, data, "array")
    else:
        told = [_add(held, machine, member, name) for name, member in _members(data)]
        is_model = any(told)
    return pickles.document_of(held, machine, is_model)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the arrays. Raises: Refusal."""
    package = packages.opened(data)
    for number, name in enumerate(package.members, start=1):
        if not name.endswith(".npy"):
            raise Refusal(f"member {number} of the file is no array")
        yield name.removesuffix(".npy"), package.read(name)


def _add(held: Held, machine: Machine, data: bytes, name: str) -> bool:
    """Whether the array holds a model."""
    form, shape, is_turned, at = _header(data)
    if form is None:
        return pickles.into(held, machine, data[at:], name)
    held.add(name, of_bytes(form, shape, data[at:], held.budget, is_turned=is_turned))
    return False


def _header(data: bytes) -> tuple[Form | None, tuple[int, ...], bool, int]:
    """Form, shape, order and where the items begin; no form where they are a pickle."""
    count = _HEADER_LENGTH_BYTES.get(data[6]) if len(data) > _VERSION_ENDS else None
    if count is None or not data.startswith(_SIGNATURE):
        raise Refusal("an array does not begin as those of NumPy do")
    at = _VERSION_ENDS + count
    length = int.from_bytes(data[_VERSION_ENDS:at], "little")
    if length > _MOST_HEADER_BYTES or at + length > len(data):
        raise Refusal("an array has no header that can be read")
    try:
        said = ast.literal_eval(data[at : at + length].decode("utf-8").strip())
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
        raise Refusal("an array has no header that can be read") from None
    match said:
        case {"descr": descr, "fortran_order": bool(order), "shape": tuple(shape), **more} if (
            not more
        ):
            is_pickle = isinstance(descr, str) and descr in ("|O", "O", "|O8")
            form = None if is_pickle else _form(descr)
            return form, sized(shape), order, at + length
    raise Refusal("an array has no header that can be read")


def _form(descr: Any) -> Form:
    """A form, or the fields of a record one behind the other."""
    if isinstance(descr, str):
        return number_forms.parse(descr)
    if not isinstance(descr, list) or not descr:
        raise Refusal("an array is of a form that cannot be read")
    fields, at = [], 0
    for said in descr:
        match said:
            case ((str() | (str(), str()) as name), (str() | list()) as inner):
                form = _form(inner)
            case _:
                raise Refusal("an array is of a form that cannot be read")
        if name or form.kind[0] != "V":
            fields.append((str(name), at, form))
        at += form.size
    return Form(kind=f"V{at}", size=at, fields=tuple(fields))
