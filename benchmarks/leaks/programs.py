"""Files as the programs of researchers write them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import openpyxl
import pyarrow as pa
from openpyxl.comments import Comment
from pyarrow import feather as feathers
from pyarrow import parquet as parquets

from benchmarks.leaks.made import Row


def book(header: Row, rows: Sequence[Row], *, hidden: bool = False, said: str = "") -> bytes:
    made = openpyxl.Workbook()
    sheet = made.active
    if hidden:
        sheet.append(["region", "n"])
        sheet.append(["all", 250])
        sheet = made.create_sheet()
        sheet.sheet_state = "hidden"
    for row in (header, *rows):
        sheet.append([_typed(cell) for cell in row])
    if said:
        sheet["A1"].comment = Comment(said, "made")
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


def _typed(cell: str) -> Any:
    try:
        return float(cell) if "." in cell else int(cell)
    except ValueError:
        return cell


def _frame(columns: Mapping[str, Sequence[Any]]) -> pa.Table:
    plain = {
        name: values if len({type(one) for one in values}) == 1 else [str(one) for one in values]
        for name, values in columns.items()
    }
    return pa.table({name or "names": values for name, values in plain.items()})


def parquet(columns: Mapping[str, Sequence[Any]]) -> bytes:
    held = io.BytesIO()
    parquets.write_table(_frame(columns), held)
    return held.getvalue()


def feather(columns: Mapping[str, Sequence[Any]]) -> bytes:
    held = io.BytesIO()
    feathers.write_feather(_frame(columns), held)
    return held.getvalue()


def arrays(columns: Mapping[str, Sequence[Any]]) -> bytes:
    """An array a column."""
    held = io.BytesIO()
    np.savez_compressed(held, **{f"a{at}": np.array([str(one) for one in values])
                                 for at, values in enumerate(columns.values())})  # fmt: skip
    return held.getvalue()
