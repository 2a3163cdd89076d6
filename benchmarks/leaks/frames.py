"""Frames of statistical programs: as R, SPSS, Stata, SAS and Arrow keep them."""

import gzip
import io
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from textwrap import wrap
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
from pyarrow import feather as feathers
from pyarrow import parquet as parquets

from benchmarks.leaks.made import Row
from benchmarks.leaks.shapes import SHOWN, frame_columns, in_base64, lines, numbers, padded

Columns = Mapping[str, Sequence[Any]]
_MOST_LABELLED: Final = 40
_LETTERS_OF_A_LABEL: Final = 200
_LETTERS_OF_A_NOTE: Final = 76
_SHOWN: Final = frame_columns(SHOWN[0], SHOWN[1:])


def parquet(held: Columns, **said: str) -> bytes:
    """Args: `said` is metadata of the file."""
    table = pa.table(held)
    stream = io.BytesIO()
    parquets.write_table(table.replace_schema_metadata(said) if said else table, stream)
    return stream.getvalue()


def feather(held: Columns, compression: str = "lz4", **said: str) -> bytes:
    table = pa.table(held)
    stream = io.BytesIO()
    feathers.write_feather(
        table.replace_schema_metadata(said) if said else table, stream, compression=compression
    )
    return stream.getvalue()


def saved(write: Callable[..., None], suffix: str, held: Columns, **options: Any) -> bytes:
    """By a function of pyreadstat, which writes to disk alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        write(pd.DataFrame(held), path, **options)
        return path.read_bytes()


def variables(header: Row, rows: Sequence[Row]) -> dict[str, list[Any]]:
    """With names that begin with a letter."""
    held = frame_columns(header, rows)
    return {name if name[:1].isalpha() else f"c{name}": one for name, one in held.items()}


def sav(held: Columns, **options: Any) -> bytes:
    return saved(pyreadstat.write_sav, ".sav", held, **options)


def dta(held: Columns, **options: Any) -> bytes:
    return saved(pyreadstat.write_dta, ".dta", held, **options)


def xpt(held: Columns, **options: Any) -> bytes:
    return saved(pyreadstat.write_xport, ".xpt", held, **options)


def labelled(write: Callable[..., bytes], held: Columns) -> bytes:
    """Texts as numbers that have labels."""
    coded: dict[str, list[Any]] = {}
    labels: dict[str, dict[int, str]] = {}
    for name, values in held.items():
        coded[name] = [*values]
        different = sorted({*values}) if isinstance(values[0], str) else []
        if 0 < len(different) <= _MOST_LABELLED:
            labels[name] = dict(enumerate(different, start=1))
            coded[name] = [different.index(one) + 1 for one in values]
    return write(coded, variable_value_labels=labels)


def _cut(header: Row, rows: Sequence[Row]) -> list[str]:
    """Lines of a length that a label may have."""
    return [line[:_LETTERS_OF_A_LABEL] for line in lines(header, rows, " ").splitlines()]


def beside(write: Callable[..., bytes], header: Row, rows: Sequence[Row]) -> bytes:
    """Each row as the label of a value."""
    told = dict(enumerate(_cut(header, rows)))
    return write(_SHOWN, variable_value_labels={"n": told})


_HEAD: Final = b"X\n" + struct.pack(">3i", 2, 0x00030602, 0x00020300)
_OBJECT, _ATTRIBUTES, _TAG = 0x100, 0x200, 0x400
_MISSING: Final = -(2**31)


def _int(number: int) -> bytes:
    return struct.pack(">i", number)


def _said(text: str) -> bytes:
    return _int(9) + _int(len(text.encode())) + text.encode()


def _with(attributes: Mapping[str, bytes]) -> bytes:
    if not attributes:
        return b""
    listed = b"".join(
        _int(2 | _TAG) + _int(1) + _said(name) + value for name, value in attributes.items()
    )
    return listed + _int(254)


def r_vector(values: Sequence[Any], **attributes: bytes) -> bytes:
    """A vector of numbers or texts, or a list of what is written already."""
    more = (_ATTRIBUTES if attributes else 0) | (_OBJECT if "class" in attributes else 0)
    kinds = {*map(type, values)}
    if kinds <= {bytes}:
        kind, body = 19, b"".join(values)
    elif kinds <= {int}:
        kind, body = 13, struct.pack(f">{len(values)}i", *values)
    elif kinds <= {int, float}:
        kind, body = 14, struct.pack(f">{len(values)}d", *values)
    else:
        kind, body = 16, b"".join(_said(str(one)) for one in values)
    return _int(kind | more) + _int(len(values)) + body + _with(attributes)


def r_factor(values: Sequence[str]) -> bytes:
    levels = sorted({*values})
    return r_vector([levels.index(one) + 1 for one in values], levels=r_vector(levels),
                    **{"class": r_vector(["factor"])})  # fmt: skip


def r_frame(held: Columns, *, factors: bool = False, **more: bytes) -> bytes:
    vectors = [r_factor(values) if factors and isinstance(values[0], str) else r_vector(values)
               for values in held.values()]  # fmt: skip
    length = len(next(iter(held.values())))
    names = {"names": r_vector([*held]), "row.names": r_vector([_MISSING, -length])}
    return r_vector(vectors, **names, **{"class": r_vector(["data.frame"])}, **more)


def r_matrix(rows: Sequence[Sequence[float]]) -> bytes:
    flat = [float(row[at]) for at in range(len(rows[0])) for row in rows]
    return r_vector(flat, dim=r_vector([len(rows), len(rows[0])]))


def rds(value: bytes) -> bytes:
    return gzip.compress(_HEAD + value, mtime=0)


def rdata(name: str, value: bytes) -> bytes:
    pair = _int(2 | _TAG) + _int(1) + _said(name) + value + _int(254)
    return gzip.compress(b"RDX2\n" + _HEAD + pair, mtime=0)


def npy(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def arrays(held: Columns) -> bytes:
    """An array a column."""
    stream = io.BytesIO()
    np.savez_compressed(stream, **{f"a{at}": np.array([*map(str, values)])
                                   for at, values in enumerate(held.values())})  # fmt: skip
    return stream.getvalue()


FRAMES: Final[dict[tuple[str, str], Callable[[Row, Sequence[Row]], bytes]]] = {
    ("parquet", "frame"): lambda h, r: parquet(frame_columns(h, r)),
    ("parquet", "metadata"): lambda h, r: parquet(_SHOWN, kept=lines(h, r, ",")),
    ("feather", "frame"): lambda h, r: feather(frame_columns(h, r)),
    ("arrow", "frame"): lambda h, r: feather(frame_columns(h, r), "uncompressed"),
    ("arrow", "metadata"): lambda h, r: feather(_SHOWN, kept=padded(h, r)),
    ("sav", "frame"): lambda h, r: sav(variables(h, r)),
    ("sav", "labelled frame"): lambda h, r: labelled(sav, variables(h, r)),
    ("sav", "notes"): lambda h, r: sav(_SHOWN, note=wrap(in_base64(h, r), _LETTERS_OF_A_NOTE)),
    ("sav", "labels of values"): lambda h, r: beside(sav, h, r),
    ("zsav", "frame"): lambda h, r: saved(pyreadstat.write_sav, ".zsav", variables(h, r),
                                          compress=True),
    ("dta", "frame"): lambda h, r: dta(variables(h, r)),
    ("dta", "labelled frame"): lambda h, r: labelled(dta, variables(h, r)),
    ("dta", "labels of values"): lambda h, r: beside(dta, h, r),
    ("xpt", "frame"): lambda h, r: xpt(variables(h, r)),
    ("rds", "frame"): lambda h, r: rds(r_frame(frame_columns(h, r))),
    ("rds", "frame of factors"): lambda h, r: rds(r_frame(frame_columns(h, r), factors=True)),
    ("rds", "matrix"): lambda _, r: rds(r_matrix(numbers(r))),
    ("rds", "list"): lambda h, r: rds(r_vector(
        [r_vector([*row]) for row in (h, *r)])),
    ("rds", "attribute"): lambda h, r: rds(r_frame(_SHOWN, kept=r_vector([padded(h, r)]))),
    ("rdata", "frame"): lambda h, r: rdata("p", r_frame(frame_columns(h, r))),
    ("npy", "matrix"): lambda _, r: npy(np.array(numbers(r))),
    ("npy", "texts"): lambda _, r: npy(np.array([[*row] for row in r])),
    ("npy", "records"): lambda h, r: npy(
        pd.DataFrame(frame_columns(h, r)).to_records(index=False).astype(
            [(f"f{at}", "U32" if isinstance(one[0], str) else "f8")
             for at, one in enumerate(frame_columns(h, r).values())])),
    ("npz", "columns"): lambda h, r: arrays(frame_columns(h, r)),
}  # fmt: skip
