"""Who looks at a request, by when, and what is overdue."""

from datetime import UTC, datetime, timedelta

import pytest

from output_checker.application.claim import claim, unclaim
from output_checker.application.queries import review_queue
from output_checker.domain.due import after_working_days
from output_checker.domain.errors import (
    Conflict,
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
)
from output_checker.domain.notice import NoticeKind
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    AUDITOR,
    BEN,
    CAT,
    EVERYTHING,
    MEMBER_WHO_CHECKS,
    NOON,
    REQUEST,
    STRANGER,
    a_request,
)
from tests.unit.output_checker.test_review_together import DAN


def take(house, actor, **how):
    return claim(house.uow(), house.clock, request_id=REQUEST, actor=actor, **how)


def test_a_claim_is_shown_in_the_queue_and_begins_the_review(house):
    house.holds(a_request())

    assert take(house, BEN).state is State.REVIEW

    [waiting] = review_queue(house.uow(), CAT)
    assert [one.checker for one in waiting.claims] == ["ben"]
    assert house.world.events() == ["review.claimed", "request.start_review"]


def test_to_claim_twice_changes_nothing(house):
    house.holds(a_request())
    take(house, BEN)
    take(house, BEN)

    assert house.world.events().count("review.claimed") == 1


def test_there_are_as_many_places_as_checkers_are_needed(house):
    house.holds(a_request())
    take(house, BEN)
    take(house, CAT)

    with pytest.raises(Conflict, match="ben, cat"):
        take(house, DAN)


def test_one_takes_over_with_a_word_that_the_other_hears_of(house):
    house.holds(a_request())
    take(house, BEN)
    take(house, CAT)

    request = take(house, DAN, instead_of="ben", word="You are on leave")

    assert [(one.checker, one.instead_of, one.word) for one in request.claims] == [
        ("dan", "ben", "You are on leave"),
        ("cat", "", ""),
    ]
    [notice] = house.world.notices
    assert (notice.recipient, notice.kind) == ("ben", NoticeKind.TAKEN_OVER)
    assert house.world.ledger[-1].details["instead_of"] == "ben"
    assert "leave" not in str(house.world.ledger[-1])


def test_to_take_over_needs_a_word_and_somebody_to_take_over_from(house):
    house.holds(a_request())
    take(house, BEN)

    with pytest.raises(InvalidSubmission):
        take(house, CAT, instead_of="ben", word=" ")
    with pytest.raises(Conflict):
        take(house, CAT, instead_of="dan", word="Mine")


def test_who_leaves_it_to_others_makes_room(house):
    house.holds(a_request())
    take(house, BEN)
    take(house, CAT)
    unclaim(house.uow(), house.clock, request_id=REQUEST, actor=BEN)

    assert take(house, DAN).claimed_by == {"cat", "dan"}


def test_who_votes_looks_at_it(house):
    house.holds(a_request())

    assert house.vote(BEN).claimed_by == {"ben"}


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (EVERYTHING, Forbidden),
        (MEMBER_WHO_CHECKS, Forbidden),
        (AUDITOR, Forbidden),
        (STRANGER, NotFound),
    ],
)
def test_only_who_may_check_claims(house, actor, error):
    house.holds(a_request())

    with pytest.raises(error):
        take(house, actor)


@pytest.mark.parametrize("state", [State.DRAFT, State.RETURNED, State.APPROVED])
def test_only_what_is_in_review_is_claimed(house, state):
    house.holds(a_request(state))

    with pytest.raises(InvalidTransition):
        take(house, BEN)


@pytest.mark.parametrize(
    ("day", "days", "due"),
    [(20, 1, 23), (20, 5, 27), (21, 1, 23), (23, 2, 25)],
    ids=["friday, one", "friday, five", "saturday, one", "monday, two"],
)
def test_days_that_nobody_works_do_not_count(day, days, due):
    start = datetime(2026, 11, day, 16, tzinfo=UTC)

    assert after_working_days(start, days) == datetime(2026, 11, due, 16, tzinfo=UTC)


def test_what_is_not_done_in_time_is_overdue(house):
    request = a_request(due_at=NOON)

    assert not request.is_overdue(NOON)
    assert request.is_overdue(NOON + timedelta(seconds=1))
    assert not a_request(State.RETURNED, due_at=NOON).is_overdue(NOON + timedelta(days=1))
