"""Hand an application in."""

from registry.application.applications.opened import keep, open_application
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock
from registry.domain.applications import steps
from registry.domain.applications.application import Application
from registry.domain.applications.errors import Incomplete
from registry.domain.applications.gateways import Register
from registry.domain.applications.problems import lines_of
from registry.domain.errors import Problem


def submit(
    uow: ApplicationUnitOfWork,
    clock: Clock,
    *,
    application_id: str,
    actor: str,
    register: Register,
) -> Application:
    """Submit it as it stands.

    Raises:
        NotFound: It is not theirs to see.
        Incomplete: With every problem and its place.
    """
    with uow:
        opened = open_application(
            uow, clock, application_id=application_id, actor=actor, register=register
        )
        moved, event = steps.submit(
            opened.application,
            party=opened.party,
            at=opened.at,
            context=opened.context,
            of=_of_who_leads(uow, opened.application),
        )
        project_id = moved.answers["about.project_id"].strip()
        if moved.agreed is None and uow.registered(project_id).project is not None:
            taken = Problem(path="about.project_id", message="is the name of a project already")
            raise Incomplete([taken])
        kept = keep(uow, moved, event, opened.context)
        uow.commit()
    return kept


def _of_who_leads(uow: ApplicationUnitOfWork, application: Application) -> frozenset[str]:
    named = (uow.people.find_account(one) for one in lines_of(application.answers, "people.lead"))
    of = (account.person.organisation_id for account in named if account is not None)
    return frozenset(one for one in of if one is not None)
