"""Frames of Stata, SPSS and SAS, by pyreadstat from memory."""

import ctypes
import os
import time
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from output_checker.disclosure.readers import frame_cells
from output_checker.disclosure.readers.artefacts import Array, Document, Part
from output_checker.disclosure.readers.refusal import Refusal

# Of texts in files that were written before UTF-8 was usual.
_ENCODINGS: Final = (
    b"WINDOWS-1252", b"WINDOWS-1250", b"WINDOWS-1251", b"WINDOWS-1253", b"WINDOWS-1254",
    b"WINDOWS-1257", b"ISO-8859-1", b"ISO-8859-2", b"ISO-8859-9", b"ISO-8859-15", b"MACINTOSH",
    b"US-ASCII", b"UTF-8", b"CP437", b"CP850",
)  # fmt: skip
Reader = Callable[..., tuple[Mapping[str | None, Any], Any]]


def warm() -> None:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Else the C library looks for the zone of this machine whenever a file holds a time.
    os.environ["TZ"] = "UTC0"
    time.tzset()
    # The C library loads a module for each encoding, and keeps those of what stays open.
    library = ctypes.CDLL(None)
    for name in _ENCODINGS:
        library.iconv_open(b"UTF-8", name)
    import pyreadstat

    for read_form in (pyreadstat.read_dta, pyreadstat.read_sav, pyreadstat.read_xport,
                      pyreadstat.read_sas7bdat):  # fmt: skip
        try:
            read(read_form, b"")
        except Refusal:
            continue


def read(read_form: Reader, data: bytes) -> Document:
    """Args: a function of pyreadstat, and the whole file. Raises: Refusal."""
    import pyreadstat

    try:
        _, said = read_form(BytesIO(data), metadataonly=True, output_format="dict")
        frame_cells.require_size(said.number_rows or 0, said.number_columns or 0)
        found, said = read_form(BytesIO(data), output_format="dict")
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, TypeError, OSError,
            OverflowError, KeyError, IndexError):  # fmt: skip
        raise Refusal("the file breaks off or is garbled") from None
    # A name that is cut short is none.
    header = ["" if name is None else str(name) for name in found]
    columns = [frame_cells.texts(_listed(values)) for values in found.values()]
    parts = frame_cells.parts(header, columns, [*_labels(said)])
    return Document(parts=(*parts, *_labelled(header, columns, said)))


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else list(values.tolist())


def _labels(said: Any) -> Iterator[str]:
    """What the file says of itself, its variables and their values."""
    if said.file_label:
        yield str(said.file_label)
    if said.table_name:
        yield str(said.table_name)
    for note in said.notes or ():
        yield str(note)
    for name, label in said.column_names_to_labels.items():
        if label:
            yield f"{name}: {label}"
    for name, labels in said.variable_value_labels.items():
        yield f"{name}:"
        yield from (f"{frame_cells.text(value)} {label}" for value, label in labels.items())


def _labelled(header: list[str], columns: list[list[str]], said: Any) -> list[Part]:
    """The same table by the labels of its values."""
    if not said.variable_value_labels or not columns[0]:
        return []
    shown = []
    for name, column in zip(header, columns, strict=True):
        labels = said.variable_value_labels.get(name, {})
        told = {frame_cells.text(value): str(label) for value, label in labels.items()}
        shown.append([told.get(cell, cell) for cell in column])
    rows = tuple(zip(*shown, strict=True))
    array = Array(name="values by their labels", shape=(len(rows), len(header)), rows=rows)
    return [Part(artefact=array, place="values by their labels")]
