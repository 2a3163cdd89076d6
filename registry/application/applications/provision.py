"""Make the project what an approval says, and take it back when the approval ends."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from registry.application.applications.opened import Opened
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.domain.applications import deciding
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.errors import Incomplete, NotNow
from registry.domain.applications.party import CUSTODIANS, PLATFORM
from registry.domain.applications.provision import Terms, project_of, terms_of
from registry.domain.applications.referrals import owners_of
from registry.domain.apply_plan import Registered, Wanted, plan
from registry.domain.apply_problems import problems
from registry.domain.project import Project


def provision(
    uow: ApplicationUnitOfWork, opened: Opened, policies: frozenset[str]
) -> tuple[Application, Happened]:
    """Put an approval in force in this transaction: project, members, checkers, grants, end.

    Raises:
        NotNow: A condition is not confirmed, or another project has the name.
        Incomplete: What keeps the project from being made, each with its place.
    """
    application, decision = opened.application, opened.application.decision
    if decision is None:
        raise NotNow("Nothing is decided")
    terms = terms_of(application, decision, opened.context.datasets)
    moved, event = deciding.provision(
        application, terms=terms, at=opened.at, context=opened.context
    )
    registered = uow.registered(terms.project_id)
    mine = application.agreed.project_id if application.agreed else None
    if registered.project is not None and mine != terms.project_id:
        raise NotNow(f"There is a project {terms.project_id} already, of another origin")
    if registered.project is not None and registered.project.is_closed:
        raise NotNow(f"The project {terms.project_id} was closed; whoever closed it opens it")
    project = project_of(terms, registered.project, _who_signs(uow, opened))
    _require_possible(registered, project, opened, policies, terms)
    _write(uow, registered, project, actor=PLATFORM.username, at=opened.at)
    return moved, event


def take_back(uow: ApplicationUnitOfWork, *, project_id: str, actor: str, at: datetime) -> None:
    """Close the project and take every grant away: the hub stops its workspaces within a minute."""
    registered = uow.registered(project_id)
    if registered.project is not None:
        closed = replace(registered.project, is_closed=True, grants=frozenset())
        _write(uow, registered, closed, actor=actor, at=at)


def _who_signs(uow: ApplicationUnitOfWork, opened: Opened) -> Mapping[str, frozenset[str]]:
    found = {}
    for asked in opened.application.datasets:
        dataset = opened.context.datasets[asked.version_id]
        if dataset.release.owner_sign_off:
            found[asked.version_id.dataset_id] = frozenset(
                name
                for owner in owners_of(dataset)
                for role in CUSTODIANS
                for name in uow.organisations.with_role(owner, role)
            )
    return found


def _require_possible(
    registered: Registered,
    project: Project,
    opened: Opened,
    policies: frozenset[str],
    terms: Terms,
) -> None:
    wanted = _wanted(project)
    found = problems(registered, wanted, today=opened.context.today, policies=policies)
    if found:
        raise Incomplete(found)
    if short := project.short_of_checkers(terms.checks):
        raise NotNow(f"{terms.checks} checkers are needed, for {', '.join(short)} there are fewer")


def _write(
    uow: ApplicationUnitOfWork,
    registered: Registered,
    project: Project,
    *,
    actor: str,
    at: datetime,
) -> None:
    for change in plan(registered, _wanted(project)):
        uow.record(
            event=change.event,
            actor=actor,
            subject=change.subject,
            project_id=change.project_id,
            details=change.details,
        )
    uow.projects.save(project, at=at)


def _wanted(project: Project) -> Wanted:
    places = {
        **{("member", name): "people.members" for name in project.members},
        **{("checker", name): "checkers" for name in project.checkers},
        **{("grant", str(one.version_id)): "data" for one in project.grants},
    }
    return Wanted(project=project, places=places)
