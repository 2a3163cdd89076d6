"""Delimited text without quotes: its columns, without going through its cells one by one."""

import sys
from array import array
from itertools import chain
from typing import Any, Final

from output_checker.disclosure.readers import arrow
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.readers.column_rows import CODE, Column, ColumnRows

# Bytes, or characters. A smaller file is read row by row before the library is loaded.
LEAST_SIZE: Final = 1 << 18
_LEAST_COLUMNS: Final = 2


def is_warm() -> bool:
    """Whether `parse` takes nothing from the disk any more."""
    return "pyarrow.compute" in sys.modules


def warm() -> None:
    arrow.load()
    parse("a,b\n1,2\n", ",", most_cells=4, most_characters=1)


def parse(text: str, mark: str, *, most_cells: int, most_characters: int) -> Table | None:
    """None for a text with quotes, of one column or no row, and for any to be refused."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first, _, body = text.partition("\n")
    header = first.removesuffix("\r").split(mark)
    # A quote or a carriage return may be inside a cell; a blank line is no row of one column.
    is_plain = '"' not in text and text.count("\r") == text.count("\r\n")
    if not is_plain or len(header) < _LEAST_COLUMNS or not body:
        return None
    body = body.replace("\r\n", "\n").removesuffix("\n")
    cells = pc.split_pattern(pc.split_pattern(pa.array([body]), "\n").values, mark)
    widths = pc.min_max(pc.list_value_length(cells)).as_py()
    if {*widths.values()} != {len(header)} or len(cells.values) > most_cells:
        return None
    starts = pa.array(range(0, len(cells.values), len(header)), pa.int32())
    found = [cells.values.take(pc.add(starts, at)) for at in range(len(header))]
    columns = [_column(one.dictionary_encode()) for one in found]
    texts = chain(header, *(column.texts for column in columns))
    if any(len(one) > most_characters for one in texts):
        return None
    return Table(header=tuple(header), rows=ColumnRows(columns))


def _column(encoded: Any) -> Column:
    codes = array(CODE)
    codes.frombytes(memoryview(encoded.indices.buffers()[1])[: codes.itemsize * len(encoded)])
    return Column(encoded.dictionary.to_pylist(), codes)
