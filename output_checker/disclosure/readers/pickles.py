"""Pickles and files of joblib: what they hold, without running what they are."""

import codecs
import zlib
from io import BytesIO
from typing import Final

from output_checker.disclosure.readers.artefacts import Document, Note, NoteKind, Part
from output_checker.disclosure.readers.held_values import Held
from output_checker.disclosure.readers.pickle_machine import Machine
from output_checker.disclosure.readers.pickled_arrays import behind_wrapper
from output_checker.disclosure.readers.pickled_names import is_estimator, is_plain, strange_names
from output_checker.disclosure.readers.refusal import Refusal

MAX_UNPACKED_BYTES: Final = 64 * 2**20
_PACKED: Final = (b"\x78", b"\x1f\x8b")
_OTHERS: Final = (b"BZh", b"\xfd7zXZ", b"\x5d\x00", b"\x04\x22\x4d\x18", b"ZF")
_EITHER: Final = 32 + zlib.MAX_WBITS
_MOST_NAMES: Final = 1_000


def warm() -> None:
    """Python keeps a file for each way of writing text."""
    for name in ("ascii", "latin-1", "utf-8", "utf-32-le", "utf-32-be", "raw-unicode-escape",
                 "unicode-escape"):  # fmt: skip
        codecs.lookup(name)


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    held = Held()
    machine = Machine(behind_wrapper)
    return document_of(held, machine, into(held, machine, unpacked(data)))


def into(held: Held, machine: Machine, data: bytes, path: str = "") -> bool:
    """Whether everything that one pickle holds was found to be of no model. Raises: Refusal."""
    stream = BytesIO(data)
    value = machine.load(stream)
    left = len(data) - stream.tell()
    if left:
        raise Refusal(f"{left} bytes follow the end of the pickle", "hidden-part")
    held.walk(value, path)
    return any(map(is_estimator, machine.names))


def document_of(held: Held, machine: Machine, is_model: bool) -> Document:
    names = [name.dotted for name in machine.names if is_plain(name)]
    notes = held.notes()
    if strange := strange_names(machine.names):
        notes.append(Note(kind=NoteKind.CODE, reason=strange))
    parts: list[Part] = held.parts(names[:_MOST_NAMES], is_model=is_model)
    return Document(parts=tuple(parts), notes=tuple(notes))


def unpacked(data: bytes) -> bytes:
    """What joblib compressed, bounded. Raises: Refusal."""
    if data.startswith(_OTHERS):
        raise Refusal("this is compressed in a form that is not read; compress with zlib or not")
    if not data.startswith(_PACKED):
        return data
    machine = zlib.decompressobj(_EITHER)
    try:
        found = machine.decompress(data, MAX_UNPACKED_BYTES)
    except zlib.error:
        raise Refusal("what is compressed in this file cannot be unpacked") from None
    if machine.unconsumed_tail or not machine.eof:
        raise Refusal(f"unfolds to more than {MAX_UNPACKED_BYTES} bytes, or is cut short")
    if machine.unused_data:
        count = len(machine.unused_data)
        raise Refusal(f"{count} bytes follow the end of the compressed file", "hidden-part")
    return found
