"""An application in somebody's hands: found, or not theirs to see; and kept again."""

from dataclasses import dataclass, replace
from datetime import datetime

from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.applications.telling import tell_of_step
from registry.application.ports import Clock
from registry.domain.applications.application import Application, Context, Happened
from registry.domain.applications.errors import ChangedMeanwhile
from registry.domain.applications.gateways import Register
from registry.domain.applications.party import Party
from registry.domain.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    application: Application
    party: Party
    context: Context
    at: datetime


def open_application(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
    seen: int | None = None,
    to_change: bool = True,
    is_ending: bool = False,
) -> Opened:
    """Find an application for somebody.

    Args:
        uow: Open.
        clock: Says when.
        application_id: Which.
        actor: Whose hands.
        register: The legal gateways.
        seen: The submission that they looked at; None where that does not matter.
        to_change: Keeps others from changing it meanwhile.
        is_ending: It is to end access, which administrators do without seeing it.

    Raises:
        NotFound: There is none, or it is not theirs to see.
        ChangedMeanwhile: It was submitted again since they looked.
    """
    at = clock.now()
    application = uow.applications.find(application_id, to_change=to_change)
    party = party_of(uow, actor)
    context = context_of(uow, register, at)
    may = application is not None and (
        application.is_visible_to(party, context) or (is_ending and party.is_admin)
    )
    if application is None or not may:
        raise NotFound("There is no such application, or it is not yours to see.")
    if seen is not None and seen != application.submission:
        raise ChangedMeanwhile("It was submitted again since you looked; look at it again")
    return Opened(application=application, party=party, context=context, at=at)


def party_of(uow: ApplicationUnitOfWork, username: str) -> Party:
    """Who somebody is; of an account that is off, nobody."""
    account = uow.people.find_account(username)
    if account is None or not account.person.is_active:
        raise NotFound("There is no such application, or it is not yours to see.")
    person = account.person
    return Party(
        username=username,
        organisation=person.organisation_id,
        roles=uow.organisations.roles_of(username),
        is_admin=person.is_admin,
        is_auditor=person.is_auditor,
    )


def context_of(uow: ApplicationUnitOfWork, register: Register, at: datetime) -> Context:
    organisations = uow.organisations.every()
    return Context(
        datasets=uow.datasets.every_version(),
        register=register,
        today=at.date(),
        quorums={name: one.board_quorum for name, one in organisations.items()},
    )


def keep(
    uow: ApplicationUnitOfWork, moved: Application, event: Happened, context: Context
) -> Application:
    """Save it with its event, a line of the ledger and notices; the caller commits."""
    kept = replace(moved, version=moved.version + 1)
    uow.applications.save(kept)
    note(uow, kept, event)
    tell_of_step(uow, kept, event, context)
    return kept


def note(uow: ApplicationUnitOfWork, application: Application, event: Happened) -> None:
    """Write down what happened, without anything that people typed."""
    uow.applications.happened(event)
    project_id = application.agreed.project_id if application.agreed else None
    said = {key: str(event.details[key]) for key in _SAID if key in event.details}
    uow.record(
        event=f"application_{event.action}",
        actor=event.actor,
        subject=f"application:{event.application_id}",
        project_id=project_id or said.get("project_id"),
        details={
            "was": event.was.value,
            "now": event.now.value,
            "submission": str(event.submission),
            **said,
        },
    )


_SAID = (
    "action", "referral", "says", "consideration", "outcome", "code", "conditions", "condition",
    "due_on", "project_id", "ends_on", "checks", "register", "cloned_from",
)  # fmt: skip
