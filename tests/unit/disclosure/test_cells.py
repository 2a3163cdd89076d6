"""The texts of a table, as the search for leaks takes them."""

import subprocess
import sys

import pyarrow as pa
import pytest

from output_checker.disclosure.cells import Cells, flags
from output_checker.disclosure.readers.column_rows import ColumnRows, arrow_texts
from output_checker.disclosure.readers.plain_columns import LEAST_SIZE
from output_checker.disclosure.readers.sandbox import Sandbox

ROW = b"12,north,3.5\n"
CHECKED_WITHOUT_PANDAS = """
import sys
from output_checker.disclosure.cells import Cells
assert Cells.of(("a",), [("1",), ("x",)]).lines_with(["x"]) == [3]
print("pandas" in sys.modules)
"""


@pytest.mark.parametrize("texts", [[], [""], ["a", "", "bc"], ["é", "", "日本", "x"], ["a"] * 300])
def test_texts_go_to_arrow_as_they_are(texts):
    assert arrow_texts(texts).equals(pa.array(texts, pa.string()))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 9, 100])
def test_flags_come_from_arrow_as_they_are(count):
    found = pa.array([at % 3 == 0 for at in range(count)], pa.bool_())

    assert [*flags(found)] == found.to_pylist()
    assert [*flags(found[count // 2 :])] == found[count // 2 :].to_pylist()


def test_a_table_without_rows_has_columns_without_texts():
    [column] = Cells.of(("a",), []).columns

    assert (len(column.texts), len(column.of_row)) == (0, 0)


def test_looking_at_the_texts_of_a_table_does_not_load_pandas():
    found = subprocess.run(
        [sys.executable, "-c", CHECKED_WITHOUT_PANDAS], capture_output=True, text=True, check=True
    )

    assert found.stdout == "False\n"


@pytest.mark.parametrize(
    ("size", "is_by_columns"), [(LEAST_SIZE // 2, False), (2 * LEAST_SIZE, True)]
)
def test_only_a_large_table_is_read_column_by_column(size, is_by_columns):
    rows = size // len(ROW)
    sandbox = Sandbox()
    try:
        document = sandbox.read("csv", b"a,b,c\n" + rows * ROW)
    finally:
        sandbox.close()

    table = document.parts[0].artefact
    assert isinstance(table.rows, ColumnRows) == is_by_columns
    assert table.rows[:] == rows * (("12", "north", "3.5"),)
