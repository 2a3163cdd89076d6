"""Checkers share out the work: one says that they look at a request, or take another's place."""

from dataclasses import replace

from output_checker.application.gather import gather
from output_checker.application.note import note
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.review import require_open
from output_checker.application.tell import tell
from output_checker.domain.actor import Actor
from output_checker.domain.claim import Claim
from output_checker.domain.errors import Conflict, InvalidSubmission
from output_checker.domain.notice import NoticeKind
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action, State

MAX_WORD_LETTERS = 500


def claim(
    uow: UnitOfWork,
    clock: Clock,
    *,
    request_id: str,
    actor: Actor,
    instead_of: str = "",
    word: str = "",
) -> ReleaseRequest:
    """Say that one looks at a request; in another's place, with a word that they are shown.

    Raises:
        NotFound, Forbidden, InvalidTransition: It is not this person's to check, or not now.
        Conflict: As many as must have claimed it; or nobody of this name has.
        InvalidSubmission: Taking over needs a word.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        require_open(request, turn=request.turn, actor=actor)
        if actor.username in request.claimed_by:
            return request
        made = Claim(checker=actor.username, at=clock.now(), instead_of=instead_of, word=_one(word))
        claimed = replace(request, claims=_claims(uow, request, made))
        if instead_of:
            _tell_the_other(uow, request, made)
        details = {"instead_of": instead_of or None}
        note(uow, request, "review.claimed", at=made.at, actor=actor, details=details)
        if request.state is State.SUBMITTED:
            moved, event = claimed.perform(Action.START_REVIEW, actor=actor, at=made.at)
            saved = record_step(uow, moved, event)
        else:
            saved = uow.requests.save(claimed)
        uow.commit()
    return saved


def unclaim(uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor) -> ReleaseRequest:
    """Let others look at it; one's own vote, if there is one, stays.

    Raises:
        NotFound, Forbidden, InvalidTransition: As for `claim`.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        require_open(request, turn=request.turn, actor=actor)
        left = tuple(one for one in request.claims if one.checker != actor.username)
        note(uow, request, "review.unclaimed", at=clock.now(), actor=actor)
        saved = uow.requests.save(replace(request, claims=left))
        uow.commit()
    return saved


def _claims(uow: UnitOfWork, request: ReleaseRequest, made: Claim) -> tuple[Claim, ...]:
    if not made.instead_of:
        if len(request.claims) >= gather(uow, request).reviews_needed(request.about):
            names = ", ".join(sorted(request.claimed_by))
            raise Conflict(f"{names} look at it already; take over from one of them, with a word")
        return (*request.claims, made)
    if made.instead_of not in request.claimed_by:
        raise Conflict(f"{made.instead_of} does not look at it any more; reload to see who does")
    if not made.word:
        raise InvalidSubmission("Say why you take over; the other checker is shown it")
    return tuple(made if one.checker == made.instead_of else one for one in request.claims)


def _one(word: str) -> str:
    if len(word) > MAX_WORD_LETTERS or "\x00" in word:
        raise InvalidSubmission(f"A word is text of at most {MAX_WORD_LETTERS} letters")
    return " ".join(word.split())


def _tell_the_other(uow: UnitOfWork, request: ReleaseRequest, made: Claim) -> None:
    tell(
        uow,
        [made.instead_of],
        NoticeKind.TAKEN_OVER,
        about=request,
        at=made.at,
        actor=made.checker,
        step=str(request.version),
    )
