"""Remind people of what is due, and of access that ends soon. Again changes nothing more."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from registry.application.applications.opened import context_of
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.telling import assessors, awaited, custodians, tell
from registry.application.ports import Clock
from registry.domain.applications.application import Application, Context
from registry.domain.applications.errors import NotNow
from registry.domain.applications.gateways import Register
from registry.domain.applications.told import ENDING_DAYS, ToldKind, days_warned, reminder
from registry.domain.applications.workflow import UNDER_WAY, State


def remind(uow: ApplicationUnitOfWork, clock: Clock, *, register: Register) -> int:
    """Write what is to be said today, each application in a transaction of its own.

    Returns:
        How many notices were written.
    """
    now = clock.now()
    today = now.date()
    with uow:
        found = uow.applications.timed(today, ends_by=today + timedelta(days=max(ENDING_DAYS)))
        context = context_of(uow, register, now)
    return sum(_remind(uow, now, application_id, context) for application_id in found)


def _remind(
    uow: ApplicationUnitOfWork, now: datetime, application_id: str, context: Context
) -> int:
    with uow:
        # Held, so that nobody is asked for a vote that is cast in this moment.
        about = uow.applications.find(application_id, to_change=True)
        if about is None:
            return 0
        written = _of_judging(uow, about, context, now) + _of_ending(uow, about, context, now)
        uow.commit()
    return written


def _of_judging(
    uow: ApplicationUnitOfWork, about: Application, context: Context, now: datetime
) -> int:
    if about.state not in UNDER_WAY:
        return 0
    written = 0
    for what, due_on, people in _dues(uow, about, context):
        kind = reminder(due_on, context.today)
        if kind is None:
            continue
        told = people
        if kind is ToldKind.OVERDUE:
            told |= custodians(uow, about, context) - about.barred
        occasion = f"{about.submission}/{what}/{due_on}"
        written += tell(uow, told, kind, about=about, at=now, occasion=occasion)
    return written


def _of_ending(
    uow: ApplicationUnitOfWork, about: Application, context: Context, now: datetime
) -> int:
    if about.agreed is None:
        return 0
    ends_on = about.agreed.ends_on
    days = days_warned(ends_on, context.today)
    if days is None:
        return 0
    people = about.people | custodians(uow, about, context)
    occasion = f"ends/{ends_on}/{days}"
    return tell(uow, people, ToldKind.ENDS_SOON, about=about, at=now, occasion=occasion)


def _dues(
    uow: ApplicationUnitOfWork, about: Application, context: Context
) -> Iterator[tuple[str, date, frozenset[str]]]:
    """What waits, until which day, and for whom."""
    if about.due_on is not None:
        yield "decision", about.due_on, assessors(uow, about, context)
    if about.state is not State.REFERRED:
        return
    try:
        standings = about.standings(context)
    except NotNow:
        # A dataset that is not registered any more keeps nobody from deciding against it.
        return
    for one in standings:
        if one.referral.due_on is not None and not one.is_complete:
            yield one.referral.key, one.referral.due_on, awaited(uow, one, about)
