"""Look at applications: one, or all that somebody may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.application.applications.opened import (
    Opened,
    context_of,
    open_application,
    party_of,
)
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications.application import Application, Context, Happened
from registry.domain.applications.gateways import Register
from registry.domain.applications.history import Pace, decisions, pace_of
from registry.domain.applications.party import Party


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An application in front of somebody, with what happened to it, oldest first."""

    opened: Opened
    events: tuple[Happened, ...]
    pace: Pace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Attributes: `applications` are those that they may see, the last changed first.

    `refusals` counts all that there were, by code.
    """

    party: Party
    context: Context
    applications: tuple[Application, ...]
    pace: Pace | None
    amending_pace: Pace | None
    refusals: Mapping[str, int]


def look_at(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
) -> Seen:
    """One of them.

    Raises:
        NotFound: There is none, or it is not theirs to see.
    """
    with uow:
        opened = open_application(
            uow,
            clock,
            application_id=application_id,
            actor=actor,
            register=register,
            to_change=False,
        )
        events = tuple(uow.applications.events(application_id))
        is_amendment = opened.application.agreed is not None
        return Seen(
            opened=opened, events=events, pace=_pace(uow.applications.every_event(), is_amendment)
        )


def look_through(
    uow: ApplicationUnitOfWork, clock: Clock, *, actor: str, register: Register
) -> Listed:
    """All that somebody may see."""
    with uow:
        party = party_of(uow, actor)
        context = context_of(uow, register, clock.now())
        events = uow.applications.every_event()
        return Listed(
            party=party,
            context=context,
            applications=tuple(
                one for one in uow.applications.every() if one.is_visible_to(party, context)
            ),
            pace=_pace(events, is_amendment=False),
            amending_pace=_pace(events, is_amendment=True),
            refusals=uow.applications.refusals(),
        )


def pace_about(uow: ApplicationUnitOfWork, dataset_id: str) -> Pace | None:
    """How long decisions about a dataset took; None where there were none. Within a transaction."""
    return _pace(uow.applications.every_event(about=dataset_id), is_amendment=False)


def _pace(events: Sequence[Sequence[Happened]], is_amendment: bool) -> Pace | None:
    taken = [one for history in events for one in decisions(history)]
    return pace_of([how_long for how_long, amends in taken if amends is is_amendment])
