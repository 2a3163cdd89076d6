"""A checker's vote on exactly the bytes they were shown."""

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.standing import standing
from output_checker.domain.actor import Actor
from output_checker.domain.errors import (
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    StaleReview,
)
from output_checker.domain.release_request import Action, ReleaseRequest, State
from output_checker.domain.review import Review, Vote, approvers

MAX_COMMENT_LETTERS = 10_000

_ENDS_THE_TURN = {Vote.RETURN: Action.RETURN, Vote.REJECT: Action.REJECT}


def review(
    uow: UnitOfWork,
    clock: Clock,
    *,
    request_id: str,
    turn: int,
    vote: Vote,
    comment: str,
    actor: Actor,
) -> ReleaseRequest:
    """Record a vote and what follows from it, or nothing at all.

    `turn` is that of the page the checker was looking at: a vote is about those files.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        Forbidden: The author, a member, or nobody's checker.
        InvalidTransition: The request is not open for votes.
        StaleReview: The files have been replaced since.
        AlreadyVoted: One checker, one vote a turn.
        InvalidSubmission: A vote that ends the turn needs a comment.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        _require_vote(request, turn=turn, vote=vote, comment=comment, actor=actor)
        cast = Review(
            request_id=request_id,
            turn=turn,
            checker=actor.username,
            vote=vote,
            comment=comment.strip(),
            snapshot_sha256=request.snapshot_sha256,
            at=clock.now(),
        )
        _record(uow, request, cast)
        request = _conclude(uow, request, cast, actor)
        uow.commit()
    return request


def _record(uow: UnitOfWork, request: ReleaseRequest, cast: Review) -> None:
    uow.reviews.add(cast)
    uow.ledger.append(
        at=cast.at,
        actor=cast.checker,
        event="review.recorded",
        subject=f"request:{cast.request_id}",
        project=request.project_id,
        details={"vote": cast.vote.value, "turn": cast.turn, "snapshot": cast.snapshot_sha256},
    )


def _require_vote(
    request: ReleaseRequest, *, turn: int, vote: Vote, comment: str, actor: Actor
) -> None:
    if why := actor.why_not_check(project_id=request.project_id, author=request.author):
        raise Forbidden(why)
    if request.state is not State.SUBMITTED:
        raise InvalidTransition(request.state, vote, request.available_actions())
    if request.turn != turn:
        raise StaleReview("The files have been replaced since you opened this page; look again")
    if vote is Vote.APPROVE and (why := request.why_not_submit()):
        raise Forbidden(why)
    if vote in _ENDS_THE_TURN and not comment.strip():
        raise InvalidSubmission("Say why in a comment, so that the author knows what to do")
    if len(comment) > MAX_COMMENT_LETTERS or "\x00" in comment:
        raise InvalidSubmission(f"A comment is text of at most {MAX_COMMENT_LETTERS} letters")


def _conclude(
    uow: UnitOfWork, request: ReleaseRequest, cast: Review, actor: Actor
) -> ReleaseRequest:
    if action := _ENDS_THE_TURN.get(cast.vote):
        moved, event = request.perform(action, actor=actor, at=cast.at)
        return record_step(uow, moved, event)
    reviews = standing(uow, request)
    given = approvers(reviews, turn=request.turn, snapshot_sha256=request.snapshot_sha256)
    if len(given) < request.required_reviews:
        # The version moves with each vote, so that no step can be taken on an old count.
        return uow.requests.save(request)
    moved, event = request.perform(Action.APPROVE, actor=actor, at=cast.at, reviews=reviews)
    saved = record_step(uow, moved, event)
    uow.jobs.enqueue("release", request_id=request.request_id)
    return saved
