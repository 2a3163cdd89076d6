"""Parquet and Arrow files, by pyarrow without threads."""

import json
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from output_checker.disclosure.readers import arrow, frame_cells, number_forms
from output_checker.disclosure.readers.artefacts import Document
from output_checker.disclosure.readers.refusal import Refusal

_PARQUET: Final = b"PAR1"
_FEATHER: Final = b"ARROW1"
# What pandas and Arrow themselves keep in a file about its columns.
_OWN_KEYS: Final = frozenset({b"ARROW:schema"})
_PANDAS: Final = b"pandas"
_USUAL: Final = re.compile(
    r"name|field_name|pandas_type|numpy_type|metadata|index_columns|column_indexes|columns|"
    r"attributes|creator|library|version|pandas_version|pyarrow|fastparquet|kind|start|stop|step|"
    r"range|encoding|UTF-8|num_categories|ordered|timezone|unicode|object|string|str|bool|bytes|"
    r"empty|mixed|date|datetime(tz)?|categorical|decimal|int\d+|uint\d+|float\d+|"
    r"datetime64\[\w+(, [\w/+:-]+)?\]|list\[\w+\]|None|\d+(\.\d+)*|__index_level_\d+__"
)


def warm() -> None:
    arrow.load()
    import pyarrow as pa
    import pyarrow.ipc
    import pyarrow.parquet

    table = pa.table({
        "a": [1], "b": ["x"], "c": [0.5], "d": [True], "e": pa.array([None]),
        "f": pa.array(["u"]).dictionary_encode(), "g": pa.array([0], pa.timestamp("ns")),
        "h": pa.array([0], pa.date32()), "i": [[1]], "j": [b"x"],
        "k": pa.array([0], pa.timestamp("us", "UTC")),
    })  # fmt: skip
    for write in (_write_parquet, _write_feather):
        stream = BytesIO()
        write(table, stream)
        read(stream.getvalue())


def read(data: bytes) -> Document:
    """Args: the whole file. Raises: Refusal."""
    import pyarrow as pa

    try:
        table = _table(data)
        lines = [*_said(table.schema)]
        columns = [_texts(table.column(at)) for at in range(table.num_columns)]
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, TypeError, OverflowError, KeyError):
        raise Refusal("the file breaks off or is garbled") from None
    return Document(parts=frame_cells.parts(table.column_names, columns, lines))


def _table(data: bytes) -> Any:
    import pyarrow as pa
    import pyarrow.ipc
    import pyarrow.parquet as pq

    held = pa.BufferReader(data)
    if data.startswith(_PARQUET):
        file = pq.ParquetFile(held, memory_map=False, pre_buffer=False)
        frame_cells.require_size(file.metadata.num_rows, file.metadata.num_columns)
        return file.read(use_threads=False)
    options = pa.ipc.IpcReadOptions(use_threads=False)
    file = pa.ipc.open_file(held, options=options)
    batches, rows = [], 0
    for at in range(file.num_record_batches):
        batch = file.get_batch(at)
        batch.validate(full=True)
        rows += batch.num_rows
        frame_cells.require_size(rows, batch.num_columns)
        batches.append(batch)
    return pa.Table.from_batches(batches, file.schema)


def _texts(column: Any) -> list[str]:
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = pa.chunked_array(
            [one.dictionary_decode() for one in column.chunks], column.type.value_type
        )
    kind = column.type
    if pa.types.is_timestamp(kind):
        counts = column.cast(pa.int64()).to_pylist()
        return ["" if one is None else number_forms.date(one, kind.unit) for one in counts]
    if pa.types.is_duration(kind) or pa.types.is_time(kind):
        number = pa.int32() if kind.bit_width == 32 else pa.int64()  # noqa: PLR2004 - of bits
        return frame_cells.texts(column.cast(number).to_pylist())
    if pa.types.is_float32(kind):
        values = column.to_pylist()
        found = number_forms.floats([float("nan") if one is None else one for one in values], "f")
        return [*found]
    return frame_cells.texts(column.to_pylist())


def _said(schema: Any) -> Iterator[str]:
    """What a file says of itself beyond the usual."""
    names = set(schema.names)
    yield from _kept("the file", schema.metadata, names)
    for field in schema:
        yield from _kept(field.name, field.metadata, names)


def _kept(place: str, metadata: Mapping[bytes, bytes] | None, names: set[str]) -> Iterator[str]:
    for key, value in (metadata or {}).items():
        is_position = key == b"PARQUET:field_id" and value.lstrip(b"-").isdigit()
        is_usual = key in _OWN_KEYS or is_position or (key == _PANDAS and _is_usual(value, names))
        if not is_usual:
            yield f"{place}: {key.decode(errors='replace')}: {value.decode(errors='replace')}"


def _is_usual(value: bytes, names: set[str]) -> bool:
    try:
        said = json.loads(value.decode())
    except (ValueError, RecursionError):
        return False
    return all(one in names or _USUAL.fullmatch(one) for one in _strings(said))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def _write_parquet(table: Any, stream: BytesIO) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, stream)


def _write_feather(table: Any, stream: BytesIO) -> None:
    import pyarrow.ipc

    with pyarrow.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table)
