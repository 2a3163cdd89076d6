"""Owners who sign off, and the two who let a failing file pass."""

import json
from dataclasses import replace

import pytest

from output_checker.application.consent import override, sign_off
from output_checker.application.queries import request_page, review_queue
from output_checker.application.release import release
from output_checker.disclosure.model import Verdict
from output_checker.domain.errors import (
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
    StaleReview,
)
from output_checker.domain.terms import Terms
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    AUDITOR,
    BEN,
    CAT,
    DORA,
    ERIK,
    EVERYTHING,
    MEMBER,
    OLGA,
    PROJECT,
    REQUEST,
    STRANGER,
    a_file,
    a_project,
    a_request,
)

DATASET = "labour-market"
SIGNED = Terms(sign_offs=frozenset({DATASET}))
OVERRIDES = Terms(allows_override=True)
FAILING = a_file(verdict="fail", findings=({"rule": "threshold", "verdict": "fail"},))


def sign(house, actor=OLGA, dataset=DATASET, turn=1):
    return sign_off(
        house.uow(), house.clock, request_id=REQUEST, turn=turn, dataset=dataset, actor=actor
    )


def let_pass(house, actor, reason="Published already", file_id=FAILING.file_id):
    return override(
        house.uow(), house.clock, request_id=REQUEST, file_id=file_id, reason=reason, actor=actor
    )


@pytest.fixture
def owned(house):
    house.world.projects[PROJECT] = a_project(terms=SIGNED)
    house.holds(a_request())
    return house


@pytest.fixture
def failing(house):
    house.world.projects[PROJECT] = a_project(terms=OVERRIDES)
    house.holds(a_request(verdict="fail"), [FAILING])
    return house


def test_where_a_dataset_asks_two_checkers_are_not_enough(owned):
    owned.vote(BEN)

    assert owned.vote(CAT).state is State.REVIEW
    assert sign(owned).state is State.APPROVED


def test_an_owner_may_agree_before_the_checkers_do(owned):
    assert sign(owned).state is State.SUBMITTED
    owned.vote(BEN)

    assert owned.vote(CAT).state is State.APPROVED


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (ADA, Forbidden),
        (EVERYTHING, Forbidden),
        (MEMBER, Forbidden),
        (BEN, Forbidden),
        (DORA, Forbidden),
        (AUDITOR, Forbidden),
        (STRANGER, NotFound),
        (replace(OLGA, member_of=frozenset({PROJECT})), Forbidden),
        (replace(OLGA, username="ada"), Forbidden),
    ],
)
def test_only_an_owner_outside_the_project_signs_off(owned, actor, error):
    with pytest.raises(error):
        sign(owned, actor)

    assert owned.world.sign_offs == []


def test_who_checks_does_not_sign_off_as_well(owned):
    both = replace(BEN, signs_off=OLGA.signs_off)
    owned.world.people["ben"] = both
    owned.vote(both)

    with pytest.raises(Forbidden, match="as well"):
        sign(owned, both)


def test_a_sign_off_of_somebody_who_then_votes_does_not_count(owned):
    both = replace(BEN, signs_off=OLGA.signs_off)
    owned.world.people["ben"] = both
    sign(owned, both)
    owned.vote(both)

    assert owned.vote(CAT).state is State.REVIEW


def test_a_sign_off_is_for_a_dataset_one_owns_and_files_one_has_seen(owned):
    with pytest.raises(Forbidden):
        sign(owned, dataset="another")
    with pytest.raises(StaleReview):
        sign(owned, turn=2)


def test_a_sign_off_of_who_is_no_owner_any_more_does_not_count(owned):
    sign(owned)
    owned.world.people["olga"] = replace(OLGA, signs_off=frozenset())
    owned.vote(BEN)

    assert owned.vote(CAT).state is State.REVIEW


def test_an_owner_finds_what_waits_for_them_and_sees_the_findings(owned):
    assert [one.has_voted for one in review_queue(owned.uow(), OLGA)] == [False]
    [asked] = request_page(owned.uow(), REQUEST, OLGA).sign_offs
    assert (asked.dataset, asked.can_sign) == (DATASET, True)

    sign(owned)

    assert review_queue(owned.uow(), OLGA) == ()


def test_two_overrides_let_a_failing_file_pass(failing):
    failing.vote(BEN)
    failing.vote(CAT)

    assert let_pass(failing, DORA).state is State.REVIEW
    assert let_pass(failing, ERIK, "Agreed: it is public").state is State.APPROVED
    assert release(failing.releasing, request_id=REQUEST) is State.RELEASED

    record = json.loads(failing.world.releases[REQUEST].record)
    told = [one for one in record["@graph"] if one.get("name") == "override"]
    assert {(one["agent"]["@id"], one["description"]) for one in told} == {
        ("#person-dora", "Published already"),
        ("#person-erik", "Agreed: it is public"),
    }
    assert failing.world.events().count("file.overridden") == 2


def test_one_person_is_not_two(failing):
    failing.vote(BEN)
    failing.vote(CAT)
    let_pass(failing, DORA)

    assert let_pass(failing, DORA, "Once more").state is State.REVIEW


def test_overrides_do_not_stand_for_checkers(failing):
    let_pass(failing, DORA)

    assert let_pass(failing, ERIK).state is State.SUBMITTED


def test_where_nobody_may_override_it_never_passes(failing):
    failing.world.projects[PROJECT] = a_project()
    failing.vote(BEN)
    failing.vote(CAT)
    let_pass(failing, DORA)

    assert let_pass(failing, ERIK).state is State.REVIEW


def test_an_override_of_who_may_no_longer_does_not_count(failing):
    let_pass(failing, DORA)
    failing.world.people["dora"] = replace(DORA, overrides=frozenset())
    let_pass(failing, ERIK)
    failing.vote(BEN)

    assert failing.vote(CAT).state is State.REVIEW


@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (ADA, Forbidden),
        (BEN, Forbidden),
        (OLGA, Forbidden),
        (AUDITOR, Forbidden),
        (STRANGER, NotFound),
        (replace(DORA, username="ada"), Forbidden),
        (replace(DORA, member_of=frozenset({PROJECT})), Forbidden),
        (replace(DORA, conflicts=frozenset({(PROJECT, "ada")})), Forbidden),
    ],
)
def test_only_who_is_named_for_it_and_outside_the_project_overrides(failing, actor, error):
    with pytest.raises(error):
        let_pass(failing, actor)

    assert failing.world.overrides == []


@pytest.mark.parametrize("reason", ["", "  ", "x" * 4_001, "a\x00b"])
def test_an_override_needs_a_reason_of_a_sane_length(failing, reason):
    with pytest.raises(InvalidSubmission):
        let_pass(failing, DORA, reason)


@pytest.mark.parametrize(
    "file",
    [
        a_file(),
        replace(FAILING, findings=({"rule": "unchecked", "verdict": "fail"},)),
        replace(FAILING, previews=()),
        replace(FAILING, verdict="surely bad"),
    ],
    ids=["passing", "never judged", "not to be seen", "an unknown verdict"],
)
def test_what_does_not_fail_or_was_not_judged_or_seen_is_not_overridden(house, file):
    house.world.projects[PROJECT] = a_project(terms=OVERRIDES)
    house.holds(a_request(verdict="fail"), [file])

    with pytest.raises(Forbidden):
        let_pass(house, DORA)


@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.RELEASED])
def test_only_what_is_in_review_is_signed_off_or_overridden(house, state):
    house.holds(a_request(state), [FAILING])

    with pytest.raises(InvalidTransition):
        sign(house)
    with pytest.raises(InvalidTransition):
        let_pass(house, DORA)


def send(house, **terms):
    house.world.projects[PROJECT] = a_project(terms=Terms(**terms))
    house.outputs.workspace["a.csv"] = b"n\n3\n"
    house.checks.verdicts = {"a.csv": Verdict.FAIL}
    asked = {"version": 1, "action": "submit", "files": [{"path": "a.csv"}]}
    asked |= {"context": "Counts", "controls": "Rounded"}
    return house.send(json.dumps(asked).encode())


def test_a_failing_file_is_submitted_only_where_people_may_override(house):
    assert send(house)["state"] == "draft"


def test_a_failing_file_goes_to_review_where_people_may_override(house):
    assert send(house, allows_override=True)["state"] == "submitted"
