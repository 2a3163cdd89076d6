"""DuckDB and plain Python must say the same of any table."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.evidence.tabulate import Question, tabulate
from output_checker.disclosure.evidence.variables import variable
from output_checker.disclosure.model import Source
from tests.spec import reference_engine
from tests.spec.ascii_tables import write_csv

LABELS = st.sampled_from(["a", "1", "1.0", "", 'O"Brien', "it's", "x;y", "2020-01-01", " b", "NA"])
VALUES = st.one_of(
    st.sampled_from(["", "nan", "0", "-5", "1e3", "2.50"]),
    st.integers(-20, 20).map(str),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {"g": LABELS, 'h"': LABELS, "v": VALUES, "who": st.sampled_from(["p", "q", "r", ""])}
    ),
    min_size=1,
    max_size=25,
)
CHECKED = [one for one in Statistic if one not in (Statistic.SEM, Statistic.SKEW, Statistic.KURT)]


def alike(mine, theirs):
    assert mine.units == theirs.units
    assert mine.largest == pytest.approx(theirs.largest)
    assert mine.total == pytest.approx(theirs.total)
    assert mine.is_constant == theirs.is_constant
    assert mine.sharing == theirs.sharing
    assert sorted(set(mine.expected)) == pytest.approx(sorted(theirs.expected), abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    statistic=st.sampled_from(CHECKED),
    entity=st.sampled_from([None, "who"]),
    has_values=st.booleans(),
)
def test_duckdb_and_plain_python_agree_on_every_cell(rows, statistic, entity, has_values):
    values = "v" if has_values or statistic is not Statistic.COUNT else None
    dimensions = ("g", 'h"')
    with tempfile.TemporaryDirectory() as folder:
        path = write_csv(Path(folder) / "source.csv", rows)
        with opened(Source(name="s", path=path, entity=entity)) as data:
            question = Question(
                dimensions=dimensions,
                statistic=statistic,
                variable=None if values is None else variable(data, values),
            )

            mine = tabulate(data, question)

    theirs = reference_engine.tabulate(
        rows, dimensions=dimensions, statistic=statistic, values=values, entity=entity
    )
    assert mine.keys() == theirs.keys()
    for key, cell in mine.items():
        alike(cell, theirs[key])
