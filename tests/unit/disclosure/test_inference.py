"""What a table is taken for when nobody says, and how long that is tried."""

import pandas as pd
import pytest

from output_checker.disclosure.evidence import candidates as candidates_module
from output_checker.disclosure.evidence import explain, infer
from output_checker.disclosure.evidence.candidates import Reading, candidates
from output_checker.disclosure.evidence.cells import Statistic
from output_checker.disclosure.evidence.frames import FrameRecords
from output_checker.disclosure.evidence.match import Matched
from output_checker.disclosure.evidence.printed import PrintedTable
from output_checker.disclosure.evidence.question import Dimension
from output_checker.disclosure.evidence.rounding import Rounding
from output_checker.disclosure.model import Source
from output_checker.disclosure.readers.artefacts import Table

PEOPLE = pd.DataFrame(
    [
        {"home": home, "work": work, "age": 20 + at, "group": group, "pay": 100.0 * at + len(home)}
        for home, work, count in (("n", "n", 5), ("n", "s", 3), ("s", "n", 2), ("s", "s", 7))
        for at in range(count)
        for group in ("16-24", "25-34")[: 1 + at % 2]
    ]
)


def a_table(text):
    header, *rows = [tuple(line.split(",")) for line in text.strip().splitlines()]
    return Table(header=header, rows=rows)


def understood(text, frame=PEOPLE, **options):
    records = FrameRecords(frame, Source(name="s", path=None))
    return infer.infer(records, a_table(text), **{"depth": 2} | options)


def counts(*columns, **more):
    """The true counts of people by these columns, as a table would print them."""
    found = PEOPLE.groupby([*columns]).size().reset_index(name="n").assign(**more)
    return found.to_csv(index=False)


def spanned(claimed):
    return {item.dimensions for item in claimed.matched}


def statistics(claimed):
    return [cell.statistic for item in claimed.matched for cell in item.cells[:1]]


def test_the_column_that_a_table_names_is_the_one_it_is_spanned_by():
    claimed, tried = understood(counts("work"))

    assert spanned(claimed) == {("work",)}
    assert (tried.readings, tried.columns) == (1, {"work"})


def test_a_column_of_another_name_is_tried_as_each_that_has_its_labels():
    table = counts("work").replace("work", "place")

    claimed, tried = understood(table)

    assert spanned(claimed) == {("place",)}
    assert tried.columns == {"home", "work"}


def test_labels_of_bands_may_be_those_of_a_column_of_text():
    claimed, tried = understood(counts("group").replace("group", "ages"))

    assert [one.column for one in claimed.matched[0].question.dimensions] == ["group"]
    # So few digits could be those of other columns, which were tried as well.
    assert tried.columns == {"group", "age", "pay"}


def test_labels_of_bands_may_cut_any_column_of_numbers():
    claimed, _ = understood("ages,n\n20-22,15\n23+,9\n")

    assert claimed is not None
    assert {cell.evidence.units for cell in claimed.matched[0].cells} == {15, 9}


def test_a_column_may_bear_only_the_name_of_a_variable():
    means = PEOPLE.groupby("home")["pay"].mean().reset_index().to_csv(index=False)

    claimed, _ = understood(means)

    assert statistics(claimed) == [Statistic.MEAN]


@pytest.mark.parametrize("depth", [1, 3])
def test_as_many_contributions_are_asked_for_as_the_policy_needs(depth):
    sums = PEOPLE.groupby("home")["pay"].sum().reset_index(name="total").to_csv(index=False)

    claimed, _ = understood(sums, depth=depth)

    assert {len(cell.evidence.largest) for cell in claimed.matched[0].cells} == {depth}


def test_rounded_counts_are_understood_where_the_policy_rounds():
    rounded = "home,n\nn,10\ns,15\n"

    assert understood(rounded)[0] is None
    assert understood(rounded, roundings=[Rounding(base=5)])[0] is not None


def test_a_long_table_that_fits_nothing_is_read_once_for_each_meaning():
    _, tried = understood("home,n\nn,900\ns,901\n")

    assert (tried.readings, tried.filters, tried.columns) == (1, 0, {"home"})


def test_a_table_that_names_nothing_tries_every_meaning_and_says_which():
    _, tried = understood("place,n\nn,900\ns,901\n")

    assert (tried.readings, tried.columns) == (2, {"home", "work"})
    assert tried.words() == (
        "tried 2 readings by 'home', 'work' and 0 filters; the source gives these numbers in none"
    )


def test_no_more_readings_are_tried_than_are_allowed(monkeypatch):
    monkeypatch.setattr(infer, "MAX_READINGS", 1)

    _, tried = understood("place,n\nn,900\ns,901\n")

    assert tried.readings == 1


def test_a_table_of_nothing_known_has_no_reading():
    claimed, tried = understood("where,n\nelsewhere,5\nnowhere,6\n")

    assert claimed is None
    assert tried.words() == "no column of the table has the labels of a column of the source"


@pytest.mark.parametrize(("lines", "is_long"), [(2, False), (3, True)])
def test_a_table_of_too_many_lines_is_not_read(monkeypatch, lines, is_long):
    monkeypatch.setattr(infer, "MAX_LINES", 2)

    claimed, tried = understood("home,n\nn,12\ns,13\n" + "x,1\n" * (lines - 2))

    assert (claimed, tried.is_long) == (None, is_long)


def test_a_table_may_be_limited_to_one_value_of_another_column():
    some = PEOPLE[PEOPLE.group == "25-34"].groupby(["home", "work"]).size()

    claimed, tried = understood(some.reset_index(name="n").to_csv(index=False))

    assert {cell.evidence.units for cell in claimed.matched[0].cells} == {2, 1, 3}
    assert tried.filters > 0


def test_a_crosstab_of_counts_may_be_limited_too():
    some = PEOPLE[PEOPLE.group == "25-34"]
    table = pd.crosstab(some.home, some.work).reset_index().to_csv(index=False)

    claimed, _ = understood(table)

    assert statistics(claimed) == [Statistic.COUNT]
    assert sum(cell.evidence.units for cell in claimed.matched[0].cells) == len(some)


@pytest.mark.parametrize("name", ["mean", "mean_pay"])
def test_means_may_be_limited_to_one_value_of_another_column(name):
    some = PEOPLE[PEOPLE.group == "16-24"]
    means = some.groupby(["home", "work"])["pay"].mean().reset_index(name=name)

    claimed, _ = understood(means.to_csv(index=False))

    assert statistics(claimed) == [Statistic.MEAN]


@pytest.mark.parametrize("given", [1, 2])
def test_a_crosstab_of_means_is_understood(given):
    table = pd.crosstab(PEOPLE.home, PEOPLE.work, PEOPLE.pay, aggfunc="mean").reset_index()

    claimed, _ = understood(table.to_csv(index=False), depth=given)

    assert statistics(claimed) == [Statistic.MEAN]


@pytest.mark.parametrize(
    "text",
    [
        "work,n,s\nhome,,\nn,7,4\ns,3,10\n",
        ",n,s\nhome,,\nn,7,4\ns,3,10\n",
        ",pay,pay\nwork,n,s\nhome,,\nn,201,101\ns,67.667,301\n",
    ],
)
def test_a_block_of_headings_is_understood(text):
    claimed, _ = understood(text)

    assert len(spanned(claimed)) == 1
    assert "home" in spanned(claimed).pop()


@pytest.mark.parametrize(("seconds", "readings"), [(0.5, 1), (1.5, 2)])
def test_no_other_reading_begins_when_the_time_is_up(seconds, readings):
    ticks = iter(range(100))

    _, tried = understood(
        "place,n\nn,900\ns,901\n", seconds=seconds, clock=lambda: float(next(ticks))
    )

    assert tried.readings == readings


def what_may_be(name, *, columns=("g", "h", "v"), hints=()):
    frame = pd.DataFrame({one: [1.0] for one in columns})
    reading = Reading(
        printed=PrintedTable(dimensions=("g",), header=(), measures={}, spellings=()),
        dimensions=(Dimension.plain("g"),),
        hints=list(hints),
    )
    found = candidates(FrameRecords(frame, Source(name="s", path=None)), reading, name)
    return [(one.what.statistic.value, one.variable, set(one.of)) for one in found]


NOBODYS = ("count", None, set())


@pytest.mark.parametrize(
    ("name", "options", "found"),
    [
        ("n", {}, [NOBODYS]),
        ("n", {"hints": ["v"]}, [NOBODYS, ("count", "v", set())]),
        ("n", {"columns": ("g", "v")}, [NOBODYS, ("count", "v", set())]),
        ("mean", {}, [("mean", "h", set()), ("mean", "v", set()), NOBODYS]),
        ("mean", {"hints": ["v"]}, [("mean", "v", set()), ("mean", "h", set()), NOBODYS]),
        ("mean_v", {}, [("mean", "v", set()), NOBODYS]),
        ("share", {}, [("share", None, set()), ("share", None, {0}), ("share", None, set()),
                       NOBODYS]),
        ("rate", {}, []),
        ("something", {}, []),
        ("v", {}, [*((one, "v", set()) for one in ("mean", "sum", "count", "median", "std", "min",
                                                   "max", "nunique", "var")), NOBODYS]),
    ],
)  # fmt: skip
def test_a_column_may_be_what_its_name_says_or_a_count(name, options, found):
    assert what_may_be(name, **options) == found


def test_no_more_is_tried_of_one_column_than_is_allowed(monkeypatch):
    monkeypatch.setattr(candidates_module, "MAX_CANDIDATES", 2)

    assert what_may_be("v") == [("mean", "v", set()), ("sum", "v", set()), NOBODYS]


def test_of_a_single_record_what_is_not_its_mean_may_still_be_a_count():
    frame = pd.DataFrame({"g": ["a", "a", "b"], "v": [7.0, None, 9.0]})

    claimed, _ = understood("g,v\na,1\nb,1\n", frame)

    assert statistics(claimed) == [Statistic.COUNT]


@pytest.mark.parametrize(("combinations", "is_excerpt"), [(2_000, False), (2_001, True)])
def test_few_of_very_many_combinations_are_an_excerpt(combinations, is_excerpt):
    assert explain._is_excerpt(Matched(cells=(), combinations=combinations)) is is_excerpt


def test_few_digits_that_two_columns_give_are_of_neither():
    alike = pd.DataFrame({"flu": ["yes"] * 2 + ["no"] * 198, "hiv": ["yes"] * 3 + ["no"] * 197})

    claimed, tried = understood("illness,percent\nyes,1\nno,99\n", frame=alike)

    assert claimed is None
    assert "more than one column" in tried.words()
    assert understood("hiv,percent\nyes,1\nno,99\n", frame=alike)[0] is not None


def test_a_statistic_that_two_variables_have_is_of_neither():
    alike = pd.DataFrame({"home": ["n", "s"] * 4, "pay": range(8), "age": [3, 4] * 4})
    alike["pay"] = alike["age"] + [0, 0, 1, 1, -1, -1, 0, 0]

    assert understood("home,mean\nn,3\ns,4\n", frame=alike)[0] is None
    assert understood("home,age\nn,3\ns,4\n", frame=alike)[0] is not None
