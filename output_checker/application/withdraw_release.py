"""Take a release back: its links end at once, and its recipients are told."""

from dataclasses import dataclass, replace

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.domain.actor import WORKER, Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import Action

MAX_REASON_LETTERS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseToWithdraw:
    """As much of a release as somebody needs who takes it back: nothing of what is in it."""

    request_id: str
    project_id: str
    author: str
    recipients: tuple[str, ...]
    open_links: int


def release_to_withdraw(
    uow: UnitOfWork, clock: Clock, *, request_id: str, actor: Actor
) -> ReleaseToWithdraw:
    """What the page before a withdrawal shows.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        Forbidden: It is not released, or not this actor's to take back.
    """
    with uow:
        request = uow.requests.get(request_id, visible_to=_seen_by(actor))
        if not request.may(Action.WITHDRAW_RELEASE, actor):
            raise Forbidden("Its author, an owner of the data or an admin withdraws a release")
        links = uow.links.of_request(request_id)
    return ReleaseToWithdraw(
        request_id=request_id,
        project_id=request.project_id,
        author=request.author,
        recipients=request.recipients,
        open_links=sum(link.why_closed(clock.now()) is None for link in links),
    )


def withdraw_release(
    uow: UnitOfWork, clock: Clock, *, request_id: str, reason: str, actor: Actor
) -> ReleaseRequest:
    """End a release that was made; what is sealed stays sealed, and no link to it opens.

    Raises:
        NotFound: There is no such request, or it is not this actor's to see.
        Forbidden, InvalidTransition: Not by this actor, or not now.
        InvalidSubmission: There is no reason, or one too long.
    """
    if len(reason) > MAX_REASON_LETTERS or "\x00" in reason:
        raise InvalidSubmission(f"A reason is text of at most {MAX_REASON_LETTERS} letters")
    with uow:
        now = clock.now()
        request = uow.requests.lock(request_id, visible_to=_seen_by(actor))
        moved, event = request.perform(Action.WITHDRAW_RELEASE, actor=actor, at=now, reason=reason)
        closed = 0
        for one in uow.links.of_request(request_id):
            link = uow.links.lock(one.link_id)
            if link and link.revoked_at is None:
                uow.links.save(replace(link, revoked_at=now))
                closed += 1
        saved = record_step(uow, moved, event, details={"links_closed": closed})
        uow.commit()
    return saved


def _seen_by(actor: Actor) -> Actor:
    # An admin finds any release here, and is shown nothing of what is in it.
    return WORKER if actor.is_admin else actor
