"""What a project file and a descriptor may ask of people before an output leaves."""

from datetime import date

import pytest

from registry.adapters.project_file import read_project_file
from registry.application.stored_terms import (
    dataset_from_stored,
    dataset_to_stored,
    from_stored,
    to_stored,
)
from registry.domain.apply_plan import plan
from registry.domain.apply_problems import problems
from registry.domain.errors import WrongFile
from registry.domain.release_terms import (
    ClassTerms,
    Conflict,
    DatasetTerms,
    ReleaseTerms,
    RerunRule,
)
from tests.unit.registry.test_apply_plan import NOTHING, a_dataset, a_file, a_person, a_project

PROJECT = """
project:
  id: regional-pay
  title: Regional pay
  ends_on: 2027-03-31
  policy: sacro-10
"""
TERMS = ReleaseTerms(
    reviews=3,
    override=frozenset({"dora", "erik"}),
    owners={"jobs": frozenset({"olga"})},
    conflicts=frozenset({Conflict(checker="carol", author="alice")}),
    due_days=2,
    classes={"model": ClassTerms(reviews=4, link_days=3), "table": ClassTerms(reviews=3)},
)


def read(tmp_path, release):
    file = tmp_path / "project.yaml"
    file.write_text(PROJECT + "  release: " + release)
    return read_project_file(file, None).project.release


def wrong_with(release, dataset=None):
    people = [a_person(name) for name in ("alice", "carol", "dora", "erik", "olga")]
    datasets = [dataset or a_dataset()]
    file = a_file(people=people, datasets=datasets, project=a_project(release=release))
    found = problems(NOTHING, file, today=date(2026, 1, 1), policies={"sacro-10"})
    return [str(problem) for problem in found]


def test_a_project_file_says_who_overrides_signs_off_and_stands_aside(tmp_path):
    written = (
        "{reviews: 3, override: [dora, erik], owners: {jobs: [olga]}, "
        "conflicts: [{checker: carol, author: alice}], due_days: 2, "
        "classes: {model: {reviews: 4, link_days: 3}, table: {}}}"
    )

    assert read(tmp_path, written) == TERMS


@pytest.mark.parametrize(
    "written",
    [
        "{reviews: 1}",
        "{due_days: 0}",
        "{overides: [dora]}",
        "{classes: {secret: {}}}",
        "{classes: {model: {reviews: 1}}}",
        "{classes: {model: {link_days: 0}}}",
        "{classes: {model: {days: 3}}}",
    ],
)
def test_fewer_than_two_checkers_no_days_and_misspelt_keys_are_refused(tmp_path, written):
    with pytest.raises(WrongFile):
        read(tmp_path, written)


@pytest.mark.parametrize("terms", [TERMS, ReleaseTerms()])
def test_terms_come_back_from_the_database_as_they_were(terms):
    assert from_stored(to_stored(terms)) == terms


def test_what_was_stored_before_there_were_terms_has_the_defaults():
    assert from_stored({}) == ReleaseTerms()
    assert dataset_from_stored({}) == DatasetTerms()
    terms = DatasetTerms(owner_sign_off=True, reviews=4)
    assert dataset_from_stored(dataset_to_stored(terms)) == terms


@pytest.mark.parametrize(
    ("written", "rerun", "seconds"),
    [
        ("{}", RerunRule.ADVISE, 600),
        ("{rerun: off}", RerunRule.OFF, 600),
        ("{rerun: 'off'}", RerunRule.OFF, 600),
        ("{rerun: require, rerun_seconds: 60}", RerunRule.REQUIRE, 60),
    ],
)
def test_a_project_file_says_whether_notebooks_are_run_again(tmp_path, written, rerun, seconds):
    terms = read(tmp_path, written)

    assert (terms.rerun, terms.rerun_seconds) == (rerun, seconds)
    assert from_stored(to_stored(terms)) == terms


@pytest.mark.parametrize(
    "written",
    ["{rerun: on}", "{rerun: always}", "{rerun: 0}", "{rerun_seconds: 9}", "{rerun_seconds: 7201}"],
)
def test_any_other_word_or_time_for_it_is_refused(tmp_path, written):
    with pytest.raises(WrongFile):
        read(tmp_path, written)


def test_terms_that_name_registered_people_are_no_problem():
    assert wrong_with(TERMS) == []


def test_a_name_that_nobody_has_is_a_problem():
    [problem] = wrong_with(ReleaseTerms(owners={"jobs": frozenset({"nobody"})}))

    assert "nobody is registered as nobody" in problem


def test_one_person_alone_cannot_be_named_to_override():
    [problem] = wrong_with(ReleaseTerms(override=frozenset({"dora"})))

    assert "takes two" in problem


def test_a_dataset_that_asks_for_a_sign_off_needs_an_owner_in_the_project_file():
    asking = a_dataset(release=DatasetTerms(owner_sign_off=True))

    [problem] = wrong_with(ReleaseTerms(), asking)
    assert "must name who signs off for jobs" in problem
    assert wrong_with(TERMS, asking) == []


def test_a_conflict_leaves_a_member_short_of_checkers():
    project = a_project(
        members=frozenset({"alice"}), checkers=frozenset({"carol", "dora"}), release=TERMS
    )

    assert project.short_of_checkers(2) == {"alice": 1}


def test_changed_terms_are_one_line_of_the_plan_without_names_in_the_ledger():
    before = a_project()
    registered = type(NOTHING)(people={}, with_password=frozenset(), datasets={}, project=before)

    [change] = plan(registered, a_file(project=a_project(release=TERMS)))

    assert change.event == "project_changed"
    assert change.details == {"field": "release"}


def test_a_class_asks_for_no_fewer_checkers_than_the_project():
    loose = ReleaseTerms(reviews=3, classes={"model": ClassTerms(reviews=2)})

    assert any("a class can only ask for more" in words for words in wrong_with(loose))
