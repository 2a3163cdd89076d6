"""What follows when somebody has said their word about a request."""

from datetime import datetime

from output_checker.application.gather import gather
from output_checker.application.note import open_votes
from output_checker.application.ports import UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.domain.actor import Actor
from output_checker.domain.agreement import Agreement
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Vote
from output_checker.domain.workflow import BLIND, Action, State

_TOGETHER = {Vote.RETURN: Action.RETURN, Vote.REJECT: Action.REJECT}


def conclude(
    uow: UnitOfWork, request: ReleaseRequest, *, actor: Actor, at: datetime
) -> ReleaseRequest:
    """Take the step that follows from all that was said, or save the request as it is.

    Inside an open transaction; the caller commits. The version moves in any case, so that no
    step can be taken on an old count.
    """
    agreement = gather(uow, request)
    action = _follows(request, agreement)
    if action is None or (action is not Action.APPROVE and request.why_not_check(actor)):
        return uow.requests.save(request)
    moved, event = request.perform(action, actor=actor, at=at, agreement=agreement)
    saved = record_step(uow, moved, event)
    if request.state in BLIND:
        open_votes(uow, saved, agreement.decided(request.about), at=at)
    if action is Action.APPROVE:
        uow.jobs.enqueue("release", request_id=request.request_id)
    return saved


def _follows(request: ReleaseRequest, agreement: Agreement) -> Action | None:
    if not agreement.is_voted(request.about):
        return None
    common = agreement.common_vote(request.about)
    if common is None:
        return Action.CONSOLIDATE if request.state is State.REVIEW else None
    if common in _TOGETHER:
        return _TOGETHER[common]
    # Approved by checkers; others may still have to agree.
    return None if [*agreement.missing(request.about)] else Action.APPROVE
