"""What follows from the events of an application: what it gives, and how long it took."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from registry.domain.applications.application import Happened
from registry.domain.applications.provision import grant_from_stored
from registry.domain.applications.workflow import DECIDES, ENDS_ACCESS, UNDER_WAY, Action
from registry.domain.grant import Grant


def grants_at(events: Iterable[Happened], on: date) -> frozenset[Grant]:
    """What the events, oldest first, say is granted on a day."""
    granted: frozenset[Grant] = frozenset()
    ends_on = date.min
    for event in events:
        if event.action is Action.PROVISION:
            granted = frozenset(map(grant_from_stored, event.details["grants"]))
            ends_on = date.fromisoformat(event.details["ends_on"])
        elif event.now in ENDS_ACCESS:
            granted = frozenset()
    return granted if on <= ends_on else frozenset()


def time_with_assessors(events: Sequence[Happened], now: datetime) -> timedelta:
    """How long it has been with those who judge it; the clock stops while it is returned."""
    total, since = timedelta(), None
    for event in events:
        is_under_way = event.now in UNDER_WAY
        if is_under_way and since is None:
            since = event.at
        elif not is_under_way and since is not None:
            total += event.at - since
            since = None
    return total if since is None else total + (now - since)


def decisions(events: Sequence[Happened]) -> list[tuple[timedelta, bool]]:
    """Of each decision, the time it took since its first submission and whether it amends."""
    found, started, is_amendment = [], 0, False
    for index, event in enumerate(events):
        if event.action is Action.AMEND:
            started, is_amendment = index, True
        if event.action in DECIDES:
            taken = time_with_assessors(events[started : index + 1], event.at)
            found.append((taken, is_amendment))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long past decisions took, in days; of none, there is no pace."""

    count: int
    p50_days: float
    p90_days: float

    @property
    def words(self) -> str:
        return (
            f"Half of {self.count} decisions took up to {self.p50_days:.0f} days, nine in ten up "
            f"to {self.p90_days:.0f} days, not counting time with the applicant"
        )


def expected_on(
    pace: Pace | None, events: Sequence[Happened], now: datetime
) -> tuple[date, date] | None:
    """By when half, and nine in ten, of past decisions would have come; None where nobody knows.

    Time that it spent with the applicant is not counted; what is late is expected today.
    """
    if pace is None or not events or events[-1].now not in UNDER_WAY:
        return None
    since = max(
        (index for index, one in enumerate(events) if one.action is Action.AMEND), default=0
    )
    spent = time_with_assessors(events[since:], now)
    half, most = (
        now + max(timedelta(0), timedelta(days=days) - spent)
        for days in (pace.p50_days, pace.p90_days)
    )
    return half.date(), most.date()


def pace_of(taken: Sequence[timedelta]) -> Pace | None:
    """Nearest-rank percentiles; None where nothing was ever decided."""
    if not taken:
        return None
    days = sorted(one / timedelta(days=1) for one in taken)
    return Pace(count=len(days), p50_days=_rank(days, 50), p90_days=_rank(days, 90))


def _rank(ordered: Sequence[float], percent: int) -> float:
    # The smallest value that so many percent are at or below.
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]
