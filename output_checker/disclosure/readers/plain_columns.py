"""Delimited text whose quotes hold no quotes: its columns, without going through its cells."""

import csv
import sys
from collections.abc import Iterator
from typing import Any, Final

from output_checker.disclosure.readers import arrow
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.column_rows import Column, ColumnRows, spelled, width_of

# Bytes, or characters. A smaller file is read row by row before the library is loaded.
LEAST_SIZE: Final = 1 << 18
# Bytes that are taken apart at once.
BLOCK: Final = 1 << 22
_LEAST_COLUMNS: Final = 2
_QUOTE: Final = ord('"')
_END: Final = ord("\n")


class _Uneven(Exception):
    """Rows are not all as long as the header, or not quoted as is read here."""


def is_warm() -> bool:
    """Whether `parse` takes nothing from the disk any more."""
    return "pyarrow.compute" in sys.modules


def warm() -> None:
    arrow.load()
    table = parse(b'a,b\n1,"2"\n', ",", most_cells=4, most_characters=1)
    # What else is done with it before it leaves the reader.
    if table is not None and isinstance(table.rows, ColumnRows):
        for column in table.rows.columns:
            column.of_at_least(1)


def parse(data: bytes, mark: str, *, most_cells: int, most_characters: int) -> Table | None:
    """None for a text of one column or no row, with quotes in quotes, and for any to be refused.

    Args: data: UTF-8.
    """
    if b"\r" in data:
        # One that ends no line is inside a cell.
        if data.count(b"\r") != data.count(b"\r\n") or _has_quoted_returns(data):
            return None
        data = data.replace(b"\r\n", b"\n")
    first_row = data.find(b"\n") + 1
    names = data[:first_row].decode().removesuffix("\n")
    # A quote may still be open where the line ends.
    if not first_row or names.count('"') % 2:
        return None
    try:
        header = next(csv.reader([names], delimiter=mark, strict=True), [])
        if len(header) < _LEAST_COLUMNS:
            return None
        body = memoryview(data if data.endswith(b"\n") else data + b"\n")[first_row:]
        columns = _columns(body, mark, len(header), most_cells)
    except (csv.Error, _Uneven):
        return None
    longest = max(map(_longest, columns))
    if max(longest, *map(len, header)) > most_characters:
        return None
    return Table(header=tuple(header), rows=ColumnRows(columns))


def _has_quoted_returns(data: bytes) -> bool:
    import numpy as np

    every = np.frombuffer(data, dtype=np.uint8)
    quotes, returns = np.flatnonzero(every == _QUOTE), np.flatnonzero(every == ord("\r"))
    return bool((np.searchsorted(quotes, returns) % 2).any())


def _columns(body: memoryview, mark: str, width: int, most_cells: int) -> list[Column]:
    """Raises: _Uneven."""
    import numpy as np
    import pyarrow as pa

    parts: list[list[Any]] = [[] for _ in range(width)]
    for cells in _blocks(body, mark, width):
        most_cells -= len(cells)
        if most_cells < 0:
            raise _Uneven
        rows = np.arange(0, len(cells), width, dtype=np.int32)
        for at, found in enumerate(parts):
            places = pa.Array.from_buffers(pa.int32(), len(rows), [None, pa.py_buffer(rows + at)])
            found.append(cells.take(places))
    if not parts[0]:
        raise _Uneven
    return [_coded(pa.chunked_array(found)) for found in parts]


def _coded(cells: Any) -> Column:
    import numpy as np

    parts = cells.dictionary_encode().chunks
    # Each part goes on with the texts of the one before.
    texts = parts[-1].dictionary
    narrow = width_of(len(texts))
    codes = [np.frombuffer(one.indices.buffers()[1], np.int32, len(one)) for one in parts]
    return Column(texts, np.concatenate([one.astype(narrow) for one in codes]))


def _blocks(body: memoryview, mark: str, width: int) -> Iterator[Any]:
    """The cells of some rows at a time, row by row. Raises: _Uneven."""
    import numpy as np

    first = 0
    while first < len(body):
        block = np.frombuffer(body[first : first + BLOCK], dtype=np.uint8)
        quotes = np.flatnonzero(block == _QUOTE)
        between = np.flatnonzero((block == ord(mark)) | (block == _END))
        if len(quotes):
            # Behind an odd number of quotes it is a cell's own.
            between = between[np.searchsorted(quotes, between) % 2 == 0]
        ends = np.flatnonzero(block[between] == _END)
        if not len(ends):
            raise _Uneven
        between = between[: ends[-1] + 1]
        block = block[: between[-1] + 1]
        quotes = quotes[: np.searchsorted(quotes, len(block))]
        if len(ends) * width != len(between) or (ends % width != width - 1).any():
            raise _Uneven
        yield _cells(block, mark, between, quotes)
        first += len(block)


def _cells(block: Any, mark: str, between: Any, quotes: Any) -> Any:
    """All that stands between marks, without these and without quotes. Raises: _Uneven."""
    import numpy as np

    ends = np.zeros(len(between) + 1, dtype=np.int32)
    np.subtract(between, np.arange(len(between)), out=ends[1:], casting="unsafe")
    if not len(quotes):
        return spelled(block.tobytes().translate(None, mark.encode() + b"\n"), ends)
    _require_ends(block, quotes, ord(mark))
    ends[1:] -= np.searchsorted(quotes, between).astype(np.int32)
    is_kept = np.ones(len(block), dtype=np.bool_)
    is_kept[between] = False
    is_kept[quotes] = False
    return spelled(block[is_kept], ends)


def _require_ends(block: Any, quotes: Any, mark: int) -> None:
    """Raises: _Uneven, unless each quote begins or ends a cell."""
    before, after = block[quotes[::2] - 1], block[quotes[1::2] + 1]
    is_first = (before == mark) | (before == _END)
    is_last = (after == mark) | (after == _END)
    if not is_first.all() or not is_last.all():
        raise _Uneven


def _longest(column: Column) -> int:
    import pyarrow.compute as pc

    return int(pc.max(pc.utf8_length(column.texts)).as_py() or 0)
