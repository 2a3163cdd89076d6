from dataclasses import replace

import pytest

from output_checker.domain.errors import (
    AlreadyVoted,
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
    StaleReview,
)
from output_checker.domain.review import Vote
from output_checker.domain.workflow import IN_REVIEW, State
from tests.unit.output_checker.builders import (
    AUDITOR,
    BEN,
    CAT,
    EVERYTHING,
    MEMBER_WHO_CHECKS,
    PROJECT,
    REQUEST,
    STRANGER,
    a_file,
    a_request,
)


def test_one_approval_is_not_enough(house):
    house.holds(a_request())

    request = house.vote(BEN, request_id=REQUEST)

    assert request.state is State.REVIEW
    assert ("release", {"request_id": REQUEST}) not in house.world.jobs


def test_the_second_checkers_approval_queues_the_release(house):
    house.holds(a_request())

    house.vote(BEN, request_id=REQUEST)
    request = house.vote(CAT, request_id=REQUEST)

    assert request.state is State.APPROVED
    assert ("release", {"request_id": REQUEST}) in house.world.jobs
    assert house.world.events() == [
        "request.start_review",
        "review.recorded",
        "review.recorded",
        "request.approve",
        "review.opened",
        "review.opened",
    ]


def test_the_ledger_says_what_was_voted_blindly_only_once_it_is_seen(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    assert not any("vote" in entry.details for entry in house.world.ledger)

    house.vote(CAT, request_id=REQUEST)

    opened = [entry.details for entry in house.world.ledger if entry.event == "review.opened"]
    assert {(one["checker"], one["vote"]) for one in opened} == {
        ("ben", "approve"), ("cat", "approve")
    }  # fmt: skip


def test_the_same_checker_twice_counts_once(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)

    with pytest.raises(AlreadyVoted):
        house.vote(BEN, request_id=REQUEST)

    assert house.world.requests[REQUEST].state is State.REVIEW
    assert house.world.events().count("review.recorded") == 1


@pytest.mark.parametrize(
    "actor", [EVERYTHING, MEMBER_WHO_CHECKS, AUDITOR], ids=lambda a: a.username
)
def test_authors_members_and_auditors_leave_no_vote(house, actor):
    house.holds(a_request())

    with pytest.raises(Forbidden):
        house.vote(actor, request_id=REQUEST)

    assert house.world.reviews == []


def test_somebody_elses_project_is_not_there(house):
    house.holds(a_request())

    with pytest.raises(NotFound):
        house.vote(STRANGER, request_id=REQUEST)


@pytest.mark.parametrize(
    ("vote", "state"), [(Vote.RETURN, State.RETURNED), (Vote.REJECT, State.REJECTED)]
)
def test_what_all_say_together_ends_the_turn(house, vote, state):
    house.holds(a_request())

    assert house.vote(BEN, vote, request_id=REQUEST).state is State.REVIEW
    assert house.vote(CAT, vote, request_id=REQUEST).state is state
    assert ("release", {"request_id": REQUEST}) not in house.world.jobs


@pytest.mark.parametrize("vote", [Vote.RETURN, Vote.REJECT])
def test_checkers_who_disagree_confer(house, vote):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)

    assert house.vote(CAT, vote, request_id=REQUEST).state is State.CONSOLIDATING


@pytest.mark.parametrize("vote", [Vote.RETURN, Vote.REJECT])
def test_a_no_needs_a_reason(house, vote):
    house.holds(a_request())

    with pytest.raises(InvalidSubmission):
        house.vote(BEN, vote, request_id=REQUEST, comment="  ")


@pytest.mark.parametrize("state", [state for state in State if state not in IN_REVIEW])
def test_only_submitted_requests_are_open_for_votes(house, state):
    house.holds(a_request(state))

    with pytest.raises(InvalidTransition):
        house.vote(BEN, request_id=REQUEST)


def test_a_vote_on_files_that_were_replaced_since_does_not_count(house):
    house.holds(a_request(turn=2))

    with pytest.raises(StaleReview):
        house.vote(BEN, request_id=REQUEST, turn=1)


def test_votes_of_an_earlier_turn_do_not_count(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    house.world.requests[REQUEST] = a_request(turn=2)

    house.world.files = [a_file(turn=2)]

    request = house.vote(CAT, request_id=REQUEST, turn=2)

    assert request.state is State.REVIEW


def test_a_failing_request_that_slipped_into_review_cannot_be_approved(house):
    house.holds(a_request(verdict="fail"), [a_file(verdict="fail")])

    house.vote(BEN, request_id=REQUEST)

    assert house.vote(CAT, request_id=REQUEST).state is State.REVIEW
    assert ("release", {"request_id": REQUEST}) not in house.world.jobs


@pytest.mark.parametrize("comment", ["x" * 10_001, "a\x00b"], ids=["long", "NUL"])
def test_a_comment_is_text_of_a_sane_length(house, comment):
    house.holds(a_request())

    with pytest.raises(InvalidSubmission):
        house.vote(BEN, request_id=REQUEST, comment=comment)


NO_LONGER = {
    "a member since": {"checks": BEN.checks, "member_of": frozenset({PROJECT})},
    "no checker any more": {"checks": frozenset()},
    "in conflict with the author": {"conflicts": frozenset({(PROJECT, "ada")})},
}


@pytest.mark.parametrize("now", [*NO_LONGER, "switched off"])
def test_a_vote_of_somebody_who_may_no_longer_check_does_not_count(house, now):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    if now in NO_LONGER:
        house.world.people[BEN.username] = replace(BEN, **NO_LONGER[now])
    else:
        del house.world.people[BEN.username]

    request = house.vote(CAT, request_id=REQUEST)

    assert request.state is State.REVIEW
    assert ("release", {"request_id": REQUEST}) not in house.world.jobs


def test_a_vote_counts_again_when_its_checker_may_check_again(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    house.world.people[BEN.username] = replace(BEN, checks=frozenset())
    house.world.people[BEN.username] = BEN

    assert house.vote(CAT, request_id=REQUEST).state is State.APPROVED
