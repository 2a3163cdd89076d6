"""The form by which an applicant says which rows they need."""

from dataclasses import replace

import pytest

from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.diff import differences
from registry.domain.dataset import Field
from registry.domain.view_problems import view_problems
from registry.domain.view_spec import Comparison, Condition
from registry.web.applications.rows import (
    condition_rows,
    may_choose_by,
    percent_of,
    read_conditions,
    read_sample,
)
from tests.unit.registry.application_builders import BENEFITS, benefits, column

DATASET = replace(
    BENEFITS,
    fields=(
        *BENEFITS.fields,
        Field(name="weeks", type="integer"),
        Field(name="is_new", type="boolean"),
    ),
)
NOTHING = AskedDataset(version_id=BENEFITS.version_id)


def line(index, source, comparison, values):
    return {
        f"row-source-{index}": source,
        f"row-comparison-{index}": comparison,
        f"row-values-{index}": values,
    }


def read(*lines):
    typed = {key: said for one in lines for key, said in one.items()}
    return read_conditions(typed, NOTHING, DATASET)


def problems_of(*conditions):
    view = replace(benefits(column("region")), where=conditions).view
    return [str(one) for one in view_problems(view, DATASET, path="view")]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        (("region", "in", "north\r\n\r\n south "), ("north", "south")),
        (("weeks", "at_least", "12"), (12,)),
        (("weeks", "below", "1.5"), (1.5,)),
        (("is_new", "in", "True"), (True,)),
        (("date_of_birth", "at_least", "1990-01-01"), ("1990-01-01",)),
    ],
)
def test_values_are_read_as_the_columns_are(said, values):
    [condition] = read(line(0, *said))

    assert condition == Condition(source=said[0], comparison=Comparison(said[1]), values=values)
    assert [type(one) for one in condition.values] == [type(one) for one in values]
    assert problems_of(condition) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("weeks", "at_least", "many"), "view.where[0].at_least: must hold values of the column's"),
        (("weeks", "below", ""), "view.where[0].below: must hold one value or more"),
        (("nino", "in", "QQ1"), "view.where[0].source: names somebody or is given to nobody"),
        (("person", "in", "1"), "view.where[0].source: names somebody or is given to nobody"),
        (("telephone", "in", "1"), "view.where[0].source: names somebody or is given to nobody"),
    ],
)
def test_what_is_wrong_is_kept_as_it_was_typed_and_told(said, words):
    assert any(words in one for one in problems_of(*read(line(0, *said))))


def test_lines_without_a_known_column_are_no_conditions():
    assert read(line(0, "", "in", "x"), line(1, "height", "in", "x")) == ()


def test_there_is_always_a_line_for_one_more():
    full = replace(NOTHING, where=read(*(line(at, "region", "in", str(at)) for at in range(3))))

    assert [one.source for one in condition_rows(NOTHING)] == ["", "", ""]
    assert [one.source for one in condition_rows(full)] == ["region", "region", "region", ""]
    assert (
        read_conditions(
            {key: said for at in range(4) for key, said in line(at, "region", "in", "x").items()},
            full,
            DATASET,
        )
        == (Condition(source="region", comparison=Comparison.IN, values=("x",)),) * 4
    )


def test_nobody_chooses_rows_by_what_names_people():
    offered = may_choose_by(DATASET)

    assert "region" in offered
    assert not {"person", "nino", "telephone"} & {*offered}


SHARES = {"10": 0.1, "100": 1.0, "": 1.0, "0": 0.0, "101": 0.0, "x": 0.0, "nan": 0.0}


@pytest.mark.parametrize(("typed", "sample"), [*SHARES.items()])
def test_a_share_is_a_percentage(typed, sample):
    assert read_sample({"sample": typed}, NOTHING) == sample
    assert read_sample({}, replace(NOTHING, sample=0.5)) == 0.5
    assert percent_of(0.125) == "12.5"


def test_what_changed_of_the_rows_is_told_in_words():
    now = replace(NOTHING, where=read(line(0, "region", "not_in", "north")), sample=0.1)

    told = {one.place: (one.was, one.now) for one in differences(({}, [NOTHING]), ({}, [now]))}

    assert told == {
        "data.benefits.rows": ("", "region is none of north"),
        "data.benefits.sample": ("", "10 per cent of the people"),
    }
