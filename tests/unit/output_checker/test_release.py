import json
from dataclasses import replace
from datetime import timedelta

import pytest

from output_checker.application.publish import publish
from output_checker.application.release import release
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.output_file import snapshot_sha256
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    BEN,
    CAT,
    CONTENT,
    NOON,
    REQUEST,
    a_file,
    a_request,
    a_review,
)

TWO_FILES = snapshot_sha256([a_file(0), a_file(1)])


def approved(house, **changes):
    house.holds(a_request(snapshot_sha256=TWO_FILES, **changes), files=2)
    house.vote(BEN, request_id=REQUEST)
    house.vote(CAT, request_id=REQUEST)


def test_all_files_and_the_record_are_sealed(house):
    approved(house)

    assert release(house.releasing, request_id=REQUEST) is State.RELEASED

    sha256 = sha256_hex(CONTENT)
    files = {key: value for key, value in house.store.objects.items() if "ro-crate" not in key}
    assert files == {
        f"labour/{REQUEST}/{sha256}/table0.csv": CONTENT,
        f"labour/{REQUEST}/{sha256}/table1.csv": CONTENT,
    }
    assert house.world.events()[-2:] == ["request.start_release", "request.release"]


def test_the_record_says_who_agreed_by_which_rules(house):
    approved(house)
    release(house.releasing, request_id=REQUEST)

    kept = house.world.releases[REQUEST]
    graph = {item["@id"]: item for item in json.loads(kept.record)["@graph"]}

    assert house.store.objects[f"labour/{REQUEST}/{kept.record_sha256}/ro-crate-metadata.json"]
    assert sha256_hex(kept.record) == kept.record_sha256
    assert graph["#threshold-threshold"]["value"] == 10
    assert graph["#policy"]["name"] == "sacro-10, labour-rules"
    assert graph["#dataset-lfs-1.0.0"]["sha256"] == "a" * 64
    agreed = graph["#authorisation"]["agent"]
    assert [agent["@id"] for agent in agreed] == ["#person-ben", "#person-cat"]
    assert graph["#ledger-head"]["value"] == kept.ledger_head.entry_hash
    assert graph["./"]["expires"] == (NOON + timedelta(days=30)).isoformat()
    assert b"north" not in kept.record


def test_files_judged_by_nobody_knows_what_are_not_released(house):
    approved(house, judged_by={})

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED
    assert house.store.objects == {}


def test_a_byte_changed_after_review_stops_the_whole_release(house):
    approved(house)
    house.outputs.quarantine[REQUEST, 1, 1] = CONTENT.replace(b"120", b"121")

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED

    assert house.store.objects == {}
    assert "not what was checked and reviewed" in house.world.requests[REQUEST].message
    assert house.world.events()[-1] == "request.refuse_release"
    assert house.world.links == {}


def test_a_byte_changed_between_decision_and_sealing_stops_it_too(house):
    approved(house)
    house.store.fail_on = 1
    with pytest.raises(DependencyUnavailable):
        release(house.releasing, request_id=REQUEST)
    house.outputs.quarantine[REQUEST, 1, 0] = b"other"

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED

    assert house.store.objects == {}


def test_a_file_exchanged_in_the_database_after_review_stops_it(house):
    approved(house)
    house.world.files[1] = a_file(1, content=b"secret")
    house.outputs.quarantine[REQUEST, 1, 1] = b"secret"

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED
    assert house.store.objects == {}


def test_a_state_set_to_approved_without_votes_releases_nothing(house):
    house.holds(a_request(State.APPROVED))
    house.world.reviews = [a_review("ben"), a_review("cat", Vote.RETURN)]

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED
    assert house.store.objects == {}


@pytest.mark.parametrize("crash_at", [1, 2, 3, 4])
def test_a_crash_at_any_put_ends_in_one_release_when_run_again(house, crash_at):
    approved(house)
    house.store.fail_on = crash_at
    with pytest.raises(DependencyUnavailable):
        release(house.releasing, request_id=REQUEST)
    assert house.world.requests[REQUEST].state is State.RELEASING
    assert house.world.links == {}
    house.store.fail_on = None
    house.clock.advance(timedelta(hours=1))

    assert release(house.releasing, request_id=REQUEST) is State.RELEASED

    assert len(house.store.objects) == 4
    assert house.world.events().count("request.release") == 1


def test_a_crash_after_the_last_put_leaves_one_record(house):
    approved(house)
    commits = []
    original = type(house.uow()).commit

    def dies_once(uow):
        commits.append(1)
        if len(commits) == 2:
            raise DependencyUnavailable("died before the commit")
        original(uow)

    type(house.uow()).commit = dies_once
    try:
        with pytest.raises(DependencyUnavailable):
            release(house.releasing, request_id=REQUEST)
        house.clock.advance(timedelta(hours=1))
        release(house.releasing, request_id=REQUEST)
    finally:
        type(house.uow()).commit = original

    assert sum(key.endswith("ro-crate-metadata.json") for key in house.store.objects) == 1
    assert house.world.requests[REQUEST].state is State.RELEASED


@pytest.mark.parametrize(
    "state", [state for state in State if state not in {State.APPROVED, State.RELEASING}]
)
def test_only_approved_requests_are_released(house, state):
    house.holds(a_request(state))

    assert release(house.releasing, request_id=REQUEST) is state
    assert house.store.puts == []


def test_running_it_twice_releases_once(house):
    approved(house)
    release(house.releasing, request_id=REQUEST)
    links = dict(house.world.links)

    assert release(house.releasing, request_id=REQUEST) is State.RELEASED

    assert house.world.links == links
    assert house.world.events().count("request.release") == 1


def test_each_recipient_gets_a_link_to_each_file(house):
    approved(house, recipients=("ada", "mel"))
    release(house.releasing, request_id=REQUEST)

    found = {(link.recipient, link.file_id) for link in house.world.links.values()}

    assert found == {(name, a_file(n).file_id) for name in ("ada", "mel") for n in (0, 1)}


def test_the_authors_workspace_is_told_and_only_of_the_authors_secrets(house):
    approved(house, recipients=("ada", "mel"))
    release(house.releasing, request_id=REQUEST)

    publish(house.publishing, request_id=REQUEST)

    body = house.answers.requests[REQUEST]
    assert body["state"] == "released"
    told = {(link["recipient"], link["address"] is not None) for link in body["links"]}
    assert told == {("ada", True), ("mel", False)}
    stored = {link.token_sha256 for link in house.world.links.values()} - {None}
    tokens = [link["address"].rpartition("/")[2] for link in body["links"] if link["address"]]
    assert stored == {sha256_hex(token.encode()) for token in tokens}
    assert not any(token in repr(house.world) for token in tokens)


def test_publishing_again_keeps_the_secrets_that_work(house):
    approved(house)
    release(house.releasing, request_id=REQUEST)
    publish(house.publishing, request_id=REQUEST)
    first = house.answers.requests[REQUEST]["links"]

    publish(house.publishing, request_id=REQUEST)

    assert house.answers.requests[REQUEST]["links"] == first


def test_a_record_changed_after_the_decision_stops_it(house):
    approved(house)
    house.store.fail_on = 1
    with pytest.raises(DependencyUnavailable):
        release(house.releasing, request_id=REQUEST)
    decided = house.world.releases[REQUEST]
    house.world.releases[REQUEST] = replace(decided, record=decided.record + b" ")

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED
    assert house.store.objects == {}


def test_a_second_worker_that_comes_too_late_seals_nothing(house):
    approved(house)
    decide = type(house.uow()).commit

    def and_somebody_else_finishes(uow):
        decide(uow)
        type(house.uow()).commit = decide
        release(house.releasing, request_id=REQUEST)

    type(house.uow()).commit = and_somebody_else_finishes

    assert release(house.releasing, request_id=REQUEST) is State.RELEASED
    assert len(house.store.puts) == 4
    assert house.world.events().count("request.release") == 1


def test_a_release_whose_checker_joined_the_project_in_between_is_refused(house):
    approved(house)
    house.world.people[BEN.username] = replace(BEN, member_of=frozenset({"labour"}))

    assert release(house.releasing, request_id=REQUEST) is State.REFUSED

    assert house.store.objects == {}
    assert "2 different checkers" in house.world.requests[REQUEST].message
