"""Reminders, and the end of what nobody cares for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from output_checker.application.claim import claim, unclaim
from output_checker.application.collect import open_link
from output_checker.application.consent import override, sign_off
from output_checker.application.keep_time import Timekeeping, keep_time
from output_checker.application.publish import publish
from output_checker.application.release import release
from output_checker.domain.errors import LinkClosed
from output_checker.domain.notice import NoticeKind
from output_checker.domain.review import Vote
from output_checker.domain.terms import Terms
from output_checker.domain.workflow import WITH_AUTHOR, State
from tests.unit.output_checker.builders import (
    ADA,
    BEN,
    CAT,
    DORA,
    NOON,
    OLGA,
    PROJECT,
    REQUEST,
    a_file,
    a_project,
    a_request,
)

DAY = timedelta(days=1)
TERMS = Terms(draft_days=30, uncollected_days=10)


@pytest.fixture
def house(house):
    house.world.projects[PROJECT] = a_project(terms=TERMS)
    return house


def after(house, passed):
    house.clock.time = NOON + passed
    return keep_time(Timekeeping(unit_of_work=house.uow, clock=house.clock))


OF_TIME = {
    NoticeKind.REVIEW_DUE,
    NoticeKind.REVIEW_OVERDUE,
    NoticeKind.DRAFT_EXPIRES,
    NoticeKind.DRAFT_EXPIRED,
    NoticeKind.RELEASE_EXPIRED,
    NoticeKind.LINKS_EXPIRE,
}


def told(house):
    return [(one.recipient, one.kind) for one in house.world.notices if one.kind in OF_TIME]


def test_checkers_who_might_are_reminded_a_day_before_it_is_due(house):
    house.holds(a_request(due_at=NOON + 5 * DAY))

    assert after(house, 3 * DAY) == (0, 0)
    assert after(house, 4 * DAY) == (2, 0)
    assert told(house) == [("ben", NoticeKind.REVIEW_DUE), ("cat", NoticeKind.REVIEW_DUE)]


def test_nobody_is_reminded_twice_of_the_same(house):
    house.holds(a_request(due_at=NOON))

    assert after(house, DAY) == (2, 0)
    assert after(house, 2 * DAY) == (0, 0)


def test_who_claimed_it_is_reminded_and_who_has_voted_is_not(house):
    house.holds(a_request(due_at=NOON))
    claim(house.uow(), house.clock, request_id=REQUEST, actor=BEN)
    house.vote(CAT)

    after(house, DAY)

    assert told(house) == [("ben", NoticeKind.REVIEW_OVERDUE)]


def test_checkers_who_confer_are_reminded_though_they_have_voted(house):
    house.holds(a_request(due_at=NOON))
    house.vote(BEN)
    unclaim(house.uow(), house.clock, request_id=REQUEST, actor=BEN)
    house.vote(CAT, Vote.RETURN)
    assert house.world.requests[REQUEST].state is State.CONSOLIDATING

    after(house, DAY)

    assert told(house) == [("ben", NoticeKind.REVIEW_OVERDUE), ("cat", NoticeKind.REVIEW_OVERDUE)]


def test_while_too_few_look_at_what_is_conferred_on_everybody_who_might_is_reminded(house):
    house.holds(a_request(State.CONSOLIDATING, due_at=NOON))

    after(house, DAY)

    assert told(house) == [("ben", NoticeKind.REVIEW_OVERDUE), ("cat", NoticeKind.REVIEW_OVERDUE)]


def test_owners_are_reminded_of_a_sign_off_until_one_of_them_gave_it(house):
    terms = replace(TERMS, sign_offs=frozenset({"labour-market"}))
    owners = {"labour-market": ("olga",)}
    house.world.projects[PROJECT] = a_project(terms=terms, owners=owners)
    house.holds(a_request(due_at=NOON + 5 * DAY))
    house.vote(BEN)
    house.vote(CAT)

    after(house, 4 * DAY)
    assert told(house) == [("olga", NoticeKind.REVIEW_DUE)]

    sign_off(
        house.uow(),
        house.clock,
        request_id=REQUEST,
        turn=1,
        dataset="labour-market",
        actor=OLGA,
    )
    assert after(house, 6 * DAY) == (0, 0)


def test_who_has_not_overridden_a_failing_file_is_reminded(house):
    terms = replace(TERMS, allows_override=True)
    house.world.projects[PROJECT] = a_project(terms=terms, overriders=("dora", "erik"))
    house.holds(a_request(due_at=NOON, verdict="fail"), [a_failing_file()])
    house.vote(BEN)
    house.vote(CAT)
    override(
        house.uow(),
        house.clock,
        request_id=REQUEST,
        file_id=a_file().file_id,
        reason="Published already",
        actor=DORA,
    )

    after(house, DAY)

    assert told(house) == [("erik", NoticeKind.REVIEW_OVERDUE)]


def a_failing_file():
    return a_file(verdict="fail", findings=())


@pytest.mark.parametrize("state", sorted(WITH_AUTHOR))
def test_what_its_author_forgot_is_over_after_a_warning(house, state):
    house.holds(a_request(state))

    assert after(house, 22 * DAY) == (0, 0)
    assert after(house, 23 * DAY) == (1, 0)
    assert after(house, 30 * DAY) == (1, 1)
    assert told(house) == [("ada", NoticeKind.DRAFT_EXPIRES), ("ada", NoticeKind.DRAFT_EXPIRED)]
    assert house.world.requests[REQUEST].state is State.EXPIRED
    assert house.world.events() == ["request.expire"]


@pytest.mark.parametrize("state", [State.SUBMITTED, State.REVIEW, State.APPROVED, State.RELEASING])
def test_what_waits_for_others_is_never_over_by_itself(house, state):
    house.holds(a_request(state))

    assert after(house, 1000 * DAY) == (0, 0)


def released(house):
    house.holds(a_request(recipients=("ada", "mel")))
    house.vote(BEN)
    house.vote(CAT)
    release(house.releasing, request_id=REQUEST)
    publish(house.publishing, request_id=REQUEST)
    links = house.answers.requests[REQUEST]["links"]
    return next(link["address"].rpartition("/")[2] for link in links if link["address"])


def test_a_release_that_nobody_collected_is_over_and_its_links_closed(house):
    token = released(house)

    assert after(house, 9 * DAY) == (0, 0)
    assert after(house, 10 * DAY) == (2, 1)

    assert house.world.requests[REQUEST].state is State.EXPIRED
    assert told(house) == [
        ("ada", NoticeKind.RELEASE_EXPIRED),
        ("mel", NoticeKind.RELEASE_EXPIRED),
    ]
    with pytest.raises(LinkClosed):
        open_link(house.uow(), house.store, house.clock, token=token, actor=ADA)


def test_a_release_that_somebody_collected_stays(house):
    token = released(house)
    open_link(house.uow(), house.store, house.clock, token=token, actor=ADA)

    assert after(house, 1000 * DAY) == (0, 0)
    assert house.world.requests[REQUEST].state is State.RELEASED
