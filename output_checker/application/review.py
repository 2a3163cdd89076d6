"""A checker's votes on exactly the bytes they were shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from output_checker.application.conclude import conclude
from output_checker.application.gather import gather
from output_checker.application.note import note, vote_of
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.tell import tell_who_is_awaited
from output_checker.domain.actor import Actor
from output_checker.domain.claim import Claim
from output_checker.domain.errors import (
    AlreadyVoted,
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    StaleReview,
)
from output_checker.domain.ledger import JsonValue
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import FILE_VOTES, Review, Vote, votes_on
from output_checker.domain.workflow import BLIND, IN_REVIEW, Action, State

MAX_COMMENT_LETTERS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What a checker says.

    Attributes:
        turn: That of the page they were looking at: a vote is about those files.
        vote: On the whole; undecided: kept for them to go on with, and shown to nobody.
        files: On single files, by their id.
    """

    turn: int
    vote: Vote
    comment: str = ""
    files: Mapping[str, Vote] = field(default_factory=dict)


def review(
    uow: UnitOfWork, clock: Clock, *, request_id: str, ballot: Ballot, actor: Actor
) -> ReleaseRequest:
    """Record a checker's word and what follows from it, or nothing at all.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        Forbidden: The author, a member, somebody with a conflict, or nobody's checker.
        InvalidTransition: The request is not open for votes.
        StaleReview: The files have been replaced since.
        AlreadyVoted: A finished vote is changed only when checkers see each other's.
        InvalidSubmission: Something must be said that was not.
    """
    with uow:
        now = clock.now()
        request = uow.requests.lock(request_id, visible_to=actor)
        require_open(request, turn=ballot.turn, actor=actor)
        cast = _cast(uow, request, ballot, actor, now)
        request = _with_a_checker(uow, request, actor, now)
        uow.reviews.save(cast)
        if cast.vote is Vote.UNDECIDED:
            uow.requests.save(request)
        else:
            _note(uow, request, cast, actor)
            request = conclude(uow, request, actor=actor, at=now)
            tell_who_is_awaited(uow, request, at=now)
        uow.commit()
    return request


def require_open(request: ReleaseRequest, *, turn: int, actor: Actor) -> None:
    """Raises: as `review` does, when this person may not say anything of this turn now."""
    if why := request.why_not_check(actor):
        raise Forbidden(why)
    if request.state not in IN_REVIEW:
        raise InvalidTransition(request.state, "review", request.available_actions())
    if request.turn != turn:
        raise StaleReview("The files have been replaced since you opened this page; look again")


def require_text(text: str) -> None:
    if len(text) > MAX_COMMENT_LETTERS or "\x00" in text:
        raise InvalidSubmission(f"A comment is text of at most {MAX_COMMENT_LETTERS} letters")


def _cast(
    uow: UnitOfWork, request: ReleaseRequest, ballot: Ballot, actor: Actor, at: datetime
) -> Review:
    require_text(ballot.comment)
    _require_first(uow, request, actor)
    if set(ballot.files.values()) - FILE_VOTES:
        raise InvalidSubmission("A file is approved, or changes to it are asked for")
    files = gather(uow, request).outputs
    cast = Review(
        request_id=request.request_id,
        turn=ballot.turn,
        checker=actor.username,
        vote=ballot.vote,
        comment=ballot.comment.strip(),
        snapshot_sha256=request.snapshot_sha256,
        at=at,
        files=votes_on(files, ballot.files),
        is_blind=request.state in BLIND,
    )
    if cast.vote is Vote.APPROVE and not cast.approves_all(files):
        raise InvalidSubmission("To approve the request, approve each of its files")
    if cast.vote in {Vote.RETURN, Vote.REJECT} and not cast.comment:
        raise InvalidSubmission("Say why in a comment, so that the author knows what to do")
    return cast


def _require_first(uow: UnitOfWork, request: ReleaseRequest, actor: Actor) -> None:
    said = [one for one in uow.reviews.of(request.request_id) if one.checker == actor.username]
    is_finished = any(one.turn == request.turn and one.is_finished for one in said)
    if is_finished and request.state is not State.CONSOLIDATING:
        raise AlreadyVoted("You have voted on these files; one checker has one vote")


def _with_a_checker(
    uow: UnitOfWork, request: ReleaseRequest, actor: Actor, at: datetime
) -> ReleaseRequest:
    if actor.username not in request.claimed_by:
        made = Claim(checker=actor.username, at=at)
        request = replace(request, claims=(*request.claims, made))
    if request.state is not State.SUBMITTED:
        return request
    moved, event = request.perform(Action.START_REVIEW, actor=actor, at=at)
    return record_step(uow, moved, event)


def _note(uow: UnitOfWork, request: ReleaseRequest, cast: Review, actor: Actor) -> None:
    # Who reads the ledger may check this very request: a blind vote is in it once votes are seen.
    said = {} if cast.is_blind else vote_of(cast)
    details: dict[str, JsonValue] = {"files": len(cast.files), "blind": cast.is_blind, **said}
    note(uow, request, "review.recorded", at=cast.at, actor=actor, details=details)
