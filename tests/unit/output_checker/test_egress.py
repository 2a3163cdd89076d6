"""A freeze stops all that leaves, and nothing else; undone, what waited goes on."""

import json

import pytest

from output_checker.application.collect import look_at_link, open_link, renew_link
from output_checker.application.publish import publish
from output_checker.application.release import release
from output_checker.domain.errors import EgressFrozen
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import ADA, BEN, CAT, PROJECT, REQUEST, a_request
from tests.unit.output_checker.fakes import FakeStore

WHY = "Nothing of this project leaves at present: an incident"


def freeze(house):
    house.world.frozen[PROJECT] = WHY


def manifest(action="submit", **more):
    asked = {"version": 1, "action": action, "files": [{"path": "a.csv"}]}
    asked |= {"context": "Counts", "controls": "Rounded"}
    return json.dumps(asked | more).encode()


def approved(house):
    house.holds(a_request())
    house.vote(BEN)
    house.vote(CAT)


def released_link(house):
    approved(house)
    release(house.releasing, request_id=REQUEST)
    publish(house.publishing, request_id=REQUEST)
    [link] = house.answers.requests[REQUEST]["links"]
    return link["address"].rpartition("/")[2]


def test_submissions_are_refused_with_the_reason(house):
    house.outputs.workspace["a.csv"] = b"n\n120\n"
    freeze(house)

    answer = house.send(manifest())

    assert answer["state"] == "refused"
    assert WHY in answer["message"]
    assert house.world.requests == {}


def test_files_are_checked_all_the_same(house):
    house.outputs.workspace["a.csv"] = b"n\n120\n"
    freeze(house)

    assert house.send(manifest("check"))["state"] == "draft"


def test_what_is_approved_waits_and_leaves_when_it_may(house):
    approved(house)
    freeze(house)

    assert release(house.releasing, request_id=REQUEST) is State.APPROVED
    assert house.store.objects == {}

    house.world.frozen.clear()
    assert release(house.releasing, request_id=REQUEST) is State.RELEASED


def test_a_release_that_has_begun_stops_half_way_and_ends_once(house):
    approved(house)
    house.store.fail_on = 1
    with pytest.raises(Exception, match="away"):
        release(house.releasing, request_id=REQUEST)
    house.store = FakeStore()
    freeze(house)

    assert release(house.releasing, request_id=REQUEST) is State.RELEASING
    assert house.store.objects == {}
    house.world.frozen.clear()
    assert release(house.releasing, request_id=REQUEST) is State.RELEASED


def test_no_link_opens_and_the_attempt_is_in_the_ledger(house):
    token = released_link(house)
    freeze(house)
    [link_id] = house.world.links

    for attempt in (
        lambda: look_at_link(house.uow(), house.clock, token=token, actor=ADA),
        lambda: renew_link(house.uow(), house.clock, house.ids, link_id=link_id, actor=ADA),
        lambda: open_link(house.uow(), house.store, house.clock, token=token, actor=ADA),
    ):
        with pytest.raises(EgressFrozen, match="an incident"):
            attempt()

    assert house.world.events()[-1] == "link.refused"
    assert house.world.links[link_id].downloads == 0


def test_reviews_go_on(house):
    house.holds(a_request())
    freeze(house)
    house.vote(BEN)

    assert house.vote(CAT).state is State.APPROVED


def test_another_projects_freeze_stops_nothing(house):
    approved(house)
    house.world.frozen["another"] = WHY

    assert release(house.releasing, request_id=REQUEST) is State.RELEASED
