"""What people see of a notebook that was run again."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from output_checker.domain.rerun import FileOutcome, Outcome, Rerun, RerunState
from output_checker.domain.workflow import State


@pytest.fixture
def request_(house):
    return house.add_request()


def add(house, request, **changes):
    rerun = Rerun(
        rerun_id=uuid.uuid4().hex, request_id=request.request_id, project_id=request.project_id,
        author=request.author, turn=request.turn, notebook="make.ipynb", files=(), seconds=60,
        asked_at=datetime(2026, 11, 23, tzinfo=UTC),
    )  # fmt: skip
    with house.checker_unit_of_work() as uow:
        uow.reruns.add(replace(rerun, **changes))
        uow.commit()


def pages(house, request):
    return [
        house.browser("checker1").get(f"/review/{request.request_id}").text,
        house.browser("author").get(f"/requests/{request.request_id}").text,
    ]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (FileOutcome(position=0, outcome=Outcome.REPRODUCED), "the same values"),
        (FileOutcome(position=0, outcome=Outcome.EQUIVALENT), "last digits"),
        (FileOutcome(position=0, outcome=Outcome.MISSING), "did not make it"),
        (
            FileOutcome(position=0, outcome=Outcome.DIFFERS, different=1, units="cells"),
            "1 cell differs",
        ),
        (
            FileOutcome(position=0, outcome=Outcome.DIFFERS, different=7, units="lines"),
            "7 lines differ",
        ),
        (
            FileOutcome(position=0, outcome=Outcome.DIFFERS, different=1, units="parts"),
            "cannot be compared",
        ),
    ],
)
def test_each_outcome_has_a_tag_and_a_sentence(house, request_, outcome, words):
    add(house, request_, state=RerunState.DONE, outcomes=(outcome,), extra=2)

    for page in pages(house, request_):
        assert f'data-outcome="{outcome.outcome}"' in page
        assert words in page
        assert "2 more files that the request does not name" in page


def test_where_a_notebook_stopped_is_for_its_author_alone(house, request_):
    stopped = {"state": RerunState.FAILED, "reason": "notebook", "cell": 3, "error": "KeyError"}
    add(house, request_, **stopped)

    checkers, authors = pages(house, request_)

    assert "in cell 3 (KeyError)" in authors
    assert "It stopped by itself." in checkers
    assert "KeyError" not in checkers


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        (RerunState.QUEUED, "", "It waits to be run"),
        (RerunState.RUNNING, "", "It runs in a fresh workspace now"),
        (RerunState.TIMED_OUT, "", "longer than the 60 seconds"),
        (RerunState.FAILED, "memory", "more memory"),
        (RerunState.FAILED, "data_changed", "another version"),
        (RerunState.FAILED, "refused", "may not open"),
        (RerunState.FAILED, "moved_on", "not needed"),
        (RerunState.FAILED, "bytes_lost", "could not be run"),
        (RerunState.FAILED, "not_followed", "what it made could not be read"),
    ],
)
def test_every_state_is_said_in_words(house, request_, state, reason, words):
    add(house, request_, state=state, reason=reason)

    for page in pages(house, request_):
        assert words in page


def test_an_author_whose_notebook_still_runs_has_nothing_to_do(house):
    request = house.add_request(state=State.DRAFT)
    add(house, request, state=RerunState.RUNNING)

    page = house.browser("author").get(f"/requests/{request.request_id}").text

    assert "Nothing is needed from you now" in page


def test_members_see_no_outcome(house, request_):
    outcome = FileOutcome(position=0, outcome=Outcome.DIFFERS, different=7, units="cells")
    add(house, request_, state=RerunState.DONE, outcomes=(outcome,))

    page = house.browser("member").get(f"/requests/{request_.request_id}").text

    assert "data-outcome" not in page


def test_a_request_without_a_run_shows_none(house, request_):
    for page in pages(house, request_):
        assert "run again" not in page
