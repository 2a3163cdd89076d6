"""Organisations, roles and training in files: what changes, and what may not be asked for."""

from dataclasses import replace
from datetime import date

from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.training import Training
from tests.unit.registry.test_apply_plan import ALL, NOTHING, a_person, a_project, found, lines

OFFICE = Organisation(organisation_id="office", title="An office", kind=OrganisationKind.PUBLIC)
STEWARD = ("office", OrganisationRole.STEWARD)
SAFE = Training(course="safe", completed_on=date(2026, 1, 1), expires_on=date(2027, 1, 1))


def a_file(*people, organisations=(OFFICE,), **more):
    places = {("person", one.person.username): f"people[{i}]" for i, one in enumerate(people)}
    return Wanted(organisations=organisations, people=people, places=places, **more)


def a_steward(**changes):
    entry = {
        "person": a_person("alice", organisation_id="office"),
        "roles": frozenset({STEWARD}),
        "training": frozenset({SAFE}),
    }
    return WantedPerson(**entry | changes)


def test_a_first_file_adds_the_organisation_before_its_people():
    assert lines(NOTHING, a_file(a_steward())) == [
        "+ organisation office (An office), public",
        "+ person alice (Alice), of office",
        "+ role steward of alice in office",
        "+ training safe of alice, 2026-01-01 to 2027-01-01",
    ]


def test_the_same_file_again_changes_nothing():
    wanted = a_file(a_steward())

    assert lines(NOTHING.after(wanted), wanted) == []


def test_a_boards_quorum_is_told_where_it_is_not_the_usual_one():
    office = replace(OFFICE, board_quorum=3)

    assert lines(NOTHING, a_file(organisations=(office,))) == [
        "+ organisation office (An office), public, 3 votes of its board"
    ]
    assert lines(
        NOTHING.after(a_file(organisations=(OFFICE,))), a_file(organisations=(office,))
    ) == ["~ organisation office: An office, public -> An office, public, 3 votes of its board"]


def test_what_a_file_does_not_say_of_a_person_stays():
    there = NOTHING.after(a_file(a_steward()))
    silent = WantedPerson(person=a_person("alice"), keeps_organisation=True)

    assert lines(there, a_file(silent, organisations=())) == []


def test_what_a_file_says_nothing_is_left_of_is_taken_away():
    there = NOTHING.after(a_file(a_steward()))
    bare = WantedPerson(person=a_person("alice"), roles=frozenset(), training=frozenset())

    assert lines(there, a_file(bare, organisations=())) == [
        "~ person alice: organisation office -> None",
        "- role steward of alice in office",
        "- training safe of alice, 2026-01-01 to 2027-01-01",
    ]


def test_a_renewed_course_is_one_line():
    there = NOTHING.after(a_file(a_steward()))
    renewed = Training(course="safe", completed_on=date(2026, 11, 1), expires_on=date(2027, 11, 1))

    assert lines(there, a_file(a_steward(training=frozenset({renewed})))) == [
        "+ training safe of alice, 2026-11-01 to 2027-11-01"
    ]


def test_an_organisation_that_is_not_there_is_named_with_its_place():
    assert found(NOTHING, a_file(a_steward(), organisations=())) == [
        (
            "people[0].organisation: no organisation is registered as office; add it to"
            " `organisations`"
        ),
        (
            "people[0].organisation_roles: no organisation is registered as office; add it to"
            " `organisations`"
        ),
    ]


def test_a_course_is_not_completed_before_its_day():
    early = Training(course="safe", completed_on=date(2026, 12, 1), expires_on=date(2027, 1, 1))

    assert found(NOTHING, a_file(a_steward(training=frozenset({early})))) == [
        "people[0].training: safe is completed on 2026-12-01, which is yet to come"
    ]


def test_a_projects_courses_are_a_line_each():
    wanted = Wanted(project=a_project(training=frozenset({"safe", "ethics"})), places={})

    assert lines(ALL, wanted) == [
        "+ course ethics of project pay",
        "+ course safe of project pay",
    ]
