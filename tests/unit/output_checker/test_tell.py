"""Who hears of what: everybody whom a step concerns, once, and nobody else."""

import json
from datetime import timedelta

import pytest

from output_checker.application.claim import claim, unclaim
from output_checker.application.collect import revoke_link
from output_checker.application.keep_time import Timekeeping, keep_time
from output_checker.application.release import release
from output_checker.application.steer_review import consolidate
from output_checker.application.withdraw import withdraw
from output_checker.disclosure.model import Verdict
from output_checker.domain.errors import IntegrityLost
from output_checker.domain.message import (
    FIRST_WAIT,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    Channel,
    Message,
    next_digest,
)
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.notice_words import MANNERS, address, sentence
from output_checker.domain.review import Vote
from output_checker.domain.terms import Terms
from tests.unit.output_checker.builders import (
    ADA,
    BEN,
    CAT,
    NOON,
    PROJECT,
    REQUEST,
    a_project,
    a_request,
)

DAY = timedelta(days=1)
MANIFEST = {
    "version": 1,
    "action": "submit",
    "files": [{"path": "a.csv"}],
    "context": "Counts by region",
    "controls": "Rounded to 5",
}


def told(house, kind=None):
    return [
        f"{one.recipient} {one.kind}" for one in house.world.notices if kind in {None, one.kind}
    ]


def submitted(house, verdict=Verdict.PASS, **changes):
    house.world.projects[PROJECT] = a_project(
        overriders=("dora", "erik"), owners={"labour-market": ("olga",)}, **changes
    )
    house.outputs.workspace["a.csv"] = b"region,n\nnorth,120\n"
    house.checks.verdicts = {"a.csv": verdict}
    return house.send(json.dumps(MANIFEST).encode())


def released(house):
    house.holds(a_request(recipients=("ada", "mel")))
    house.vote(BEN)
    house.vote(CAT)
    release(house.releasing, request_id=REQUEST)


def test_author_and_checkers_hear_of_what_is_submitted(house):
    submitted(house)

    assert told(house) == ["ada findings_ready", "ben submitted", "cat submitted"]


def test_an_owner_hears_that_a_sign_off_is_wanted(house):
    submitted(house, terms=Terms(sign_offs=frozenset({"labour-market"})))

    assert told(house, NoticeKind.SIGN_OFF_WANTED) == ["olga sign_off_wanted"]


def test_those_who_override_hear_of_a_file_that_fails(house):
    house.checks.kind = "table"
    submitted(house, Verdict.FAIL, terms=Terms(allows_override=True))

    assert told(house, NoticeKind.OVERRIDE_WANTED) == [
        "dora override_wanted",
        "erik override_wanted",
    ]


def test_the_first_vote_calls_for_the_second_once(house):
    house.holds(a_request())
    house.vote(BEN)

    assert told(house) == ["cat vote_wanted"]
    assert house.world.notices[0].actor == ""


def test_checkers_who_disagree_hear_that_they_may_confer(house):
    house.holds(a_request())
    house.vote(BEN)
    house.vote(CAT, Vote.RETURN)

    assert told(house, NoticeKind.VOTES_DIFFER) == ["ben votes_differ"]


def test_a_voter_who_looks_at_it_no_more_hears_that_they_may_confer(house):
    house.holds(a_request())
    house.vote(BEN)
    unclaim(house.uow(), house.clock, request_id=REQUEST, actor=BEN)
    house.vote(CAT, Vote.RETURN)

    assert told(house, NoticeKind.VOTES_DIFFER) == ["ben votes_differ"]


def test_who_asks_to_confer_is_not_told_of_it(house):
    house.holds(a_request())
    house.world.projects[PROJECT] = a_project(terms=Terms(sign_offs=frozenset({"labour-market"})))
    house.vote(BEN)
    house.vote(CAT)
    consolidate(house.uow(), house.clock, request_id=REQUEST, turn=1, actor=BEN)

    assert told(house, NoticeKind.VOTES_DIFFER) == ["cat votes_differ"]


@pytest.mark.parametrize(
    ("vote", "kind"),
    [
        (Vote.APPROVE, NoticeKind.APPROVED),
        (Vote.RETURN, NoticeKind.RETURNED),
        (Vote.REJECT, NoticeKind.REJECTED),
    ],
)
def test_the_author_hears_what_was_decided(house, vote, kind):
    house.holds(a_request())
    house.vote(BEN, vote)
    house.vote(CAT, vote)

    assert told(house, kind) == [f"ada {kind}"]


def test_author_and_recipients_hear_of_a_release(house):
    released(house)

    assert told(house, NoticeKind.RELEASED) == ["ada released", "mel released"]


def test_the_author_hears_of_a_release_that_was_refused(house, monkeypatch):
    house.holds(a_request())
    house.vote(BEN)
    house.vote(CAT)

    def lost(*_, **__):
        raise IntegrityLost("other bytes")

    monkeypatch.setattr(type(house.outputs), "quarantined", lost)
    release(house.releasing, request_id=REQUEST)

    assert told(house, NoticeKind.RELEASE_REFUSED) == ["ada release_refused"]


def test_only_those_who_look_at_it_hear_of_a_withdrawal(house):
    house.holds(a_request())
    claim(house.uow(), house.clock, request_id=REQUEST, actor=BEN)
    withdraw(house.uow(), house.clock, request_id=REQUEST, actor=ADA)

    assert told(house) == ["ben withdrawn"]


def test_recipients_hear_three_days_before_their_links_end(house):
    released(house)
    deps = Timekeeping(unit_of_work=house.uow, clock=house.clock)
    house.clock.time = NOON + 10 * DAY
    keep_time(deps)
    assert told(house, NoticeKind.LINKS_EXPIRE) == []

    house.clock.time = NOON + 11 * DAY
    links = [one for one in house.world.links.values() if one.recipient == "mel"]
    revoke_link(house.uow(), house.clock, link_id=links[0].link_id, actor=ADA)
    house.world.projects[PROJECT] = a_project(terms=Terms(uncollected_days=90))
    keep_time(deps)
    keep_time(deps)

    assert told(house, NoticeKind.LINKS_EXPIRE) == ["ada links_expire"]


def test_each_kind_has_words_and_a_place():
    assert set(MANNERS) == set(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
def test_a_notice_leads_to_a_page_of_haven(kind):
    notice = Notice(recipient="ada", kind=kind, occasion="x", at=NOON, request_id=REQUEST)

    assert address(notice).startswith("/")
    assert not address(notice).startswith("//")


def test_an_actor_cannot_end_a_line():
    notice = Notice(
        recipient="ada", kind=NoticeKind.EGRESS_FROZEN, occasion="x", at=NOON,
        actor="(cli:root\r\nBcc: eve@example.org)",
    )  # fmt: skip

    assert sentence(notice) == "Nothing leaves at present (by (cli:rootBcc: eve@example.org))"


def test_pauses_between_tries_grow_and_tries_have_an_end():
    message = Message(
        message_id="a", channel=Channel.EMAIL, recipient="ada", due_at=NOON, next_at=NOON
    )
    waits = []
    while message.given_up_at is None:
        message = message.failed(NOON, "smtp_451", for_good=False)
        waits.append(message.next_at - NOON)

    assert len(waits) == MOST_ATTEMPTS
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST_WAIT, LONGEST_WAIT)


@pytest.mark.parametrize(
    ("hour", "later"), [(13, timedelta(hours=1)), (12, DAY), (7, 19 * DAY / 24)]
)
def test_a_digest_goes_out_at_the_next_such_hour(hour, later):
    assert next_digest(NOON, hour) == NOON + later
