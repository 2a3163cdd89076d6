"""What only the isolation probes do to projects: end one at once, and join one for a run.

Both are in the ledger, and both use the same rows as everybody's access, so that what the probes
see is what holds for people.
"""

from dataclasses import replace
from datetime import timedelta

from registry.application.ports import Clock, UnitOfWork
from registry.domain.errors import NotFound
from registry.domain.project import Project


def end_project(uow: UnitOfWork, clock: Clock, *, project_id: str, actor: str) -> None:
    """Make yesterday the project's last day.

    Raises:
        NotFound: There is no such project.
    """
    yesterday = clock.now().date() - timedelta(days=1)
    with uow:
        project = _find(uow, project_id)
        _save(uow, clock, replace(project, ends_on=yesterday), "project_ended", actor)


def admit(uow: UnitOfWork, clock: Clock, *, project_id: str, username: str, actor: str) -> None:
    """Make the prober a member of a project, for a run in it.

    Raises:
        NotFound: There is no such project, or nobody of that name.
    """
    with uow:
        project = _find(uow, project_id)
        if username not in uow.registered(project_id).people:
            raise NotFound(f"Nobody is registered as {username}")
        joined = replace(project, members=project.members | {username})
        _save(uow, clock, joined, "prober_admitted", actor)


def dismiss(uow: UnitOfWork, clock: Clock, *, project_id: str, username: str, actor: str) -> None:
    """Take the prober off again.

    Raises:
        NotFound: There is no such project.
    """
    with uow:
        project = _find(uow, project_id)
        left = replace(project, members=project.members - {username})
        _save(uow, clock, left, "prober_dismissed", actor)


def _find(uow: UnitOfWork, project_id: str) -> Project:
    project = uow.registered(project_id).project
    if project is None:
        raise NotFound(f"There is no project {project_id}")
    return project


def _save(uow: UnitOfWork, clock: Clock, project: Project, event: str, actor: str) -> None:
    uow.projects.save(project, at=clock.now())
    uow.record(
        event=event,
        actor=actor,
        subject=f"project:{project.project_id}",
        project_id=project.project_id,
        details={},
    )
    uow.commit()
