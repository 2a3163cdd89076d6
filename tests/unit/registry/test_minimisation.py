"""The linter: who asks for more than is offered says why, or does not get it."""

from dataclasses import replace

import pytest

from registry.domain.applications.linter import Concern, lint, names_people
from registry.domain.applications.problems import dataset_problems
from tests.unit.registry.application_builders import (
    BENEFITS,
    FLAG,
    HASH,
    YEAR,
    benefits,
    column,
)


def concerns(*columns):
    return [(one.concern, one.is_blocking) for one in lint(benefits(*columns), BENEFITS)]


def places(asked):
    return [one.path for one in dataset_problems(asked, BENEFITS)]


def test_a_date_of_birth_is_offered_as_year_or_band():
    (found,) = lint(benefits(column("date_of_birth")), BENEFITS)

    assert found.concern is Concern.FULLER_FORM
    assert found.offers == ("year_of_birth", "age_band")
    assert found.is_blocking


def test_a_date_of_birth_with_a_written_justification_may_be_submitted():
    asked = benefits(column("date_of_birth", justification="Age in days matters"))

    assert [one.is_blocking for one in lint(asked, BENEFITS)] == [False]
    assert places(asked) == []


def test_a_justification_of_blanks_is_none():
    assert concerns(column("date_of_birth", justification=" \n ")) == [(Concern.FULLER_FORM, True)]


def test_the_year_of_birth_needs_no_words():
    assert concerns(column("date_of_birth", YEAR)) == []


def test_a_benefit_as_yes_or_no_is_still_of_a_special_category():
    assert concerns(column("benefit_type", FLAG)) == [(Concern.SENSITIVE, False)]


def test_detail_of_a_benefit_needs_words_and_the_officer():
    assert concerns(column("benefit_type")) == [
        (Concern.FULLER_FORM, True),
        (Concern.SENSITIVE, False),
    ]


@pytest.mark.parametrize("transform", [None, HASH, FLAG])
def test_a_telephone_number_is_never_given_in_any_form_whatever_is_said(transform):
    asked = benefits(column("telephone", transform, justification="We must call"))

    assert (Concern.NEVER_IN_VIEW, True) in concerns(asked.columns[0])
    assert "data.benefits.telephone" in places(asked)


def test_an_identifier_is_given_hashed_only_whatever_is_said():
    assert concerns(column("nino", justification="Needed")) == [(Concern.IDENTIFIER, True)]
    assert concerns(column("nino", HASH)) == []


def test_a_field_that_is_not_there_and_a_name_twice_are_told_apart():
    asked = benefits(
        column("nothing"), column("region"), column("date_of_birth", YEAR, "", "region")
    )

    assert [one.concern for one in lint(asked, BENEFITS)] == [
        Concern.NO_SUCH_FIELD,
        Concern.NAME_TWICE,
    ]


def test_a_person_number_that_is_not_hashed_names_people():
    assert names_people(benefits(column("person"), column("region")), BENEFITS) == ("person",)
    assert names_people(benefits(column("person", HASH)), BENEFITS) == ()


def test_a_published_alternative_without_a_reason_blocks():
    assert places(benefits(published={})) == ["data.benefits.published.stat-xplore"]
    assert places(benefits(published={"stat-xplore": "because"})) == [
        "data.benefits.published.stat-xplore"
    ]
    assert places(benefits(published={"stat-xplore": "too_late"})) == []


def test_asking_for_no_column_is_a_problem():
    assert "data.benefits" in places(replace(benefits(), columns=()))
