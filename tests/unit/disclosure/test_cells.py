"""The texts of a table, as the search for leaks takes them."""

import csv
import subprocess
import sys

import pyarrow as pa
import pytest

from output_checker.disclosure.cells import Cells, flags
from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import csv_tables
from output_checker.disclosure.readers.column_rows import Column, ColumnRows, arrow_texts
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


def read(data):
    sandbox = Sandbox()
    try:
        (part,) = sandbox.read("csv", data).parts
    finally:
        sandbox.close()
    return part.artefact.rows


@pytest.mark.parametrize(
    "row",
    [
        b'12,"north, or so",3.5\n',
        b'12,"north, or so",3.5\r\n',
        '12,"n\u00f6rdlich, oder",3.5\n'.encode(),
    ],
    ids=["quotes", "carriage returns", "more than ASCII"],
)
def test_quoted_text_and_other_line_ends_are_read_column_by_column_too(row):
    count = 2 * LEAST_SIZE // len(row)

    rows = read(b"a,b,c\n" + count * row)

    assert isinstance(rows, ColumnRows)
    (cells,) = csv.reader([row.decode().rstrip()])
    assert len(rows) == count
    assert rows[0] == rows[-1] == tuple(cells)


def test_a_table_by_columns_may_have_more_cells_than_one_by_rows():
    count = csv_tables.MAX_CELLS // 2 + 1

    rows = read(b"a,b\n" + count * b"1,2\n")

    assert len(rows) == count
    with pytest.raises(Unreadable, match="more than 2000000 cells"):
        read(b"a,b\n" + count * b"1,2\n" + b'"a quote "" in quotes",2\n')


def test_rows_of_columns_are_given_in_part_and_as_a_whole():
    texts = ["b", "a", "b", "", "c", "a"]
    rows = ColumnRows([Column.of(texts), Column.of(reversed(texts))])
    wanted = [*zip(texts, reversed(texts), strict=True)]

    assert [*rows] == wanted
    assert rows[1:3] == tuple(wanted[1:3])
    assert rows[4] == wanted[4]
    assert rows == tuple(wanted)
    assert rows.columns[0].of_at_least(1) == ["b", "a", "c"]


def test_only_the_texts_that_are_no_plain_number_are_looked_at_one_by_one():
    cells = Cells.of(("a", "y"), [("x", "-0"), ("+2.50", "007"), ("x", "1e5")])

    assert sorted(cells.others.to_pylist()) == ["007", "1e5", "a", "x", "y"]
    assert cells.others_like("^[a-z]$") == ["a", "y", "x"]
    assert [*cells.columns[0].numbers] == [2.5]
    assert str(cells.columns[1].numbers[0]) == "0.0"
