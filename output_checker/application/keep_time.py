"""What happens because time passes: people are reminded, and what nobody cares for is over."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from output_checker.application.awaited import awaited
from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.record_step import record_step
from output_checker.application.tell import tell
from output_checker.domain.actor import WORKER
from output_checker.domain.notice import NoticeKind
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.terms import DEFAULT_TERMS
from output_checker.domain.workflow import IN_REVIEW, WITH_AUTHOR, Action, State

REMINDED_BEFORE: Final = timedelta(days=1)
WARNED_BEFORE: Final = timedelta(days=7)
WARNED_OF_LINKS: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timekeeping:
    """What `keep_time` works with; `unit_of_work` makes a fresh transaction each time."""

    unit_of_work: Callable[[], UnitOfWork]
    clock: Clock


def keep_time(deps: Timekeeping) -> tuple[int, int]:
    """Remind and expire, each request in a transaction of its own; again changes nothing more.

    Returns:
        How many notices were written, and how many requests are over.

    Raises:
        DependencyUnavailable: Run it again later.
    """
    now = deps.clock.now()
    with deps.unit_of_work() as uow:
        reviewed = uow.requests.in_states(IN_REVIEW, unmoved_since=now)
        resting = uow.requests.in_states(WITH_AUTHOR, unmoved_since=now - timedelta(days=1))
        ending = uow.links.ending(after=now, until=now + WARNED_OF_LINKS)
        left = uow.requests.never_collected(released_before=now - timedelta(days=1))
    done = [_one(deps, request_id, _remind, now) for request_id in reviewed]
    done += [_one(deps, request_id, _rest, now) for request_id in resting]
    done += [_one(deps, request_id, _left, now) for request_id in left]
    done += [_one(deps, request_id, _ending, now) for request_id in ending]
    return sum(notices for notices, _ in done), sum(is_over for _, is_over in done)


Told = tuple[int, bool]


def _one(
    deps: Timekeeping,
    request_id: str,
    act: Callable[[UnitOfWork, ReleaseRequest, datetime], Told],
    now: datetime,
) -> Told:
    with deps.unit_of_work() as uow:
        request = uow.requests.lock(request_id, visible_to=WORKER)
        told = act(uow, request, now)
        uow.commit()
    return told


def _remind(uow: UnitOfWork, request: ReleaseRequest, now: datetime) -> Told:
    if request.state not in IN_REVIEW or request.due_at is None:
        return 0, False
    if request.is_overdue(now):
        kind = NoticeKind.REVIEW_OVERDUE
    elif now >= request.due_at - REMINDED_BEFORE:
        kind = NoticeKind.REVIEW_DUE
    else:
        return 0, False
    return tell(uow, awaited(uow, request), kind, about=request, at=now), False


def _rest(uow: UnitOfWork, request: ReleaseRequest, now: datetime) -> Told:
    project = uow.registry.project(request.project_id)
    days = (project.terms if project else DEFAULT_TERMS).draft_days
    ends_at = request.updated_at + timedelta(days=days)
    if request.state not in WITH_AUTHOR or now < ends_at - WARNED_BEFORE:
        return 0, False
    if now < ends_at:
        return _tell_author(uow, request, NoticeKind.DRAFT_EXPIRES, now), False
    _expire(uow, request, now)
    return _tell_author(uow, request, NoticeKind.DRAFT_EXPIRED, now), True


def _left(uow: UnitOfWork, request: ReleaseRequest, now: datetime) -> Told:
    project = uow.registry.project(request.project_id)
    days = (project.terms if project else DEFAULT_TERMS).uncollected_days
    links = [uow.links.lock(one.link_id) for one in uow.links.of_request(request.request_id)]
    is_collected = any(link.downloads for link in links if link)
    ends_at = request.updated_at + timedelta(days=days)
    if request.state is not State.RELEASED or is_collected or now < ends_at:
        return 0, False
    for link in links:
        if link and link.revoked_at is None:
            uow.links.save(replace(link, revoked_at=now))
    _expire(uow, request, now)
    people = sorted({request.author, *request.recipients})
    return tell(uow, people, NoticeKind.RELEASE_EXPIRED, about=request, at=now), True


def _ending(uow: UnitOfWork, request: ReleaseRequest, now: datetime) -> Told:
    people = {
        one.recipient
        for one in uow.links.of_request(request.request_id)
        if one.why_closed(now) is None and one.expires_at <= now + WARNED_OF_LINKS
    }
    if request.state is not State.RELEASED:
        return 0, False
    return tell(uow, people, NoticeKind.LINKS_EXPIRE, about=request, at=now), False


def _tell_author(uow: UnitOfWork, request: ReleaseRequest, kind: NoticeKind, now: datetime) -> int:
    return tell(uow, [request.author], kind, about=request, at=now)


def _expire(uow: UnitOfWork, request: ReleaseRequest, now: datetime) -> None:
    moved, event = request.perform(Action.EXPIRE, actor=WORKER, at=now)
    record_step(uow, moved, event)
