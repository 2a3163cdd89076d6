"""Confirm a condition; the last one gives access in the same transaction."""

from dataclasses import replace
from datetime import date

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.provision import provision
from registry.application.ports import Clock
from registry.domain.applications import deciding
from registry.domain.applications.application import Application
from registry.domain.applications.gateways import Register


def attest(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    index: int,
    on: date,
    policies: frozenset[str],
) -> Application:
    """Confirm the condition at `index`, counted from 0, as of a day.

    Raises:
        NotFound: It is not theirs to see.
        NotAllowed, NotNow, NotValid: Not theirs, met already, or a day in the future.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        moved, event = deciding.attest(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            index=index,
            on=on,
        )
        kept = keep(uow, moved, event, opened.context)
        decision = kept.decision
        if decision is not None and all(one.is_met for one in decision.conditions):
            given = provision(uow, replace(opened, application=kept), policies)
            kept = keep(uow, *given, opened.context)
        uow.commit()
    return kept
