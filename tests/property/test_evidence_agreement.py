"""DuckDB, pandas and plain Python must say the same of any table."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.evidence.bands import Band
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.groups import Group
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.model import Source
from tests.examples import examples
from tests.spec import reference_engine
from tests.spec.ascii_tables import write_csv

LABELS = st.sampled_from(["a", "1", "1.0", "", 'O"Brien', "it's", "x;y", "2020-01-01", " b", "NA"])
VALUES = st.one_of(
    st.sampled_from(["", "nan", "0", "1", "1", "-5", "1e3", "2.50"]),
    st.integers(-20, 20).map(str),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "g": LABELS,
            'h"': LABELS,
            "v": VALUES,
            "who": st.sampled_from(["p", "q", "r", ""]),
            "owner": st.sampled_from(["x", "y", ""]),
            "w": st.sampled_from(["1", "2", "0.5"]),
            "age": st.integers(0, 30).map(str),
        }
    ),
    min_size=1,
    max_size=25,
)
BANDS = (
    Band(label="under 10", low=None, high=10.0),
    Band(label="10-20", low=10.0, high=20.0, has_high=True),
)
PLAIN = (Dimension.plain("g"), Dimension.plain('h"'))
GROUPED = (
    Dimension(name="g", column="g", groups=(Group(label="a or it's 1", members=("a", "1")),)),
    PLAIN[1],
)
BANDED = (Dimension.plain("g"), Dimension(name="age", column="age", bands=BANDS))
# Higher moments have no formula in plain Python; two engines hold them against each other.
WITHOUT_REFERENCE = (Statistic.SKEW, Statistic.KURT)
WEIGHTED = (Statistic.COUNT, Statistic.SUM, Statistic.MEAN)
TABULATED = tuple(one for one in Statistic if one is not Statistic.SHARE)


@st.composite
def questions(draw):
    statistic = draw(st.sampled_from(TABULATED))
    has_variable = statistic is not Statistic.COUNT or draw(st.booleans())
    level = {Statistic.QUANTILE: draw(st.sampled_from([0.1, 0.25, 0.9])), Statistic.TOP_SHARE: 2}
    weight = draw(st.sampled_from([None, "w"])) if statistic in WEIGHTED else None
    return Question(
        dimensions=draw(st.sampled_from([PLAIN, BANDED, GROUPED, PLAIN[:1], ()])),
        statistic=statistic,
        variable="v" if has_variable else None,
        level=level.get(statistic),
        weight=weight,
    )


def alike(mine, theirs):
    assert replace(mine, expected=(), largest=(), weights=(), total=0.0, weighted_total=None) == (
        replace(theirs, expected=(), largest=(), weights=(), total=0.0, weighted_total=None)
    )
    assert mine.largest == pytest.approx(theirs.largest)
    assert mine.weights == pytest.approx(theirs.weights)
    assert mine.total == pytest.approx(theirs.total)
    assert mine.weighted_total == pytest.approx(theirs.weighted_total)
    found = {round(float(one), 9) for one in mine.expected if one == one}  # noqa: PLR0124
    wanted = {round(float(one), 9) for one in theirs.expected if one == one}  # noqa: PLR0124
    assert sorted(found) == pytest.approx(sorted(wanted), rel=1e-6, abs=1e-6)


@settings(max_examples=examples(50), deadline=None)
@given(
    rows=ROWS,
    question=questions(),
    owners=st.sampled_from([(None, None), ("who", None), ("who", "owner")]),
    totals=st.booleans(),
    complete=st.booleans(),
)
def test_the_three_engines_agree_on_every_cell(rows, question, owners, totals, complete):
    width = len(question.dimensions)
    question = replace(
        question,
        totals=frozenset({frozenset({0}), frozenset(range(width))}) if totals and width else
        frozenset(),
        complete=frozenset(range(width)) if complete else frozenset(),
    )  # fmt: skip
    entity, holding = owners
    with tempfile.TemporaryDirectory() as folder:
        source = Source(name="s", path=write_csv(Path(folder) / "source.csv", rows),
                        entity=entity, holding=holding)  # fmt: skip
        frame = pd.read_csv(source.path, dtype=str, keep_default_na=False, na_values=[""])
        by_pandas = FrameRecords(frame, source).tabulate(question)
        with opened(source) as data:
            by_duckdb = DatabaseRecords(data).tabulate(question)

    assert by_duckdb.keys() == by_pandas.keys()
    for key, cell in by_duckdb.items():
        alike(cell, by_pandas[key])
    if question.statistic not in WITHOUT_REFERENCE:
        theirs = reference_engine.tabulate(rows, question, entity=entity, holding=holding)
        assert by_duckdb.keys() == theirs.keys()
        for key, cell in by_duckdb.items():
            alike(cell, theirs[key])
