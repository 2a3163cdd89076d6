"""What owners of datasets say, and those who take it upon them that a failing file may leave."""

from output_checker.application.conclude import conclude
from output_checker.application.note import note
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.consent import Override, SignOff
from output_checker.domain.errors import (
    Forbidden,
    InvalidSubmission,
    InvalidTransition,
    NotFound,
    StaleReview,
)
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import IN_REVIEW

MAX_REASON_LETTERS = 4_000


def sign_off(
    uow: UnitOfWork, clock: Clock, *, request_id: str, turn: int, dataset: str, actor: Actor
) -> ReleaseRequest:
    """Agree, as an owner of a dataset, to the release of these bytes; and what follows from it.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        Forbidden: No owner of the dataset, a member, the author, or one of its checkers.
        InvalidTransition, StaleReview: It is not in review, or not with these files.
    """
    with uow:
        request = _lock(uow, request_id, turn, actor)
        if why := request.why_not_sign_off(actor, dataset):
            raise Forbidden(why)
        if _votes(uow, request, actor):
            raise Forbidden("Who checks a request does not sign it off as well")
        given = SignOff(
            request_id=request_id,
            turn=turn,
            dataset=dataset,
            owner=actor.username,
            snapshot_sha256=request.snapshot_sha256,
            at=clock.now(),
        )
        uow.consents.sign_off(given)
        details = {"dataset": dataset}
        note(uow, request, "request.signed_off", at=given.at, actor=actor, details=details)
        saved = conclude(uow, request, actor=actor, at=given.at)
        uow.commit()
    return saved


def override(
    uow: UnitOfWork, clock: Clock, *, request_id: str, file_id: str, reason: str, actor: Actor
) -> ReleaseRequest:
    """Let a failing file pass, as one of two; and what follows from it.

    Raises:
        NotFound: There is no such request or file, or it is not this actor's to see.
        Forbidden: Nobody who overrides in the project, or the file cannot be overridden.
        InvalidTransition: It is not in review.
        InvalidSubmission: There is no reason, or one too long.
    """
    with uow:
        request = uow.requests.lock(request_id, visible_to=actor)
        _require_in_review(request)
        if why := request.why_not_override(actor):
            raise Forbidden(why)
        files = uow.files.of(request_id, turn=request.turn)
        file = next((one for one in files if one.file_id == file_id), None)
        if file is None:
            raise NotFound("There is no such file in this request")
        if not (file.may_leave and file.can_be_overridden):
            raise Forbidden("This file does not fail, or it was not judged: nothing to override")
        given = Override(
            request_id=request_id,
            file_id=file_id,
            sha256=file.sha256,
            person=actor.username,
            reason=_reason(reason),
            at=clock.now(),
        )
        uow.consents.override(given)
        details = {"file": file_id, "sha256": file.sha256}
        note(uow, request, "file.overridden", at=given.at, actor=actor, details=details)
        saved = conclude(uow, request, actor=actor, at=given.at)
        uow.commit()
    return saved


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidSubmission("Say why this may leave though it fails")
    if len(reason) > MAX_REASON_LETTERS or "\x00" in reason:
        raise InvalidSubmission(f"A reason is text of at most {MAX_REASON_LETTERS} letters")
    return reason.strip()


def _lock(uow: UnitOfWork, request_id: str, turn: int, actor: Actor) -> ReleaseRequest:
    request = uow.requests.lock(request_id, visible_to=actor)
    _require_in_review(request)
    if request.turn != turn:
        raise StaleReview("The files have been replaced since you opened this page; look again")
    return request


def _require_in_review(request: ReleaseRequest) -> None:
    if request.state not in IN_REVIEW:
        raise InvalidTransition(request.state, "agree to", request.available_actions())


def _votes(uow: UnitOfWork, request: ReleaseRequest, actor: Actor) -> bool:
    return any(
        one.checker == actor.username and one.is_finished and one.turn == request.turn
        for one in uow.reviews.of(request.request_id)
    )
