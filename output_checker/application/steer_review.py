"""What a checker does about a review beside voting: ask to confer, return early, stand aside."""

from collections.abc import Mapping
from dataclasses import replace

from output_checker.application.gather import gather
from output_checker.application.note import note, open_votes
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.review import require_open, require_text
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission, InvalidTransition
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import FileVote, Review, Vote
from output_checker.domain.workflow import BLIND, IN_REVIEW, Action, State


def consolidate(
    uow: UnitOfWork, clock: Clock, *, request_id: str, turn: int, actor: Actor
) -> ReleaseRequest:
    """Let checkers see each other's votes before all have voted, for one who has.

    Raises:
        NotFound, Forbidden, InvalidTransition, StaleReview: Nothing was saved.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        require_open(request, turn=turn, actor=actor)
        moved, event = request.perform(Action.CONSOLIDATE, actor=actor, at=clock.now())
        has_voted = any(
            one.checker == actor.username and one.turn == turn and one.is_finished
            for one in uow.reviews.of(request_id)
        )
        if not has_voted:
            raise Forbidden("Vote first: you would not be blind to the others any more")
        agreement = gather(uow, request)
        if not agreement.is_voted(request.about):
            raise Forbidden("Too few have voted: the others would not be blind any more")
        saved = record_step(uow, moved, event)
        open_votes(uow, saved, agreement.decided(request.about), at=event.at)
        uow.commit()
    return saved


def return_early(
    uow: UnitOfWork, clock: Clock, *, request_id: str, turn: int, comment: str, actor: Actor
) -> ReleaseRequest:
    """Give a request back at once, whatever others say.

    While checkers are blind to each other the votes of the turn are void; once they confer, each
    has said what its author should read.

    Raises:
        NotFound, Forbidden, InvalidTransition, StaleReview, InvalidSubmission: Nothing was saved.
    """
    with uow:
        now = clock.now()
        request = uow.requests.lock(request_id, visible_to=actor)
        require_open(request, turn=turn, actor=actor)
        require_text(comment)
        if not comment.strip():
            raise InvalidSubmission("Say why in a comment, so that the author knows what to do")
        is_early = request.state in BLIND
        said = Review(
            request_id=request_id,
            turn=turn,
            checker=actor.username,
            vote=Vote.RETURN,
            comment=comment.strip(),
            snapshot_sha256=request.snapshot_sha256,
            at=now,
            files={} if is_early else _own_votes(uow, request, actor),
            is_blind=is_early,
        )
        uow.reviews.save(said)
        if is_early:
            uow.reviews.reset(request_id, turn=turn, but=actor.username)
        moved, event = request.perform(Action.RETURN, actor=actor, at=now)
        saved = record_step(uow, moved, event, details={"early": is_early})
        uow.commit()
    return saved


def _own_votes(uow: UnitOfWork, request: ReleaseRequest, actor: Actor) -> Mapping[str, FileVote]:
    own = [
        one.files
        for one in uow.reviews.of(request.request_id)
        if (one.checker, one.turn) == (actor.username, request.turn)
    ]
    return own[-1] if own else {}


def declare_conflict(
    uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor
) -> ReleaseRequest:
    """Stand aside from a request for good; what one said about it counts no more.

    Raises:
        NotFound, Forbidden, InvalidTransition: There is nothing for this person to say, or not now.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        if why := request.why_not_look(actor):
            raise Forbidden(why)
        if request.state not in IN_REVIEW | {State.APPROVED}:
            raise InvalidTransition(request.state, "stand aside", request.available_actions())
        aside = replace(
            request,
            conflicts=request.conflicts | {actor.username},
            claims=tuple(one for one in request.claims if one.checker != actor.username),
        )
        note(uow, request, "conflict.declared", at=clock.now(), actor=actor)
        saved = uow.requests.save(aside)
        uow.commit()
    return saved
