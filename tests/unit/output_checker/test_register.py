"""What was released before is known to every later check, and once more before a release."""

from dataclasses import replace
from datetime import timedelta

import pytest

from output_checker.application.release import release
from output_checker.disclosure.model import Finding, Verdict
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import BEN, CAT, CONTENT, a_dataset, a_project
from tests.unit.output_checker.test_receive import manifest


def table(name, source="labour-market"):
    return {"file": name, "source": source}


@pytest.fixture
def house(house):
    house.outputs.workspace = {"a.csv": CONTENT, "b.csv": b"x,1\n", "c.csv": b"y,1\n"}
    house.checks.published = {
        "a.csv": [table("a.csv")],
        "b.csv": [table("b.csv")],
        "c.csv": [table("c.csv", source="benefits")],
    }
    return house


def submitted(house, name):
    return house.send(manifest(name), name=f"{name}.json")["request_id"]


def approved(house, name):
    request_id = submitted(house, name)
    house.vote(BEN, request_id=request_id)
    house.vote(CAT, request_id=request_id)
    return request_id


def released(house, name):
    request_id = approved(house, name)
    assert release(house.releasing, request_id=request_id) is State.RELEASED
    return request_id


def test_a_check_knows_the_tables_that_were_released_of_its_datasets(house):
    first = released(house, "a.csv")
    released(house, "c.csv")

    submitted(house, "b.csv")

    assert house.checks.earlier == [f"a.csv of release {first[:8]}"]


def test_what_is_only_submitted_is_not_among_them(house):
    submitted(house, "a.csv")

    submitted(house, "b.csv")

    assert house.checks.earlier == []


def test_tables_of_other_projects_are_among_them_without_the_names_of_their_files(house):
    first = released(house, "a.csv")
    moved = replace(house.world.requests[first], project_id="health")
    house.world.requests[first] = moved

    submitted(house, "b.csv")

    assert house.checks.earlier == [f"a table of release {first[:8]}"]


def test_files_of_one_request_are_held_against_each_other_whichever_dataset_they_name(house):
    house.world.projects["labour"] = a_project(datasets=(a_dataset(), a_dataset("benefits")))

    house.send(manifest(files=[{"path": "a.csv"}, {"path": "b.csv", "dataset": "labour-market"}]))

    assert [paths for paths, *_ in house.checks.asked] == [["a.csv"], ["b.csv"]]
    assert house.checks.earlier == ["a.csv"]


def test_what_was_released_while_it_was_reviewed_is_compared_before_it_leaves(house):
    waiting = approved(house, "b.csv")
    first = released(house, "a.csv")

    assert release(house.releasing, request_id=waiting) is State.RELEASED
    assert house.checks.compared == [(["b.csv"], [f"a.csv of release {first[:8]}"])]


def test_it_does_not_leave_where_the_two_give_somebody_away(house):
    waiting = approved(house, "b.csv")
    released(house, "a.csv")
    house.checks.differences = [
        Finding(rule="differencing", verdict=Verdict.FAIL, where="row 1", reason="3 units are left")
    ]

    assert release(house.releasing, request_id=waiting) is State.REFUSED
    assert "3 units are left" in house.world.requests[waiting].message
    assert waiting not in house.world.releases


def test_what_its_check_knew_is_not_compared_again(house):
    released(house, "a.csv")
    house.clock.advance(timedelta(hours=1))

    released(house, "b.csv")

    assert house.checks.compared == []
