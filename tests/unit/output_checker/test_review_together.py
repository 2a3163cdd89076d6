"""How checkers come to agree: votes on files, conferring, returning early, standing aside."""

from dataclasses import replace

import pytest

from output_checker.application.claim import claim
from output_checker.application.consent import override
from output_checker.application.queries import request_page, review_queue
from output_checker.application.record_view import open_review
from output_checker.application.release import release
from output_checker.application.steer_review import consolidate, declare_conflict
from output_checker.domain.errors import (
    AlreadyVoted,
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
    StaleReview,
)
from output_checker.domain.output_file import snapshot_sha256
from output_checker.domain.review import Vote
from output_checker.domain.terms import Terms
from output_checker.domain.workflow import State
from tests.unit.output_checker.builders import (
    ADA,
    AUDITOR,
    BEN,
    CAT,
    EVERYTHING,
    MEMBER,
    MEMBER_WHO_CHECKS,
    PROJECT,
    REQUEST,
    STRANGER,
    a_file,
    a_project,
    a_request,
)

FIRST, SECOND = a_file(0).file_id, a_file(1).file_id
TWO_FILES = (a_file(0), a_file(1))
DAN = replace(BEN, username="dan")
FAILING = ({"rule": "threshold", "verdict": "fail"},)


@pytest.fixture
def two(house):
    house.world.people["dan"] = DAN
    house.holds(a_request(snapshot_sha256=snapshot_sha256(TWO_FILES)), TWO_FILES)
    return house


def confer(house, actor, turn=1):
    return consolidate(house.uow(), house.clock, request_id=REQUEST, turn=turn, actor=actor)


def stand_aside(house, actor):
    return declare_conflict(house.uow(), house.clock, request_id=REQUEST, actor=actor)


def seen_by(house, actor):
    return request_page(house.uow(), REQUEST, actor)


@pytest.mark.parametrize(
    "files",
    [{}, {FIRST: Vote.APPROVE}, {FIRST: Vote.APPROVE, SECOND: Vote.RETURN}],
    ids=["no file", "one of two", "the other asked to change"],
)
def test_a_request_is_approved_file_by_file(two, files):
    with pytest.raises(InvalidSubmission, match="each of its files"):
        two.vote(BEN, files=files)

    assert two.world.reviews == []


def test_a_file_cannot_be_rejected_alone(two):
    with pytest.raises(InvalidSubmission):
        two.vote(BEN, Vote.RETURN, files={FIRST: Vote.REJECT})


def test_an_unfinished_review_is_kept_for_its_checker_and_shown_to_nobody(two):
    two.vote(BEN, Vote.UNDECIDED, files={FIRST: Vote.APPROVE}, comment="half done")

    mine, other = seen_by(two, BEN), seen_by(two, CAT)
    assert [file.vote for file in mine.files] == [Vote.APPROVE, Vote.UNDECIDED]
    assert (mine.comment, mine.votes, mine.why_not_vote) == ("half done", (), None)
    assert (other.hidden_votes, other.votes, other.comment) == (0, (), "")
    assert mine.summary.state is State.REVIEW
    assert "review.recorded" not in two.world.events()


def test_unfinished_reviews_do_not_count(two):
    two.vote(BEN)
    two.vote(CAT, Vote.UNDECIDED)

    assert seen_by(two, BEN).summary.state is State.REVIEW


def test_a_finished_vote_stays_until_checkers_confer(two):
    two.vote(BEN)

    with pytest.raises(AlreadyVoted):
        two.vote(BEN, Vote.UNDECIDED)


def test_who_confers_sees_the_others_votes_and_comments_and_nobody_else_does(two):
    two.vote(BEN, comment="fine by me")
    two.vote(CAT, Vote.RETURN, comment="row 3", files={FIRST: Vote.RETURN, SECOND: Vote.APPROVE})

    page = seen_by(two, BEN)
    assert {vote.comment for vote in page.votes} == {"fine by me", "row 3"}
    assert page.files[0].votes == {"ben": Vote.APPROVE, "cat": Vote.RETURN}
    assert page.why_not_vote is None
    for actor in (ADA, AUDITOR):
        assert seen_by(two, actor).votes == ()
        assert seen_by(two, actor).files[0].votes == {}
    assert [one.has_voted for one in review_queue(two.uow(), BEN)] == [False]


def test_checkers_who_come_to_agree_release_it(two):
    two.vote(BEN)
    two.vote(CAT, Vote.RETURN)

    assert two.vote(CAT).state is State.APPROVED
    assert release(two.releasing, request_id=REQUEST) is State.RELEASED
    assert [one.is_blind for one in two.world.reviews] == [True, False]


def test_two_approvals_do_not_outvote_a_third_checker(two):
    two.vote(BEN)
    two.vote(CAT, Vote.RETURN)

    assert two.vote(DAN).state is State.CONSOLIDATING


def test_the_rest_agree_when_who_disagreed_stands_aside(two):
    two.vote(BEN)
    two.vote(CAT, Vote.RETURN)
    stand_aside(two, CAT)

    assert two.vote(DAN).state is State.APPROVED


def test_nobody_is_shown_votes_while_others_have_to_vote_blindly(two):
    two.vote(BEN)

    with pytest.raises(Forbidden, match="Vote first"):
        confer(two, CAT)
    with pytest.raises(Forbidden, match="Too few have voted"):
        confer(two, BEN)
    assert not seen_by(two, BEN).can_confer
    assert seen_by(two, CAT).votes == ()


def test_once_enough_have_voted_one_of_them_may_ask_to_confer(two):
    two.world.projects[PROJECT] = a_project(terms=Terms(sign_offs=frozenset({"labour-market"})))
    two.vote(BEN)
    assert two.vote(CAT).state is State.REVIEW
    assert seen_by(two, BEN).can_confer

    assert confer(two, BEN).state is State.CONSOLIDATING
    assert {vote.checker for vote in seen_by(two, CAT).votes} == {"ben", "cat"}


def test_who_votes_with_sight_of_others_is_on_record_as_such(two):
    two.vote(BEN)
    two.vote(CAT, Vote.RETURN)
    two.vote(CAT)

    assert {one.checker: one.is_blind for one in two.world.reviews} == {"ben": True, "cat": False}
    recorded = [one for one in two.world.ledger if one.event == "review.recorded"]
    assert (recorded[-1].details["blind"], recorded[-1].details["vote"]) == (False, "approve")


def test_a_co_checkers_override_is_not_seen_while_votes_are_blind(house):
    fails = a_file(0, verdict="fail", findings=FAILING, previews=({"kind": "text"},))
    house.holds(a_request(snapshot_sha256=snapshot_sha256([fails]), verdict="fail"), [fails])
    house.world.projects[PROJECT] = a_project(terms=Terms(allows_override=True))
    house.world.people["ben"] = replace(BEN, overrides=frozenset({PROJECT}))
    override(
        house.uow(), house.clock, request_id=REQUEST, file_id=fails.file_id,
        reason="Published already", actor=house.world.people["ben"],
    )  # fmt: skip

    assert [one.person for one in seen_by(house, house.world.people["ben"]).files[0].overrides] == [
        "ben"
    ]
    assert seen_by(house, CAT).files[0].overrides == ()


@pytest.mark.parametrize("state", [State.CHECKING, State.DRAFT])
def test_checkers_see_nothing_of_what_nobody_submitted_to_them(house, state):
    house.holds(a_request(state))

    page = seen_by(house, BEN)

    assert (page.files, page.groups, page.recipients) == ((), (), ())
    with pytest.raises(Forbidden, match="not submitted"):
        open_review(house.uow(), house.clock, request_id=REQUEST, actor=BEN)


def test_who_has_a_conflict_sees_how_it_stands_and_no_more(two):
    conflicted = replace(BEN, conflicts=frozenset({(PROJECT, ADA.username)}))

    page = seen_by(two, conflicted)

    assert (page.files, page.groups, page.recipients) == ((), (), ())


def test_who_looks_at_a_request_is_between_those_who_check_it(two):
    claim(two.uow(), two.clock, request_id=REQUEST, actor=BEN)

    assert [one.checker for one in seen_by(two, CAT).summary.claims] == ["ben"]
    for actor in (ADA, MEMBER):
        assert seen_by(two, actor).summary.claims == ()


def test_the_words_that_an_author_wrote_in_a_workspace_are_not_shown_to_them_outside(two):
    assert {group.context for group in seen_by(two, ADA).groups} == {""}
    assert {group.context for group in seen_by(two, BEN).groups} != {""}


def test_returning_early_takes_back_what_others_said(two):
    two.vote(BEN, comment="fine by me")

    assert two.give_back(CAT, comment="context is missing").state is State.RETURNED

    page = seen_by(two, ADA)
    assert [(vote.checker, vote.comment) for vote in page.votes] == [("cat", "context is missing")]
    assert two.world.ledger[-1].details["early"] is True


def test_returning_after_conferring_keeps_what_the_others_said(two):
    two.vote(BEN, comment="fine by me")
    two.vote(CAT, Vote.RETURN, comment="row 3", files={FIRST: Vote.APPROVE, SECOND: Vote.RETURN})
    two.give_back(CAT, comment="row 3, we agreed")

    comments = {vote.comment for vote in seen_by(two, ADA).votes}
    assert comments == {"fine by me", "row 3, we agreed"}
    assert two.world.ledger[-1].details["early"] is False
    next_turn(two, a_file(0, turn=2, file_id="d" * 32))
    assert seen_by(two, CAT).files[0].vote is Vote.APPROVE


def test_a_request_nobody_has_voted_on_can_be_returned(two):
    assert two.give_back(BEN).state is State.RETURNED


def test_returning_early_needs_a_reason(two):
    with pytest.raises(InvalidSubmission):
        two.give_back(BEN, comment=" ")


def next_turn(house, *files):
    house.world.requests[REQUEST] = a_request(
        State.SUBMITTED, turn=2, snapshot_sha256=snapshot_sha256(files)
    )
    house.world.files += files


def test_votes_on_unchanged_bytes_are_offered_again_and_those_on_changed_bytes_are_not(two):
    two.vote(BEN, Vote.RETURN, files={FIRST: Vote.APPROVE, SECOND: Vote.APPROVE})
    two.vote(CAT, Vote.RETURN, files={FIRST: Vote.APPROVE, SECOND: Vote.RETURN})
    changed = a_file(1, turn=2, file_id="e" * 32, content=b"mended")
    next_turn(two, a_file(0, turn=2, file_id="d" * 32), changed)

    assert [file.vote for file in seen_by(two, BEN).files] == [Vote.APPROVE, Vote.UNDECIDED]
    with pytest.raises(InvalidSubmission):
        two.vote(BEN, turn=2, files={"d" * 32: Vote.APPROVE})


def test_after_an_early_return_nothing_is_offered_again(two):
    two.vote(BEN)
    two.give_back(CAT)
    next_turn(two, a_file(0, turn=2, file_id="d" * 32))

    assert seen_by(two, BEN).files[0].vote is Vote.UNDECIDED


def test_who_stands_aside_has_no_vote_and_what_they_said_does_not_count(two):
    two.vote(BEN)
    stand_aside(two, BEN)

    with pytest.raises(Forbidden, match="conflict"):
        two.vote(BEN)
    assert two.vote(CAT).state is State.REVIEW
    assert review_queue(two.uow(), BEN) == ()
    assert "conflict.declared" in two.world.events()


def test_a_conflict_that_the_project_file_names_excludes(two):
    in_conflict = replace(BEN, conflicts=frozenset({(PROJECT, "ada")}))

    with pytest.raises(Forbidden, match="conflict of interest"):
        two.vote(in_conflict)


def test_a_project_may_ask_for_more_checkers(two):
    two.world.projects[PROJECT] = a_project(terms=Terms(reviews=3))

    two.vote(BEN)
    assert two.vote(CAT).state is State.REVIEW
    assert two.vote(DAN).state is State.APPROVED


@pytest.mark.parametrize("act", [confer, stand_aside, lambda h, a: h.give_back(a)])
@pytest.mark.parametrize(
    ("actor", "error"),
    [
        (EVERYTHING, Forbidden),
        (MEMBER, Forbidden),
        (MEMBER_WHO_CHECKS, Forbidden),
        (AUDITOR, Forbidden),
        (STRANGER, NotFound),
    ],
    ids=lambda value: getattr(value, "username", ""),
)
def test_nobody_else_steers_a_review(two, act, actor, error):
    with pytest.raises(error):
        act(two, actor)


@pytest.mark.parametrize("act", [confer, lambda h, a: h.give_back(a)])
@pytest.mark.parametrize("state", [State.DRAFT, State.APPROVED, State.RELEASED, State.WITHDRAWN])
def test_only_what_is_in_review_is_steered(house, act, state):
    house.holds(a_request(state))

    with pytest.raises(InvalidTransition):
        act(house, BEN)


def test_one_steers_what_one_has_seen(two):
    two.world.requests[REQUEST] = replace(two.world.requests[REQUEST], turn=2)

    with pytest.raises(StaleReview):
        confer(two, BEN)
    with pytest.raises(StaleReview):
        two.give_back(BEN)
