"""Where the labels and numbers of a table lie, when the names of its dimensions are known."""

import pytest

from output_checker.disclosure.evidence.printed import NotThatTable, lay_out
from output_checker.disclosure.readers.artefacts import Table


def a_table(text):
    header, *rows = [tuple(line.split(",")) for line in text.split()]
    return Table(header=header, rows=rows)


def keys(printed, measure="n"):
    return [cell.key for cell in printed.measures[measure]]


@pytest.mark.parametrize(
    "text",
    [
        "region,sex,n north,f,7 south,m,8",
        "Region,SEX,n north,f,7 south,m,8",
        ",,n north,f,7 south,m,8",
        "level_0,level_1,n north,f,7 south,m,8",
        "index,level_1,n north,f,7 south,m,8",
        ",n,region,sex 0,7,north,f 1,8,south,m",
        ",region,n,sex 1,north,7,f 2,south,8,m",
    ],
)
def test_labels_stand_under_their_names_or_first_under_none(text):
    printed = lay_out(a_table(text), ("region", "sex"))

    assert keys(printed) == [("north", "f"), ("south", "m")]
    assert [cell.text for cell in printed.measures["n"]] == ["7", "8"]
    assert set(printed.measures) == {"n"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("area,n north,7", "no column 'region', 'sex'"),
        (",n north,7", "no column 'region', 'sex'"),
        (",,,n north,f,x,7", "no column 'region', 'sex'"),
        ("n,, 7,north,f", "no column 'region', 'sex'"),
        (",,n 0,north,7 1,south,8", "no column 'region', 'sex'"),
        ("region,n north,7", "no column 'sex'"),
    ],
)
def test_what_a_table_lacks_is_named(text, names):
    with pytest.raises(NotThatTable, match=names):
        lay_out(a_table(text), ("region", "sex"))


def test_of_two_columns_of_one_name_the_first_holds_the_labels():
    printed = lay_out(a_table("sex,sex,n f,1,7 m,2,8"), ("sex",))

    assert keys(printed) == [("f",), ("m",)]


def test_columns_that_a_spec_names_and_the_file_lacks_are_named():
    table = a_table("region,f,m north,7,8")

    with pytest.raises(NotThatTable, match="no column 'sex', 'age', nor a line of headings"):
        lay_out(table, ("region",), ("sex", "age"))


def test_a_column_of_a_spec_that_the_file_has_leaves_the_other_to_be_named():
    table = a_table("region,sex,n north,f,7")

    with pytest.raises(NotThatTable, match=r"no column 'age'$"):
        lay_out(table, ("region",), ("sex", "age"))


@pytest.mark.parametrize(
    ("text", "columns", "axes"),
    [
        ("region,sex,n north,f,7", ("sex",), ((0,), (1,))),
        ("region,f,m north,7,8", ("sex",), ((0,), (1,))),
        ("region,n north,7", (), ()),
    ],
)
def test_rows_and_columns_are_taken_together_however_the_file_is_laid_out(text, columns, axes):
    assert lay_out(a_table(text), ("region",), columns).axes == axes


@pytest.mark.parametrize("text", ["region,n north,7 north,8", "region,f,f north,7,8"])
def test_two_cells_of_the_same_labels_are_none(text):
    columns = ("sex",) if "f,f" in text else ()

    with pytest.raises(NotThatTable, match="the same labels"):
        lay_out(a_table(text), ("region",), columns)


def test_labels_are_shown_as_they_are_printed_first():
    printed = lay_out(a_table("year,sex,n 2010.0,f,7 2010,m,8 ,f,3"), ("year", "sex"))

    assert keys(printed) == [("2010", "f"), ("2010", "m"), (None, "f")]
    assert printed.labels(("2010", "m")) == {"year": "2010.0", "sex": "m"}
    assert printed.labels((None, "f")) == {"year": "nan", "sex": "f"}
    with pytest.raises(ValueError, match="shorter"):
        printed.labels(("2010",))


def test_a_cell_is_found_at_its_row_and_column_of_the_file():
    block = a_table("sex,,f,m region,year,, north,2010,7,8 south,2010,9,10")

    printed = lay_out(block, ("region", "year"), ("sex",))

    assert [(cell.text, cell.row, cell.column) for cell in printed.measures["count"]] == [
        ("7", 1, 2), ("9", 2, 2), ("8", 1, 3), ("10", 2, 3),
    ]  # fmt: skip
    assert printed.header == ("region", "year", "f", "m")
    assert printed.dimensions == ("region", "year", "sex")


def test_levels_without_names_are_the_last_ones_of_the_heading():
    block = a_table(",,mean,mean,std,std ,,f,m,f,m region,year,,,, north,2010,1,2,3,4")

    printed = lay_out(block, ("region", "year"), ("sex",))

    assert {name: keys(printed, name) for name in printed.measures} == {
        "mean": [("north", "2010", "f"), ("north", "2010", "m")],
        "std": [("north", "2010", "f"), ("north", "2010", "m")],
    }


def test_levels_with_names_are_found_by_them_whatever_their_order():
    block = a_table("Sex,,f,f,m,m kind,,a,b,a,b region,year,,,, north,2010,1,2,3,4")

    printed = lay_out(block, ("region", "year"), ("sex",))

    assert {name: keys(printed, name) for name in printed.measures} == {
        "a": [("north", "2010", "f"), ("north", "2010", "m")],
        "b": [("north", "2010", "f"), ("north", "2010", "m")],
    }


def test_a_heading_of_fewer_levels_than_the_spec_has_columns_is_none():
    block = a_table(",,f,m region,year,, north,2010,7,8")

    with pytest.raises(NotThatTable, match="fewer lines"):
        lay_out(block, ("region", "year"), ("sex", "age"))
