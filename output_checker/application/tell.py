"""Tell people what happened: each once, in the transaction of what it is about."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from output_checker.application.awaited import (
    checkers_awaited,
    conferring,
    may_check,
    may_override,
    may_sign_off,
)
from output_checker.application.gather import gather
from output_checker.application.ports import UnitOfWork
from output_checker.domain.notice import Notice, NoticeKind
from output_checker.domain.release_request import ReleaseRequest, Transitioned
from output_checker.domain.workflow import IN_REVIEW, Action, State


def tell(
    uow: UnitOfWork,
    people: Iterable[str],
    kind: NoticeKind,
    *,
    about: ReleaseRequest,
    at: datetime,
    actor: str = "",
    step: str = "",
) -> int:
    """Write a notice to each person, the actor left out; inside the caller's transaction.

    Args:
        uow: The open transaction.
        people: Usernames; a name that is there twice counts once.
        kind: What they hear.
        about: The request; a person hears of a kind once a turn, unless `step` says otherwise.
        at: When it happened.
        actor: Who did it, where that is theirs to know.
        step: What tells this occasion from others of the same turn.

    Returns:
        How many notices were not there yet.
    """
    occasion = "/".join(one for one in (about.request_id, str(about.turn), step) if one)
    return sum(
        uow.notices.add(
            Notice(
                recipient=name,
                kind=kind,
                occasion=occasion,
                at=at,
                request_id=about.request_id,
                project_id=about.project_id,
                actor=actor,
            )
        )
        for name in sorted({*people} - {actor})
    )


def tell_of_step(uow: UnitOfWork, request: ReleaseRequest, event: Transitioned) -> None:
    """Tell everybody whom a step of a request concerns; `request` is as it was saved."""
    if event.action is Action.SUBMIT:
        _submitted(uow, request, event)
    elif event.action is Action.WITHDRAW:
        looking = request.claimed_by if event.was in IN_REVIEW else frozenset()
        tell(uow, looking, NoticeKind.WITHDRAWN, about=request, at=event.at, actor=event.actor)
    elif said := _SAID.get(event.action):
        kind, people, shows_actor = said
        tell(
            uow,
            people(uow, request),
            kind,
            about=request,
            at=event.at,
            actor=event.actor if shows_actor else "",
            step=str(request.version),
        )


def tell_who_is_awaited(uow: UnitOfWork, request: ReleaseRequest, *, at: datetime) -> None:
    """Once the first has voted: those whose votes are missing, without a word on what was said."""
    if request.state in {State.REVIEW, State.SUBMITTED}:
        tell(uow, checkers_awaited(uow, request), NoticeKind.VOTE_WANTED, about=request, at=at)


def _author(_uow: UnitOfWork, request: ReleaseRequest) -> Iterable[str]:
    return {request.author}


def _author_and_recipients(_uow: UnitOfWork, request: ReleaseRequest) -> Iterable[str]:
    return {request.author, *request.recipients}


_Said = tuple[NoticeKind, Callable[[UnitOfWork, ReleaseRequest], Iterable[str]], bool]
# Whether the actor is named: not where several people's words together led to a step.
_SAID: Final[Mapping[Action, _Said]] = {
    Action.RECORD_CHECKS: (NoticeKind.FINDINGS_READY, _author, False),
    Action.CONSOLIDATE: (NoticeKind.VOTES_DIFFER, conferring, True),
    Action.RETURN: (NoticeKind.RETURNED, _author, False),
    Action.REJECT: (NoticeKind.REJECTED, _author, False),
    Action.APPROVE: (NoticeKind.APPROVED, _author, False),
    Action.RELEASE: (NoticeKind.RELEASED, _author_and_recipients, False),
    Action.WITHDRAW_RELEASE: (NoticeKind.RELEASE_WITHDRAWN, _author_and_recipients, True),
    Action.REFUSE_RELEASE: (NoticeKind.RELEASE_REFUSED, _author, False),
}


def _submitted(uow: UnitOfWork, request: ReleaseRequest, event: Transitioned) -> None:
    project = uow.registry.project(request.project_id)
    if project is None:
        return
    agreement = gather(uow, request)

    def send(people: Iterable[str], kind: NoticeKind) -> None:
        tell(uow, people, kind, about=request, at=event.at, actor=event.actor)

    send(may_check(uow, request, project.checkers), NoticeKind.SUBMITTED)
    for dataset in sorted(agreement.terms.sign_offs):
        owners = project.owners.get(dataset, ())
        send(may_sign_off(uow, request, dataset, owners), NoticeKind.SIGN_OFF_WANTED)
    if any(not file.is_reviewable for file in agreement.outputs):
        send(may_override(uow, request, project.overriders), NoticeKind.OVERRIDE_WANTED)
