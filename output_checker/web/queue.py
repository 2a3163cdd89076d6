"""The queue: what is mine, unclaimed, with others, overdue; and how long reviews take."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from output_checker.application.queries import review_queue
from output_checker.application.request_views import RequestSummary
from output_checker.application.review_statistics import STATISTICS_DAYS, review_statistics
from output_checker.domain.actor import Actor
from output_checker.domain.turnaround import Turnaround
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(tags=["review"])


class Show(StrEnum):
    ALL = "all"
    MINE = "mine"
    UNCLAIMED = "unclaimed"
    WAITING = "waiting"
    OVERDUE = "overdue"


_HEADINGS: Final = {
    Show.MINE: "Waiting for you",
    Show.UNCLAIMED: "Unclaimed",
    Show.WAITING: "Waiting for others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that narrows the queue; `count` is how many requests it shows."""

    text: str
    href: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueList:
    heading: str
    requests: tuple[RequestSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Attributes: `now` tells what is overdue; `is_empty` that no request waits at all."""

    choices: tuple[Choice, ...]
    lists: tuple[QueueList, ...]
    projects: tuple[str, ...]
    project: str
    show: Show
    is_empty: bool
    statistics: Turnaround
    days: int
    now: datetime


@router.get("/review")
def show_queue(
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    show: Show = Show.ALL,
    project: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    now = shell.clock.now()
    everything = review_queue(shell.unit_of_work(), actor)
    wanted = [one for one in everything if project in ("", one.project_id)]
    lists = _lists(wanted, actor)
    overdue = tuple(one for one in wanted if one.is_overdue(now))
    page = QueuePage(
        choices=_choices(lists, overdue, show, project),
        lists=_shown(lists, overdue, show),
        projects=tuple(sorted({one.project_id for one in everything} | {project} - {""})),
        project=project,
        show=show,
        is_empty=not everything,
        statistics=review_statistics(shell.unit_of_work(), now=now, actor=actor, project=project),
        days=STATISTICS_DAYS,
        now=now,
    )
    return shell.page(request, "output_checker/review_queue.html", page)


def _place(one: RequestSummary, actor: Actor) -> Show:
    """In which list a request stands for this person.

    Who signs off or overrides cannot claim, so what needs them is theirs at once.
    """
    if one.has_voted:
        return Show.WAITING
    is_claimed = any(claim.checker == actor.username for claim in one.claims)
    if is_claimed or one.project_id not in actor.checks:
        return Show.MINE
    return Show.UNCLAIMED if len(one.claims) < one.required_reviews else Show.WAITING


def _lists(
    requests: Iterable[RequestSummary], actor: Actor
) -> dict[Show, tuple[RequestSummary, ...]]:
    placed = [(_place(one, actor), one) for one in requests]
    return {show: tuple(one for at, one in placed if at is show) for show in _HEADINGS}


def _shown(
    lists: dict[Show, tuple[RequestSummary, ...]],
    overdue: tuple[RequestSummary, ...],
    show: Show,
) -> tuple[QueueList, ...]:
    if show is Show.OVERDUE:
        return (QueueList(heading="Overdue", requests=overdue),)
    return tuple(
        QueueList(heading=heading, requests=lists[one])
        for one, heading in _HEADINGS.items()
        if show is one or (show is Show.ALL and (lists[one] or one is Show.MINE))
    )


def _choices(
    lists: dict[Show, tuple[RequestSummary, ...]],
    overdue: tuple[RequestSummary, ...],
    show: Show,
    project: str,
) -> tuple[Choice, ...]:
    counts = {Show.ALL: sum(map(len, lists.values()))}
    counts |= {one: len(lists[one]) for one in lists} | {Show.OVERDUE: len(overdue)}
    words = {Show.ALL: "All", **_HEADINGS, Show.OVERDUE: "Overdue"}
    return tuple(
        Choice(text=words[one], href=_address(one, project), count=count, is_current=one is show)
        for one, count in counts.items()
    )


def _address(show: Show, project: str) -> str:
    given = {"show": show.value if show is not Show.ALL else "", "project": project}
    asked = urlencode({name: value for name, value in given.items() if value})
    return f"/review?{asked}" if asked else "/review"
