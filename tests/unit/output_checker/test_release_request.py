from dataclasses import replace

import pytest

from output_checker.domain.actor import WORKER, Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission, InvalidTransition
from output_checker.domain.file_group import FileGroup
from output_checker.domain.review import Vote, votes_on
from output_checker.domain.workflow import IN_REVIEW, WITH_AUTHOR, WORKFLOW, Action, State
from tests.unit.output_checker.builders import (
    ADA,
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    EVERYTHING,
    MEMBER,
    MEMBER_WHO_CHECKS,
    NOON,
    STRANGER,
    a_file,
    a_request,
    a_review,
    agreed,
)

TWO = agreed()
FILE = a_file().file_id
EARLIER = a_file(content=b"as it was before")


def test_an_author_with_every_role_still_cannot_check_their_own_outputs():
    with pytest.raises(Forbidden, match="their own"):
        a_request(State.REVIEW).perform(Action.APPROVE, actor=EVERYTHING, at=NOON, agreement=TWO)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN, Action.REJECT])
@pytest.mark.parametrize(
    "actor", [MEMBER_WHO_CHECKS, MEMBER, AUDITOR, ADMIN, STRANGER, WORKER], ids=lambda a: a.username
)
def test_only_assigned_checkers_outside_the_project_decide(action, actor):
    with pytest.raises(Forbidden):
        a_request(State.REVIEW).perform(action, actor=actor, at=NOON, agreement=TWO)


@pytest.mark.parametrize(
    "reviews",
    [
        (a_review("ada"),),
        (a_review("ben"),),
        (a_review("ben"), a_review("ben")),
        (a_review("ben"), a_review("ada")),
        (a_review("ben"), a_review("cat", Vote.RETURN)),
        (a_review("ben"), a_review("cat", turn=2)),
        (a_review("ben"), a_review("cat", snapshot_sha256="0" * 64)),
        (a_review("ben"), a_review("cat", files={})),
        (a_review("ben"), a_review("cat", files=votes_on([EARLIER], {FILE: Vote.APPROVE}))),
        (a_review("ben"), a_review("cat"), a_review("dan", Vote.RETURN)),
    ],
    ids=[
        "the author alone",
        "one",
        "the same twice",
        "the author",
        "one who disagrees",
        "another turn",
        "other bytes",
        "no vote on the file",
        "a vote on an earlier byte of the file",
        "a third who disagrees",
    ],
)
@pytest.mark.parametrize(
    ("state", "action", "actor"),
    [
        (State.REVIEW, Action.APPROVE, BEN),
        (State.CONSOLIDATING, Action.APPROVE, BEN),
        (State.APPROVED, Action.START_RELEASE, WORKER),
        (State.RELEASING, Action.RELEASE, WORKER),
    ],
    ids=["approve", "approve after conferring", "start release", "release"],
)
def test_nothing_moves_towards_release_without_two_approvals_of_these_bytes(
    state, action, actor, reviews
):
    with pytest.raises(Forbidden, match=r"2 different checkers|disagree"):
        a_request(state).perform(action, actor=actor, at=NOON, agreement=agreed(*reviews))


def test_no_step_is_taken_on_what_nobody_gathered():
    with pytest.raises(Forbidden):
        a_request(State.APPROVED).perform(Action.START_RELEASE, actor=WORKER, at=NOON)


def test_two_checkers_approve():
    moved, event = a_request(State.REVIEW).perform(
        Action.APPROVE, actor=CAT, at=NOON, agreement=TWO
    )

    assert moved.state is State.APPROVED
    assert (event.was, event.now, event.actor) == (State.REVIEW, State.APPROVED, "cat")


@pytest.mark.parametrize("verdict", ["fail", None, "", "PASS", "surely fine"])
def test_what_did_not_pass_is_never_submitted(verdict):
    with pytest.raises(InvalidSubmission):
        a_request(State.DRAFT, verdict=verdict).perform(Action.SUBMIT, actor=ADA, at=NOON)


@pytest.mark.parametrize("words", ["", "  \n "])
@pytest.mark.parametrize("missing", ["context", "controls"])
def test_a_submission_needs_context_and_controls_of_each_group(missing, words):
    whole = FileGroup(name="Pay", context="What", controls="How")
    lacking = replace(whole, name="Jobs", **{missing: words})
    request = a_request(State.DRAFT, groups=(whole, lacking))

    with pytest.raises(InvalidSubmission, match=missing):
        request.perform(Action.SUBMIT, actor=ADA, at=NOON)


def test_a_submission_of_no_group_is_none():
    with pytest.raises(InvalidSubmission, match="context"):
        a_request(State.DRAFT, groups=()).perform(Action.SUBMIT, actor=ADA, at=NOON)


def test_a_submission_needs_files():
    with pytest.raises(InvalidSubmission):
        a_request(State.DRAFT, snapshot_sha256="").perform(Action.SUBMIT, actor=ADA, at=NOON)


def test_checking_again_starts_a_new_turn_without_verdict_or_votes():
    moved, _ = a_request(State.RETURNED).perform(Action.CHECK_AGAIN, actor=ADA, at=NOON)

    assert (moved.turn, moved.verdict, moved.snapshot_sha256) == (2, None, "")


@pytest.mark.parametrize(
    ("state", "action"),
    [(state, action) for state in State for action in Action if (state, action) not in WORKFLOW],
)
def test_what_the_table_does_not_hold_cannot_be_done(state, action):
    with pytest.raises(InvalidTransition) as refusal:
        a_request(state).perform(action, actor=ADA, at=NOON, agreement=TWO)

    assert refusal.value.available == {a for s, a in WORKFLOW if s is state}


@pytest.mark.parametrize("state", [*WITH_AUTHOR, *IN_REVIEW, State.CHECKING, State.APPROVED])
def test_the_author_withdraws_until_the_release_begins(state):
    moved, _ = a_request(state).perform(Action.WITHDRAW, actor=ADA, at=NOON)

    assert moved.state is State.WITHDRAWN


@pytest.mark.parametrize("actor", [BEN, MEMBER, ADMIN, AUDITOR], ids=lambda a: a.username)
def test_only_the_author_withdraws(actor):
    with pytest.raises(Forbidden):
        a_request().perform(Action.WITHDRAW, actor=actor, at=NOON)


@pytest.mark.parametrize("state", [State.EXPIRED, State.REJECTED, State.WITHDRAWN])
def test_an_end_is_an_end(state):
    assert a_request(state).available_actions() == frozenset()


def test_no_account_can_pass_for_the_worker():
    named_like_it = Actor(username=WORKER.username, checks=frozenset({"labour"}))

    with pytest.raises(Forbidden):
        a_request(State.APPROVED).perform(
            Action.START_RELEASE, actor=named_like_it, at=NOON, agreement=TWO
        )


@pytest.mark.parametrize(
    ("actor", "sees"),
    [(ADA, True), (BEN, True), (MEMBER, True), (AUDITOR, True), (ADMIN, False), (STRANGER, False)],
    ids=["author", "checker", "member", "auditor", "admin", "stranger"],
)
def test_a_request_is_visible_to_those_it_concerns(actor, sees):
    assert a_request().is_visible_to(actor) is sees


@pytest.mark.parametrize(("state", "sees"), [(State.RELEASED, True), (State.SUBMITTED, False)])
def test_a_recipient_sees_it_once_it_is_released(state, sees):
    request = a_request(state, recipients=("zed",))

    assert request.is_visible_to(STRANGER) is sees
