"""Approve or refuse; an approval without open conditions gives access in the same transaction."""

from collections.abc import Sequence
from dataclasses import replace

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.provision import provision
from registry.application.ports import Clock
from registry.domain.applications import deciding
from registry.domain.applications.application import Application
from registry.domain.applications.decision import Condition, RefusalCode
from registry.domain.applications.gateways import Register


def approve(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    seen: int,
    conditions: Sequence[Condition],
    checkers: frozenset[str],
    policies: frozenset[str],
    words: str = "",
) -> Application:
    """Approve it, and make the project unless a condition waits to be confirmed.

    Raises:
        NotFound: It is not theirs to see.
        NotNow: A finding or vote is missing, or nobody independent agreed.
        NotValid: A condition cannot be enforced, or the project cannot be made.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register, seen=seen
        )
        moved, event = deciding.approve(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            conditions=conditions,
            checkers=checkers,
            words=words,
        )
        kept = keep(uow, moved, event, opened.context)
        if all(one.is_met for one in conditions):
            given = provision(uow, replace(opened, application=kept), policies)
            kept = keep(uow, *given, opened.context)
        uow.commit()
    return kept


def refuse(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    seen: int,
    code: RefusalCode,
    words: str,
    mitigation: str,
) -> Application:
    """Refuse it, with a code, words, and what would help.

    Raises:
        NotFound: It is not theirs to see.
        NotValid: Words or mitigation are missing.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register, seen=seen
        )
        moved, event = deciding.refuse(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            code=code,
            words=words,
            mitigation=mitigation,
        )
        kept = keep(uow, moved, event, opened.context)
        uow.commit()
    return kept
