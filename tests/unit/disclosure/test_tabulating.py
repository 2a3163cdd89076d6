"""What the database is asked, where two engines cannot be held against each other."""

import re

import pytest

from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.evidence import database
from output_checker.disclosure.evidence.agreement import agrees
from output_checker.disclosure.evidence.bands import read_bands
from output_checker.disclosure.evidence.cells import CellEvidence, Statistic
from output_checker.disclosure.evidence.claims import as_specified, plan_for
from output_checker.disclosure.evidence.database import DatabaseRecords
from output_checker.disclosure.evidence.filters import Condition
from output_checker.disclosure.evidence.kept import Kept
from output_checker.disclosure.evidence.measures import Named, statistic_of
from output_checker.disclosure.evidence.printed import NotThatTable
from output_checker.disclosure.evidence.question import Dimension, Question
from output_checker.disclosure.evidence.source import opened
from output_checker.disclosure.evidence.tabulate import count_cells
from output_checker.disclosure.model import Source
from output_checker.disclosure.readers.artefacts import Table
from output_checker.disclosure.spec import TableSpec

G, H = Dimension.plain("g"), Dimension.plain("h")
ONLY_A = (Condition(column="g", operator="=", values=("a",)),)
BANDED = Dimension(name="v", column="v", bands=read_bands(["1-2", "3+"]))


@pytest.fixture
def a_file(tmp_path):
    path = tmp_path / "source.csv"
    path.write_text("g,h,v,firm\na,x,1,m\na,y,2,m\nb,x,3,n\nb,y,4,n\nc,x,,n\nc,x,,n\n")
    return path


@pytest.fixture
def held(a_file):
    with opened(Source(name="s", path=a_file, holding="firm")) as data:
        yield data


def count(*dimensions, **more):
    return Question(dimensions=dimensions, statistic=Statistic.COUNT, **more)


@pytest.mark.parametrize(
    ("question", "most", "cells"),
    [
        (count(G, H), 9, 5),
        (count(G, H), 5, 5),
        (count(G, H), 3, 4),
        (count(G, H, where=ONLY_A), 9, 2),
        (count(G, H, totals=frozenset({frozenset({0}), frozenset({0, 1})})), 9, 5),
        (count(G, BANDED), 9, 3),
    ],
)
def test_combinations_of_labels_are_counted_as_far_as_is_needed(held, question, most, cells):
    assert count_cells(held, question, most) == cells


@pytest.mark.parametrize(
    ("question", "most", "is_too_many"),
    [
        (count(G, H), 5, False),
        (count(G, H), 4, True),
        (count(G, H, where=ONLY_A), 2, False),
        (count(G, H, where=ONLY_A), 1, True),
        (count(G, BANDED), 3, False),
        (count(G, BANDED), 2, True),
        (count(BANDED), 1, True),
    ],
)
def test_more_groups_than_any_table_has_are_not_tabulated(
    held, monkeypatch, question, most, is_too_many
):
    monkeypatch.setattr(database, "MAX_CELLS", most)
    records = DatabaseRecords(held)

    if is_too_many:
        with pytest.raises(NotThatTable, match=f"more than {most} groups"):
            records.tabulate(question)
    else:
        assert len(records.tabulate(question)) <= most + 1


@pytest.mark.parametrize(
    ("owners", "holdings"), [({}, None), ({"entity": "firm"}, None), ({"holding": "firm"}, 0)]
)
def test_a_cell_in_which_nobody_has_a_value_has_nothing(a_file, owners, holdings):
    question = Question(dimensions=(G,), statistic=Statistic.SUM, variable="v", weight="v")
    with opened(Source(name="s", path=a_file, **owners)) as data:
        cell = DatabaseRecords(data).tabulate(question)[("c",)]

    assert (cell.units, cell.holdings, cell.records, cell.missing) == (0, holdings, 2, 2)
    assert (cell.total, cell.weighted_total, cell.largest, cell.weights) == (0.0, 0.0, (), ())
    assert (cell.expected, cell.is_constant) == ((), False)


def test_a_value_that_is_only_written_like_a_missing_one_cannot_be_printed(tmp_path):
    path = tmp_path / "source.csv"
    path.write_text("v\n\tNA\n\tNA\na\n")
    question = Question(dimensions=(), statistic=Statistic.MODE, variable="v", is_number=False)

    with opened(Source(name="s", path=path)) as data:
        assert DatabaseRecords(data).tabulate(question)[()].expected == ("",)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({"aggregate": "ratio", "values": "v"}, "a ratio needs a column in `denominator`"),
        ({"aggregate": "ratio", "values": "v", "denominator": "h"},
         "column 'h' is not a number"),
        ({"aggregate": "mean"}, "mean needs a column in `values`"),
        ({"aggregate": "mean", "values": "h"}, "column 'h' is not a number; mean needs one"),
        ({"aggregate": "share", "values": "h"}, "column 'h' is not a number; share needs one"),
        ({"aggregate": "median", "values": "v", "weight": "v"},
         "median with weights cannot be checked"),
        ({"weight": "h"}, "column 'h' is not a number"),
        ({"aggregate": "quantile", "values": "v"}, "a quantile needs a `level` between 0 and 1"),
        ({"aggregate": "quantile", "values": "v", "level": 1.5},
         "a quantile needs a `level` between 0 and 1"),
        ({"aggregate": "top_share", "values": "v"},
         "a share of the largest needs a `level`: how many of them"),
        ({"aggregate": "magic"}, "aggregate 'magic' cannot be checked; known are "
         + ", ".join(one.value for one in Statistic)),
    ],
)  # fmt: skip
def test_what_a_spec_lacks_is_said(held, spec, words):
    with pytest.raises(BadSpec, match=f"^{re.escape(words)}$"):
        plan_for(DatabaseRecords(held), TableSpec(rows=("g",), **spec), depth=2)


@pytest.mark.parametrize(
    ("text", "column", "error", "words"),
    [
        ("young,1", "v", NotThatTable, "the labels of 'band' are not bands"),
        ("16-24,1", "h", BadSpec, "'h' is not a number, so it has no bands"),
    ],
)
def test_what_cannot_be_bands_is_said(held, text, column, error, words):
    table = Table(header=("band", "n"), rows=(tuple(text.split(",")),))

    with pytest.raises(error, match=words):
        as_specified(
            DatabaseRecords(held), table, TableSpec(rows=("band",), bands={"band": column}), depth=2
        )


def test_a_spec_is_the_question_that_it_asks(held):
    spec = TableSpec(
        rows=("g",), columns=("h",), values="v", aggregate="mean", where={"g": "a"}, weight="v"
    )

    assert plan_for(DatabaseRecords(held), spec, depth=3) == Question(
        dimensions=(G, H), statistic=Statistic.MEAN, variable="v", weight="v", where=ONLY_A, depth=3
    )


@pytest.mark.parametrize(("of", "kept"), [("row", {0}), ("column", {1}), ("all", set())])
def test_a_share_is_of_the_dimensions_that_a_spec_says(held, of, kept):
    spec = TableSpec(rows=("g",), columns=("h",), aggregate="share", of=of)

    assert plan_for(DatabaseRecords(held), spec, depth=2).of == frozenset(kept)


def test_a_ratio_has_what_a_spec_puts_beneath_it(held):
    spec = TableSpec(rows=("g",), values="v", aggregate="ratio", denominator="v", per=1000)

    question = plan_for(DatabaseRecords(held), spec, depth=2)

    assert (question.denominator, question.per) == ("v", 1000)


@pytest.mark.parametrize(
    ("aggregate", "level", "named"),
    [
        ("quantile", 0.9, Named(Statistic.QUANTILE, 0.9)),
        ("p90", None, Named(Statistic.QUANTILE, 0.9)),
        ("p90", 0.1, Named(Statistic.QUANTILE, 0.1)),
        ("top_share", 1, Named(Statistic.TOP_SHARE, 1)),
    ],
)
def test_a_spec_says_which_quantile_it_means(aggregate, level, named):
    assert statistic_of(aggregate, level) == named


@pytest.mark.parametrize(
    ("text", "statistic", "is_right"),
    [
        ("1.0000000005", Statistic.STD, True),
        ("1.0000000005", Statistic.GINI, True),
        ("1.0000000005", Statistic.MEAN, False),
        ("1.00000001", Statistic.STD, False),
        ("1.00000000001", Statistic.MEAN, True),
    ],
)
def test_only_spreads_may_lose_digits(text, statistic, is_right):
    assert agrees(text, CellEvidence(units=20, expected=(1.0,)), statistic, ()) is is_right


def test_the_answers_asked_for_last_are_kept_as_far_as_there_is_room():
    kept, asked = Kept(most=6), []

    def ask(name, lines):
        kept.get(name, lambda: asked.append(name) or "x" * lines)

    for name, lines in (("a", 2), ("b", 2), ("a", 2), ("c", 2), ("a", 2), ("b", 2), ("c", 2)):
        ask(name, lines)

    assert asked == ["a", "b", "c", "b", "c"]


@pytest.fixture
def of_people(tmp_path):
    """A row a person; one has no value, one has nothing, two cells hold two values only."""
    rows = ["p1,a,x,5", "p2,a,x,0", "p3,a,y,0", "p4,b,x,1", "p5,b,x,1", "p6,b,y,"]
    path = tmp_path / "people.csv"
    path.write_text("\n".join(["person,g,h,v", *rows, ""]))
    return path


@pytest.mark.parametrize("statistic", ["count", "sum", "mean", "median", "std", "max", "mode"])
def test_where_each_row_is_a_person_no_people_need_to_be_counted(of_people, statistic):
    chosen = Statistic(statistic)
    question = Question(
        dimensions=(G, H), statistic=chosen,
        variable=None if chosen is Statistic.COUNT else "v",
        totals=frozenset({frozenset({0})}),
    )  # fmt: skip
    source = Source(name="s", path=of_people, entity="person")
    with opened(source) as data:
        plain = DatabaseRecords(data).tabulate(question)
        assert data.names_each_row_once
    with opened(source) as data:
        data.names_each_row_once = False
        counted = DatabaseRecords(data).tabulate(question)

    assert plain == counted


@pytest.mark.parametrize("last", ["p5", ""])
def test_a_second_row_or_a_row_of_nobody_has_people_counted(of_people, last):
    of_people.write_text(of_people.read_text() + f"{last},a,x,7\n")
    with opened(Source(name="s", path=of_people, entity="person")) as data:
        cells = DatabaseRecords(data).tabulate(Question(dimensions=(), statistic=Statistic.COUNT))

        assert not data.names_each_row_once
        assert cells[()].units == 6
