"""From the page of a request: what was checked goes to review as it was checked."""

import json
from dataclasses import replace

import pytest

from output_checker.application.queries import request_page
from output_checker.application.steer_review import return_early
from output_checker.application.submit import Words, submit_checked
from output_checker.disclosure.model import Verdict
from output_checker.domain.errors import (
    EgressFrozen,
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
    StaleReview,
)
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.terms import RerunRule, Terms
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    BEN,
    CONTENT,
    MEMBER,
    PROJECT,
    STRANGER,
    a_dataset,
    a_project,
)

SAID = Words(turn=1, groups=[("Counts by region", "Rounded to 5")], recipients=["ben"])


def checked(house, **changes):
    """The id of a request that `haven submit --check` made."""
    document = {"version": 1, "action": "check", "files": [{"path": "a.csv"}]} | changes
    return house.send(json.dumps(document).encode())["request_id"]


def ask(house, request_id, words=SAID, actor=ADA):
    return submit_checked(house.uow(), house.clock, request_id=request_id, words=words, actor=actor)


@pytest.fixture
def house(house):
    house.outputs.workspace = {"a.csv": CONTENT, "b.csv": b"x,1\n"}
    return house


def test_what_was_checked_is_submitted_with_what_is_said_of_it(house):
    request_id = checked(house)

    request = ask(house, request_id)

    assert (request.state, request.recipients) == (State.SUBMITTED, ("ben",))
    assert (request.groups[0].context, request.groups[0].controls) == SAID.groups[0]
    assert request.due_at is not None
    assert house.world.events()[-1] == "request.submit"
    assert ("publish", {"request_id": request_id}) == house.world.jobs[-1]


def test_the_bytes_are_those_that_were_checked_whatever_lies_in_the_workspace_now(house):
    request_id = checked(house)
    before = house.world.requests[request_id].snapshot_sha256
    house.outputs.workspace["a.csv"] = b"other bytes\n"

    request = ask(house, request_id)

    assert request.snapshot_sha256 == before
    assert [file.sha256 for file in house.world.files] == [sha256_hex(CONTENT)]


def test_without_recipients_nothing_is_asked_for(house):
    request_id = checked(house, recipients=["cat"])

    with pytest.raises(InvalidSubmission, match="at least one person"):
        ask(house, request_id, replace(SAID, recipients=[]))


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (replace(SAID, groups=[("", "Rounded")]), "context"),
        (replace(SAID, groups=[("Counts", " \n")]), "controls"),
        (replace(SAID, groups=[]), "Each group"),
        (replace(SAID, groups=[("x" * 10_001, "Rounded")]), "at most"),
        (replace(SAID, groups=[("a\x00b", "Rounded")]), "not text"),
        (replace(SAID, recipients=["nobody"]), "nobody here"),
        (replace(SAID, recipients=["<script>"]), "recipients"),
    ],
    ids=["context", "controls", "groups", "long", "nul", "unknown", "no username"],
)
def test_the_rules_for_words_and_recipients_are_the_manifests(house, words, refusal):
    request_id = checked(house)

    with pytest.raises(InvalidSubmission, match=refusal):
        ask(house, request_id, words)

    assert house.world.requests[request_id].state is State.DRAFT


def test_a_failing_file_cannot_be_submitted_from_the_page_either(house):
    house.checks.verdicts = {"a.csv": Verdict.FAIL}
    request_id = checked(house)

    with pytest.raises(InvalidSubmission, match="did not pass"):
        ask(house, request_id)


def test_only_the_author_asks(house):
    request_id = checked(house)

    for somebody in (BEN, MEMBER):
        with pytest.raises(Forbidden):
            ask(house, request_id, actor=somebody)
    with pytest.raises(NotFound):
        ask(house, request_id, actor=STRANGER)


def test_nothing_is_submitted_while_all_that_leaves_is_frozen(house):
    request_id = checked(house)
    house.world.frozen[PROJECT] = "An incident is looked into"

    with pytest.raises(EgressFrozen):
        ask(house, request_id)


@pytest.mark.parametrize("changes", [{"is_open": False}, {"members": ("mel",)}], ids=str)
def test_who_may_not_send_a_manifest_may_not_ask_on_the_page(house, changes):
    request_id = checked(house)
    house.world.projects[PROJECT] = a_project(**changes)

    with pytest.raises(Forbidden):
        ask(house, request_id)


def test_a_page_of_before_another_check_submits_nothing(house):
    request_id = checked(house)
    checked(house, request_id=request_id, files=[{"path": "b.csv"}])

    with pytest.raises(StaleReview):
        ask(house, request_id)

    assert ask(house, request_id, replace(SAID, turn=2)).state is State.SUBMITTED


def test_what_is_submitted_or_returned_is_not_submitted_from_the_page(house):
    request_id = checked(house)
    ask(house, request_id)
    with pytest.raises(InvalidTransition):
        ask(house, request_id)
    return_early(
        house.uow(), house.clock, request_id=request_id, turn=1, comment="row 3", actor=BEN
    )

    with pytest.raises(InvalidTransition):
        ask(house, request_id)


@pytest.mark.parametrize(
    "changes",
    [{"policy": "ons-10-5"}, {"datasets": (a_dataset(version="2.0.0", sha256="1" * 64),)}],
    ids=["policy", "data"],
)
def test_what_was_checked_by_other_rules_is_checked_again_first(house, changes):
    request_id = checked(house)
    house.world.projects[PROJECT] = a_project(**changes)

    with pytest.raises(InvalidSubmission, match="changed since"):
        ask(house, request_id)


def test_where_notebooks_are_run_again_the_page_cannot_leave_that_out(house):
    request_id = checked(house)
    terms = Terms(rerun=RerunRule.REQUIRE)
    house.world.projects[PROJECT] = a_project(terms=terms)

    with pytest.raises(InvalidSubmission, match="run again; name it"):
        ask(house, request_id)

    assert "run again" in request_page(house.uow(), request_id, ADA).why_not_ask


def test_the_page_offers_it_to_the_author_only_and_says_why_not(house):
    request_id = checked(house)

    assert request_page(house.uow(), request_id, ADA).can_ask
    assert not request_page(house.uow(), request_id, BEN).can_ask
    house.world.projects[PROJECT] = a_project(is_open=False)
    view = request_page(house.uow(), request_id, ADA)
    assert (view.can_ask, view.why_not_ask) == (False, "This project is closed")


def test_every_group_has_its_own_words(house):
    groups = [{"name": "Pay"}, {"name": "Jobs"}]
    files = [{"path": "a.csv", "group": "Pay"}, {"path": "b.csv", "group": "Jobs"}]
    request_id = checked(house, groups=groups, files=files)

    with pytest.raises(InvalidSubmission, match="Jobs: Say what"):
        ask(house, request_id, replace(SAID, groups=[("Pay", "Merged"), ("", "")]))
    request = ask(house, request_id, replace(SAID, groups=[("Pay", "Merged"), ("Jobs", "None")]))

    assert [(one.name, one.context) for one in request.groups] == [("Pay", "Pay"), ("Jobs", "Jobs")]
