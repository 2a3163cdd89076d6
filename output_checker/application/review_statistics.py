"""How many requests were reviewed of late, and how long that took."""

from datetime import datetime, timedelta
from typing import Final

from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.turnaround import Turnaround

STATISTICS_DAYS: Final = 90


def review_statistics(
    uow: UnitOfWork, *, now: datetime, actor: Actor, project: str = ""
) -> Turnaround:
    """Of the projects that this person checks, or of one of them."""
    projects = actor.checks & {project} if project else actor.checks
    if not projects:
        return Turnaround()
    since = now - timedelta(days=STATISTICS_DAYS)
    with uow:
        return uow.statistics.turnaround(projects, checker=actor.username, since=since)
