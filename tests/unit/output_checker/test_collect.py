from dataclasses import replace
from datetime import timedelta

import pytest

from output_checker.application.collect import look_at_link, open_link, renew_link, revoke_link
from output_checker.application.release import release
from output_checker.domain.errors import DependencyUnavailable, Forbidden, LinkClosed, NotFound
from output_checker.domain.integrity import sha256_hex
from tests.unit.output_checker.builders import (
    ADA,
    ADMIN,
    AUDITOR,
    BEN,
    CAT,
    CONTENT,
    MEMBER,
    REQUEST,
    STRANGER,
    a_request,
)


@pytest.fixture
def token(house):
    house.holds(a_request())
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)
    release(house.releasing, request_id=REQUEST)
    return renew(house)


def renew(house, actor=ADA):
    return renew_link(
        house.uow(), house.clock, house.ids, link_id=the_link(house).link_id, actor=actor
    )


def the_link(house):
    (link,) = house.world.links.values()
    return link


def collect(house, token, actor=ADA):
    return open_link(house.uow(), house.store, house.clock, token=token, actor=actor)


def test_the_recipient_gets_the_reviewed_bytes_and_it_is_counted(house, token):
    assert collect(house, token) == ("table0.csv", CONTENT)
    assert the_link(house).downloads == 1
    assert house.world.ledger[-1].event == "file.collected"
    assert house.world.ledger[-1].actor == "ada"


@pytest.mark.parametrize("actor", [BEN, MEMBER, ADMIN, AUDITOR, STRANGER], ids=lambda a: a.username)
def test_nobody_else_gets_anything_and_the_attempt_is_noted(house, token, actor):
    with pytest.raises(NotFound):
        collect(house, token, actor)

    assert the_link(house).downloads == 0
    assert (house.world.ledger[-1].event, house.world.ledger[-1].actor) == (
        "link.refused",
        actor.username,
    )


def test_a_guessed_token_opens_nothing(house, token):
    with pytest.raises(NotFound):
        collect(house, token + "x")


def test_the_hash_of_a_token_opens_nothing(house, token):
    with pytest.raises(NotFound):
        collect(house, sha256_hex(token.encode()))


def test_a_link_expires(house, token):
    house.clock.advance(timedelta(days=14))

    with pytest.raises(LinkClosed, match="expired"):
        collect(house, token)
    assert house.world.ledger[-1].event == "link.refused"


def test_a_link_is_used_up(house, token):
    collect(house, token)
    collect(house, token)

    with pytest.raises(LinkClosed, match="as often"):
        collect(house, token)


@pytest.mark.parametrize("actor", [ADA, BEN, ADMIN], ids=lambda a: a.username)
def test_a_revoked_link_opens_nothing(house, token, actor):
    revoke_link(house.uow(), house.clock, link_id=the_link(house).link_id, actor=actor)

    with pytest.raises(LinkClosed, match="revoked"):
        collect(house, token)
    with pytest.raises(LinkClosed, match="revoked"):
        renew(house)
    assert "link.revoked" in house.world.events()


def test_a_member_who_is_not_the_author_cannot_revoke(house, token):
    with pytest.raises(Forbidden):
        revoke_link(house.uow(), house.clock, link_id=the_link(house).link_id, actor=MEMBER)


def test_a_stranger_does_not_learn_of_the_link(house, token):
    with pytest.raises(NotFound):
        revoke_link(house.uow(), house.clock, link_id=the_link(house).link_id, actor=STRANGER)


def test_a_renewed_link_replaces_the_old_secret_and_keeps_the_count(house, token):
    collect(house, token)
    fresh = renew(house)

    with pytest.raises(NotFound):
        collect(house, token)
    collect(house, fresh)
    with pytest.raises(LinkClosed):
        collect(house, fresh)


def test_only_the_recipient_renews(house, token):
    with pytest.raises(NotFound):
        renew(house, BEN)


def test_looking_at_a_link_counts_nothing(house, token):
    link, name = look_at_link(house.uow(), house.clock, token=token, actor=ADA)

    assert (link.downloads, name) == (0, "table0.csv")
    assert the_link(house).downloads == 0


def test_changed_bytes_in_the_store_are_not_handed_out(house, token):
    house.store.objects = dict.fromkeys(house.store.objects, b"other")

    with pytest.raises(Exception, match="other bytes"):
        collect(house, token)
    assert the_link(house).downloads == 0


def test_a_store_that_is_away_costs_no_download(house, token):
    def away(key, *, sha256):
        raise DependencyUnavailable("away")

    house.store.get = away

    with pytest.raises(DependencyUnavailable):
        collect(house, token)
    assert the_link(house).downloads == 0


def test_a_link_to_a_request_that_is_not_released_opens_nothing(house, token):
    request = house.world.requests[REQUEST]
    house.world.requests[REQUEST] = replace(request, state=a_request().state)

    with pytest.raises(NotFound):
        collect(house, token)


@pytest.mark.parametrize("actor", [BEN, MEMBER, STRANGER], ids=lambda a: a.username)
def test_nobody_else_looks_at_a_link(house, token, actor):
    with pytest.raises(NotFound):
        look_at_link(house.uow(), house.clock, token=token, actor=actor)


def test_the_page_of_an_expired_link_says_so(house, token):
    house.clock.advance(timedelta(days=15))

    with pytest.raises(LinkClosed, match="expired"):
        look_at_link(house.uow(), house.clock, token=token, actor=ADA)


def test_a_link_that_is_not_there_cannot_be_revoked(house, token):
    with pytest.raises(NotFound):
        revoke_link(house.uow(), house.clock, link_id="f" * 32, actor=ADMIN)


def test_revoking_twice_keeps_the_first_time(house, token):
    link_id = the_link(house).link_id
    first = revoke_link(house.uow(), house.clock, link_id=link_id, actor=BEN)
    house.clock.advance(timedelta(days=1))

    again = revoke_link(house.uow(), house.clock, link_id=link_id, actor=BEN)

    assert again.revoked_at == first.revoked_at


def test_the_author_closes_another_recipients_link(house):
    house.holds(a_request(recipients=("mel",)))
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)
    release(house.releasing, request_id=REQUEST)

    revoke_link(house.uow(), house.clock, link_id=the_link(house).link_id, actor=ADA)

    assert the_link(house).revoked_at is not None
