"""The three engines on one made-up set of records, statistic by statistic, always the same."""

import random
from dataclasses import replace

import pandas as pd
import pytest

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source
from tests.property.test_evidence_agreement import (
    BANDED,
    PLAIN,
    TABULATED,
    WEIGHTED,
    WITHOUT_REFERENCE,
    alike,
)
from tests.spec import reference_engine
from tests.spec.ascii_tables import write_csv

DRAW = random.Random(7)
ROWS = [
    {
        "g": DRAW.choice(["a", "1", "1.0", "", "it's"]),
        'h"': DRAW.choice(["x", "y"]),
        "v": DRAW.choice(["", "0", "1", "1", "-5", "1e3", "2.50", "7", "12", "12"]),
        "who": DRAW.choice(["p", "q", "r", "s", ""]),
        "owner": DRAW.choice(["m", "n", ""]),
        "w": DRAW.choice(["1", "2", "0.5"]),
        "age": str(DRAW.randint(0, 25)),
        "one": DRAW.choice(["0", "1", ""]),
    }
    for _ in range(60)
]
LEVELS = {Statistic.QUANTILE: 0.9, Statistic.TOP_SHARE: 2.0}


def compare(tmp_path, question, *, entity=None, holding=None, rows=ROWS):
    source = Source(name="s", path=write_csv(tmp_path / "source.csv", rows), entity=entity,
                    holding=holding)  # fmt: skip
    frame = pd.read_csv(source.path, dtype=str, keep_default_na=False, na_values=[""])
    by_pandas = FrameRecords(frame, source).tabulate(question)
    with opened(source) as data:
        by_duckdb = DatabaseRecords(data).tabulate(question)
    assert by_duckdb.keys() == by_pandas.keys()
    for key, cell in by_duckdb.items():
        alike(cell, by_pandas[key])
    if question.statistic in WITHOUT_REFERENCE or question.where:
        return
    theirs = reference_engine.tabulate(rows, question, entity=entity, holding=holding)
    assert by_duckdb.keys() == theirs.keys()
    for key, cell in by_duckdb.items():
        alike(cell, theirs[key])


@pytest.mark.slow
@pytest.mark.parametrize("owners", [(None, None), ("who", None), ("who", "owner")], ids=str)
@pytest.mark.parametrize("statistic", TABULATED)
def test_every_statistic(tmp_path, statistic, owners):
    question = Question(
        dimensions=PLAIN,
        statistic=statistic,
        variable="v",
        level=LEVELS.get(statistic),
        totals=frozenset({frozenset({0}), frozenset({1}), frozenset({0, 1})}),
    )

    compare(tmp_path, question, entity=owners[0], holding=owners[1])


@pytest.mark.parametrize("statistic", [Statistic.SUM, Statistic.MEAN, Statistic.RATIO])
def test_a_variable_of_zero_and_one(tmp_path, statistic):
    compare(
        tmp_path,
        Question(dimensions=PLAIN[:1], statistic=statistic, variable="one"),
        entity="who",
    )


@pytest.mark.parametrize("level", [0.001, 0.2, 0.8, 0.999])
@pytest.mark.parametrize("owner", [None, "who"])
def test_quantiles_that_may_be_the_lowest_or_highest_value(tmp_path, level, owner):
    question = Question(
        dimensions=PLAIN[:1],
        statistic=Statistic.QUANTILE,
        variable="v",
        level=level,
        totals=frozenset({frozenset({0})}),
    )

    compare(tmp_path, question, entity=owner)


@pytest.mark.parametrize("owner", [None, "who"])
@pytest.mark.parametrize("statistic", TABULATED)
def test_infinite_and_very_great_values_give_no_number(tmp_path, statistic, owner):
    values = ["1", "inf", "1", "1", "inf", "-inf", "inf", "nan", "2", "1e200", "3", "3", "4", "5"]
    rows = [
        {"g": "aabbbcccdddeee"[at], "v": value, "who": "pqrstu"[at % 6]}
        for at, value in enumerate(values)
    ]
    question = Question(
        dimensions=(Dimension.plain("g"),),
        statistic=statistic,
        variable="v",
        level=LEVELS.get(statistic),
        totals=frozenset({frozenset({0})}),
    )

    compare(tmp_path, question, entity=owner, rows=rows)


@pytest.mark.parametrize("statistic", WEIGHTED)
def test_weights(tmp_path, statistic):
    question = Question(dimensions=PLAIN[:1], statistic=statistic, variable="v", weight="w")

    compare(tmp_path, question)
    compare(tmp_path, question, entity="who")


def test_bands_and_rows_without_a_label(tmp_path):
    for complete in (frozenset(), frozenset({0, 1})):
        question = Question(
            dimensions=BANDED, statistic=Statistic.SUM, variable="v", complete=complete
        )
        compare(tmp_path, question)


@pytest.mark.parametrize(
    "condition",
    [
        Condition(column='h"', operator="=", values=("x",)),
        Condition(column="v", operator=">", values=(2,)),
        Condition(column="v", operator="<>", values=("1",)),
        Condition(column="g", operator="=", values=(None, "a")),
        Condition(column="g", operator="<>", values=(None,)),
    ],
    ids=str,
)  # fmt: skip
def test_filters(tmp_path, condition):
    question = Question(dimensions=PLAIN[:1], statistic=Statistic.COUNT, where=(condition,))

    compare(tmp_path, question)


def test_a_variable_of_text(tmp_path):
    for statistic in (Statistic.MIN, Statistic.MAX, Statistic.MODE, Statistic.NUNIQUE):
        question = Question(
            dimensions=(Dimension.plain("g"),),
            statistic=statistic,
            variable='h"',
            is_number=False,
        )
        source = Source(name="s", path=write_csv(tmp_path / "source.csv", ROWS))
        frame = pd.read_csv(source.path, dtype=str, keep_default_na=False, na_values=[""])
        by_pandas = FrameRecords(frame, source).tabulate(question)
        with opened(source) as data:
            by_duckdb = DatabaseRecords(data).tabulate(question)

        assert {key: replace(cell, largest=()) for key, cell in by_duckdb.items()} == {
            key: replace(cell, largest=()) for key, cell in by_pandas.items()
        }
