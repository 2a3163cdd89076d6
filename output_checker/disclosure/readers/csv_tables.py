"""CSV bytes to one table of text: UTF-8, commas, one header, every row as long as it."""

import csv
import io
from typing import Any, Final

from output_checker.disclosure.readers.refusal import Refusal

MAX_COLUMNS: Final = 1_000
MAX_CELLS: Final = 2_000_000
MAX_CELL_CHARACTERS: Final = 32_768
# Where they stand could hold something.
MAX_BLANK_LINES: Final = 10


def read(data: bytes) -> dict[str, Any]:
    """Args: the whole file. Returns: `header` and `rows`, all text. Raises: Refusal."""
    text = _decode(data)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        _check_header(header)
        rows = _rows(reader, len(header))
    except csv.Error as error:
        words = "a cell is too long" if "limit" in str(error) else "a quoted cell is not closed"
        raise Refusal(f"line {reader.line_num}: {words}") from None
    return {"kind": "table", "header": header, "rows": rows}


def _decode(data: bytes) -> str:
    if not data.strip():
        raise Refusal("the file is empty")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Refusal("the file is UTF-16; save it as UTF-8")
    if (at := data.find(b"\0")) >= 0:
        raise Refusal(f"byte {at} is NUL, which no CSV text holds")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(f"byte {error.start} is not UTF-8 text") from None


def _check_header(header: list[str]) -> None:
    if not any(name.strip() for name in header):
        raise Refusal("the first line names no column")
    if len(header) > MAX_COLUMNS:
        raise Refusal(f"{len(header)} columns; at most {MAX_COLUMNS} can be checked")
    if len(header) == 1 and any(mark in header[0] for mark in ";\t|"):
        raise Refusal("the columns are not separated by commas; save the file with commas")


def _rows(reader: Any, width: int) -> list[list[str]]:
    rows: list[list[str]] = []
    blank = 0
    for row in reader:
        if not row:
            blank += 1
            continue
        if len(row) != width:
            raise Refusal(f"line {reader.line_num} has {len(row)} cells, the header has {width}")
        rows.append(row)
        if len(rows) * width > MAX_CELLS:
            raise Refusal(f"more than {MAX_CELLS} cells; publish a smaller table")
    if blank > MAX_BLANK_LINES:
        raise Refusal(f"{blank} lines are empty; save it without them", "hidden-part")
    return rows
