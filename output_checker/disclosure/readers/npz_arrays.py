"""Arrays of NumPy, alone or several in a ZIP file."""

import ast
import codecs
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

from output_checker.disclosure.readers import number_forms, pickles
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
_MOST_MEMBERS: Final = 1_000
MAX_UNPACKED_BYTES: Final = 64 * 2**20


def warm() -> None:
    pickles.warm()
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", b"")
    [*_members(stream.getvalue())]
    codecs.lookup("cp437")


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
    """Names and contents of a ZIP file, bounded in all. Raises: Refusal."""
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise Refusal(f"more than {_MOST_MEMBERS} arrays in one file; publish less")
            _check_covered(data, archive)
            for number, member in enumerate(members, start=1):
                if not member.filename.endswith(".npy") or member.flag_bits & 1:
                    raise Refusal(f"member {number} of the file is no array")
                with archive.open(member) as opened:
                    held = opened.read(left + 1)
                left -= len(held)
                if left < 0:
                    raise Refusal(f"unfolds to more than {MAX_UNPACKED_BYTES} bytes")
                yield member.filename.removesuffix(".npy"), held
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError,
            ValueError, OSError):  # fmt: skip
        raise Refusal("the file is not built as ZIP files are") from None


def _check_covered(data: bytes, archive: zipfile.ZipFile) -> None:
    """Between and around the members lies nothing that is no part of one."""
    spare = len(archive.comment) + sum(
        len(one.comment) + (len(one.extra) if one.extra[:2] != b"\x01\x00" else 0)
        for one in archive.infolist()
    )
    starts = sorted(one.header_offset for one in archive.infolist())
    ends = sorted(_end(data, one) for one in archive.infolist())
    if spare or (
        starts and (starts[0] or starts[1:] != ends[:-1] or ends[-1] != archive.start_dir)
    ):
        raise Refusal("there is more in the ZIP file than its members", "hidden-part")


def _end(data: bytes, member: zipfile.ZipInfo) -> int:
    at = member.header_offset
    names = int.from_bytes(data[at + 26 : at + 28], "little")
    extras = int.from_bytes(data[at + 28 : at + 30], "little")
    return at + 30 + names + extras + member.compress_size


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
