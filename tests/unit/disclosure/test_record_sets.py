"""Which records a number is about: the same ones that tabulating counts, each in its own place."""

import duckdb
import numpy as np
import pytest

from output_checker.disclosure.differencing.record_sets import NONE, RecordSets
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.filters import parse
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.evidence.tabulate import tabulate
from output_checker.disclosure.model import Source

# So many that the database reads them in several threads.
ROWS = 400_000
AGE = Dimension(name="age", column="age", bands=read_bands(["0-29", "30-59", "60+"]))
SEX, TOWN = Dimension.plain("sex"), Dimension.plain("town")
QUESTIONS = [
    ((SEX,), {}, None),
    ((AGE, TOWN), {}, None),
    ((AGE, TOWN), {"sex": "F"}, None),
    ((TOWN, SEX), {"age": {"op": "<", "value": 65}}, "pay"),
    ((TOWN,), {"town": [f"t{at}" for at in range(30)], "sex": ["F", "M"]}, None),
    ((AGE,), {"town": {"op": "!=", "value": "t3"}}, "note"),
    ((), {"pay": {"op": ">", "value": 100.5}}, None),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "source.parquet"
    with duckdb.connect() as made:
        made.execute(
            "COPY (SELECT i, hash(i) % 90 AS age, CASE hash(i + 1) % 9 WHEN 0 THEN '' "
            "WHEN 1 THEN NULL WHEN 2 THEN 'M' ELSE 'F' END AS sex, "
            "'t' || hash(i + 2) % 40 AS town, "
            "CASE WHEN hash(i + 3) % 7 > 0 THEN (hash(i + 4) % 3000) / 10 END AS pay, "
            "CASE WHEN hash(i + 5) % 4 > 0 THEN 'x' ELSE 'NA' END AS note "
            f"FROM range({ROWS}) AS r(i)) TO '{path}' (FORMAT parquet)"
        ).fetchall()
    with opened(Source(name="s", path=path)) as source:
        yield source


def asked(dimensions, where, variable, data, complete=True):
    return Question(
        dimensions=dimensions,
        statistic=Statistic.COUNT,
        variable=variable,
        is_number=variable != "note",
        where=parse(where, data.types),
        complete=frozenset(range(len(dimensions))) if complete else frozenset(),
    )


@pytest.mark.parametrize("is_grouped", [True, False], ids=["by kind", "by record"])
@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize(("dimensions", "where", "variable"), QUESTIONS)
def test_each_cell_has_as_many_records_as_tabulating_finds(
    data, dimensions, where, variable, *, complete, is_grouped
):
    question = asked(dimensions, where, variable, data, complete)
    records = RecordSets(data)
    if is_grouped:
        records.group([question, asked((AGE,), {}, "pay", data)])

    sets = records.of(question)

    assert (len(sets) < ROWS) is is_grouped
    is_in = sets.of_kind != NONE

    found = {
        tuple(axis[at] for axis, at in zip(sets.axes, cell, strict=True)): int(count)
        for cell, count in zip(
            sets.cells.tolist(),
            np.bincount(sets.of_kind[is_in], sets.sizes[is_in], minlength=len(sets.cells)),
            strict=True,
        )
        if count
    }
    assert found == {
        key: cell.units for key, cell in tabulate(data, question).items() if cell.units
    }


@pytest.mark.parametrize("is_grouped", [True, False], ids=["by kind", "by record"])
def test_each_record_is_in_the_place_in_which_the_dataset_has_it(data, is_grouped):
    question = asked((AGE, SEX), {"town": ["t1", "t2"]}, "note", data)
    rows = data.query("SELECT age, sex, town, note FROM haven_source ORDER BY i")

    records = RecordSets(data)
    if is_grouped:
        records.group([question, asked((AGE,), {}, "pay", data)])
    sets = records.of(question)

    bands = ["0-29"] * 30 + ["30-59"] * 30 + ["60+"] * 30
    expected = [
        (bands[age], sex) if sex and town in {"t1", "t2"} and note == "x" else None
        for age, sex, town, note in rows
    ]
    of_row = records.kinds.spread(sets.of_kind)
    labels = [(sets.axes[0][a], sets.axes[1][b]) for a, b in sets.cells.tolist()]
    assert [None if at == NONE else labels[at] for at in of_row.tolist()] == expected


def test_records_that_are_told_apart_by_nearly_all_of_them_are_kinds_of_their_own(data):
    one_each = asked((Dimension.plain("i"),), {}, None, data)
    records = RecordSets(data)

    records.group([asked((SEX,), {}, None, data), one_each])

    assert len(records.of(one_each)) == ROWS
