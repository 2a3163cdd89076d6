"""A data frame, as a notebook holds it, answers as the database does for the same records."""

import pandas as pd
import pytest

from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source
from tests.property.test_evidence_agreement import alike

FRAME = pd.DataFrame(
    {
        "flag": [True, False, True, True],
        "whole": [1, 2, 2, 3],
        "part": [0.5, None, 2.0, 0.5],
        "seen": pd.to_datetime(["2020-01-01", "2020-01-02", None, "2020-01-02"]),
        "digits": ["1", "1.0", "", "7"],
        "words": ["a", "b", "NA", "a"],
        "mixed": ["1", "2", "X", None],
    }
)
TYPED = ("flag", "whole", "part", "seen")


@pytest.fixture(scope="module")
def engines(tmp_path_factory):
    path = tmp_path_factory.mktemp("typed") / "source.parquet"
    FRAME.to_parquet(path)
    source = Source(name="s", path=path)
    with opened(source) as data:
        yield FrameRecords(FRAME, source), DatabaseRecords(data)


def count(*conditions, by=()):
    return Question(
        dimensions=tuple(Dimension.plain(one) for one in by),
        statistic=Statistic.COUNT,
        where=conditions,
    )


def test_columns_have_the_kinds_that_a_spec_can_compare(engines):
    frame, _ = engines

    assert frame.types == {
        "flag": "BOOLEAN", "whole": "BIGINT", "part": "DOUBLE", "seen": "TIMESTAMP",
        "digits": "VARCHAR", "words": "VARCHAR", "mixed": "VARCHAR",
    }  # fmt: skip


def test_a_column_is_numeric_where_every_value_that_is_there_is_a_number(engines):
    for records in engines:
        assert [name for name in FRAME.columns if records.is_numeric(name)] == [
            "flag", "whole", "part", "digits",
        ]  # fmt: skip


def test_each_label_has_all_spellings_that_the_rows_use(engines):
    for records in engines:
        assert records.labels(Dimension.plain("digits")).keys() == {"1", "7", None}
        assert set(records.labels(Dimension.plain("digits"))["1"]) == {"1", "1.0"}
        assert set(records.labels(Dimension.plain("words"))[None]) == {"NA"}
        assert set(records.labels(Dimension.plain("mixed"))[None]) == {None}


@pytest.mark.parametrize("column", FRAME.columns)
def test_the_spellings_of_a_label_select_its_rows(engines, column):
    for records in engines:
        cells = records.tabulate(count(by=(column,)))
        spellings = records.labels(Dimension.plain(column))

        assert {(label,) for label in spellings} == cells.keys()
        for label, values in spellings.items():
            chosen = Condition(column=column, operator="=", values=values)
            assert records.tabulate(count(chosen))[()].units == cells[(label,)].units


def test_bands_are_the_labels_of_a_column_that_they_cut(engines):
    banded = Dimension(name="size", column="whole", bands=read_bands(["1-2", "3+"]))

    for records in engines:
        assert records.labels(banded) == {"1-2": ("1-2",), "3+": ("3+",)}


def test_labels_are_counted(engines):
    frame, database = engines

    assert [frame.count_labels(name) for name in FRAME.columns] == [2, 3, 2, 2, 4, 3, 3]
    assert database.count_labels("whole") == 3


@pytest.mark.parametrize("operator", ["=", "<>", "<", ">="])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("flag", "TRUE"), ("flag", "false"), ("flag", "perhaps"), ("flag", True),
        ("whole", "2"), ("whole", "two"), ("whole", 2), ("whole", None),
        ("part", "0.5"), ("part", "half"), ("part", 0.5), ("part", None),
        ("seen", "2020-01-02"), ("seen", "some day"), ("seen", None),
        ("digits", 1), ("digits", "1"), ("words", "a"), ("mixed", 2), ("mixed", None),
    ],
)  # fmt: skip
def test_a_filter_selects_the_same_rows(engines, column, operator, value):
    chosen = Condition(column=column, operator=operator, values=(value,))
    by_pandas, by_duckdb = (one.tabulate(count(chosen, by=("whole",))) for one in engines)

    assert by_pandas.keys() == by_duckdb.keys()
    for key, cell in by_duckdb.items():
        alike(cell, by_pandas[key])


@pytest.mark.parametrize("statistic", [Statistic.MIN, Statistic.MODE, Statistic.NUNIQUE])
@pytest.mark.parametrize("variable", TYPED[:3])
def test_a_typed_variable_has_the_same_evidence(engines, variable, statistic):
    question = Question(
        dimensions=(Dimension.plain("words"),), statistic=statistic, variable=variable
    )
    by_pandas, by_duckdb = (one.tabulate(question) for one in engines)

    assert by_pandas.keys() == by_duckdb.keys()
    for key, cell in by_duckdb.items():
        alike(cell, by_pandas[key])


def test_owners_of_different_kinds_are_different_owners():
    frame = pd.DataFrame({"who": [1, "1", "1"]})
    records = FrameRecords(frame, Source(name="s", path=None, entity="who"))

    assert records.tabulate(count())[()].units == 2


def test_the_weight_of_an_owner_is_that_of_its_contributions():
    frame = pd.DataFrame(
        {"who": ["p", "p", "q", "r"], "v": [0.25, 0.75, 5.0, 0.0], "w": [4.0, 4.0, 2.0, 8.0]}
    )
    records = FrameRecords(frame, Source(name="s", path=None, entity="who"))
    question = Question(dimensions=(), statistic=Statistic.SUM, variable="v", weight="w", depth=3)

    cell = records.tabulate(question)[()]

    assert (cell.largest, cell.weights) == ((5.0, 1.0, 0.0), (2.0, 4.0, 0.0))
