"""A release that must not go on: who takes it back, and that nothing of it can be had any more."""

from dataclasses import replace

import pytest

from output_checker.application.collect import open_link
from output_checker.application.publish import publish
from output_checker.application.release import release
from output_checker.application.withdraw_release import release_to_withdraw, withdraw_release
from output_checker.domain.errors import (
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    LinkClosed,
    NotFound,
)
from output_checker.domain.notice import NoticeKind
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    DORA,
    MEMBER,
    OLGA,
    REQUEST,
    STRANGER,
    a_request,
)


@pytest.fixture
def token(house):
    house.holds(a_request(recipients=("ada", "mel")))
    house.vote(BEN)
    house.vote(CAT)
    release(house.releasing, request_id=REQUEST)
    publish(house.publishing, request_id=REQUEST)
    links = house.answers.requests[REQUEST]["links"]
    return next(link["address"].rpartition("/")[2] for link in links if link["address"])


def take_back(house, actor, reason="It shows a firm"):
    return withdraw_release(
        house.uow(), house.clock, request_id=REQUEST, reason=reason, actor=actor
    )


@pytest.mark.parametrize("actor", [ADA, OLGA, ADMIN], ids=lambda one: one.username)
def test_author_owner_and_admin_may_and_every_link_ends_at_once(house, token, actor):
    saved = take_back(house, actor)

    assert (saved.state, saved.message) == (State.WITHDRAWN, "It shows a firm")
    assert all(link.revoked_at for link in house.world.links.values())
    with pytest.raises(LinkClosed, match="revoked"):
        open_link(house.uow(), house.store, house.clock, token=token, actor=ADA)


def test_the_recipients_are_told_and_the_reason_is_not_in_the_notice(house, token):
    take_back(house, ADMIN)

    told = [one for one in house.world.notices if one.kind is NoticeKind.RELEASE_WITHDRAWN]
    assert [(one.recipient, one.actor) for one in told] == [("ada", "root"), ("mel", "root")]


def test_the_ledger_says_who_and_how_many_links_and_not_why(house, token):
    take_back(house, OLGA)

    line = house.world.ledger[-1]
    assert (line.event, line.actor) == ("request.withdraw_release", "olga")
    assert line.details == {
        "was": "released",
        "now": "withdrawn",
        "turn": 1,
        "links_closed": 2,
    }


@pytest.mark.parametrize("actor", [BEN, DORA, MEMBER, AUDITOR], ids=lambda one: one.username)
def test_nobody_else_may(house, token, actor):
    with pytest.raises(Forbidden):
        take_back(house, actor)
    with pytest.raises(Forbidden):
        release_to_withdraw(house.uow(), house.clock, request_id=REQUEST, actor=actor)
    assert house.world.requests[REQUEST].state is State.RELEASED


def test_a_stranger_finds_nothing(house, token):
    with pytest.raises(NotFound):
        take_back(house, STRANGER)


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 1001, "a\x00b"])
def test_a_reason_is_needed(house, token, reason):
    with pytest.raises(InvalidSubmission):
        take_back(house, ADA, reason)
    assert house.world.requests[REQUEST].state is State.RELEASED


def test_what_is_not_released_is_not_taken_back_like_this(house):
    house.holds(a_request())

    with pytest.raises(InvalidTransition):
        take_back(house, ADA)


def test_a_freeze_does_not_stand_in_the_way(house, token):
    house.world.frozen[a_request().project_id] = "Nothing leaves"

    assert take_back(house, ADMIN).state is State.WITHDRAWN


def test_it_is_done_once(house, token):
    take_back(house, ADA)

    with pytest.raises(InvalidTransition):
        take_back(house, ADMIN)


def test_an_admin_is_shown_nothing_of_what_is_in_it(house, token):
    found = release_to_withdraw(house.uow(), house.clock, request_id=REQUEST, actor=ADMIN)

    assert (found.author, found.recipients, found.open_links) == ("ada", ("ada", "mel"), 2)
    with pytest.raises(NotFound), house.uow() as uow:
        uow.requests.get(REQUEST, visible_to=replace(ADMIN))
