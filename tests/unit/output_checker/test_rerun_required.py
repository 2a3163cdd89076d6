"""Where a project requires it, only files that a run made are ever approved or released."""

from dataclasses import replace

import pytest

from output_checker.domain.actor import WORKER
from output_checker.domain.errors import Forbidden, InvalidSubmission
from output_checker.domain.rerun import FileOutcome, Outcome, Rerun, RerunState
from output_checker.domain.terms import RerunRule, Terms
from output_checker.domain.workflow import Action, State
from tests.unit.output_checker.builders import ADA, CAT, NOON, PROJECT, REQUEST, a_request, agreed

REQUIRED = Terms(rerun=RerunRule.REQUIRE)
TAKEN = Rerun(
    rerun_id="b" * 32, request_id=REQUEST, project_id=PROJECT, author="ada", turn=0,
    notebook="make.ipynb", files=(), seconds=60, asked_at=NOON, state=RerunState.DONE,
    outcomes=(FileOutcome(position=0, outcome=Outcome.EQUIVALENT),),
    taken_turn=1, taken_sha256=a_request().snapshot_sha256,
)  # fmt: skip
DIFFERS = (FileOutcome(position=0, outcome=Outcome.DIFFERS),)
MISSING = (*TAKEN.outcomes, FileOutcome(position=1, outcome=Outcome.MISSING))
NOT_ENOUGH = [
    None,
    replace(TAKEN, taken_turn=None, taken_sha256=""),
    replace(TAKEN, taken_turn=2),
    replace(TAKEN, taken_sha256="0" * 64),
    replace(TAKEN, outcomes=DIFFERS),
    replace(TAKEN, outcomes=MISSING),
    replace(TAKEN, outcomes=()),
    *(replace(TAKEN, state=state) for state in RerunState if state is not RerunState.DONE),
]


@pytest.mark.parametrize("rerun", NOT_ENOUGH)
def test_nothing_short_of_a_run_that_made_these_very_files_is_enough(rerun):
    agreement = agreed(terms=REQUIRED, rerun=rerun)

    with pytest.raises(InvalidSubmission):
        a_request(State.DRAFT).perform(Action.SUBMIT, actor=ADA, at=NOON, agreement=agreement)
    with pytest.raises(Forbidden):
        a_request(State.REVIEW).perform(Action.APPROVE, actor=CAT, at=NOON, agreement=agreement)
    for state, action in (
        (State.APPROVED, Action.START_RELEASE),
        (State.RELEASING, Action.RELEASE),
    ):
        with pytest.raises(Forbidden):
            a_request(state).perform(action, actor=WORKER, at=NOON, agreement=agreement)


def test_a_run_that_made_these_very_files_is():
    agreement = agreed(terms=REQUIRED, rerun=TAKEN)

    assert [*agreement.missing(a_request().about)] == []
    assert a_request(State.DRAFT).why_not_submit(agreement) is None


@pytest.mark.parametrize("rule", [RerunRule.OFF, RerunRule.ADVISE])
@pytest.mark.parametrize("rerun", NOT_ENOUGH)
def test_elsewhere_a_run_stands_in_nobodys_way(rule, rerun):
    agreement = agreed(terms=Terms(rerun=rule), rerun=rerun)

    assert [*agreement.missing(a_request().about)] == []


@pytest.mark.parametrize("actor", [ADA, CAT])
def test_only_the_worker_takes_the_files_of_a_run(actor):
    with pytest.raises(Forbidden):
        a_request(State.DRAFT).perform(Action.TAKE_RERUN, actor=actor, at=NOON)


def test_the_files_of_a_run_are_a_turn_of_their_own():
    moved, _ = a_request(State.DRAFT).perform(Action.TAKE_RERUN, actor=WORKER, at=NOON)

    assert (moved.state, moved.turn, moved.snapshot_sha256) == (State.CHECKING, 2, "")
