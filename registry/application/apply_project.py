"""Make the registry what a project file asks for."""

from datetime import datetime

from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.apply_plan import Change, Registered, Wanted, plan
from registry.domain.apply_problems import problems
from registry.domain.errors import WrongFile


def apply_project(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    *,
    wanted: Wanted,
    file: str,
    actor: str,
    policies: frozenset[str],
    dry_run: bool = False,
) -> tuple[Change, ...]:
    """Apply a file, or say what applying it would change.

    Returns:
        The changes, made and recorded together; empty when all is as the file asks.

    Raises:
        WrongFile: With every problem found. Nothing was changed.
    """
    now = clock.now()
    with uow:
        registered = uow.registered(wanted.project.project_id if wanted.project else None)
        found = problems(registered, wanted, today=now.date(), policies=policies)
        if found:
            raise WrongFile(file, found)
        changes = plan(registered, wanted)
        if changes and not dry_run:
            _make(uow, passwords, registered, wanted, now)
            for change in changes:
                uow.record(
                    event=change.event,
                    actor=actor,
                    subject=change.subject,
                    project_id=change.project_id,
                    details=change.details,
                )
            uow.commit()
    return changes


def _make(
    uow: UnitOfWork, passwords: Passwords, registered: Registered, wanted: Wanted, now: datetime
) -> None:
    for entry in wanted.people:
        person = entry.person
        if registered.people.get(person.username) != person:
            uow.people.save(person, at=now)
        if entry.first_password is not None and person.username not in registered.with_password:
            uow.people.set_password_hash(person.username, passwords.hash(entry.first_password))
    for dataset in wanted.datasets:
        if dataset.version_id not in registered.datasets:
            uow.datasets.add(dataset, at=now)
    if wanted.project is not None and wanted.project != registered.project:
        uow.projects.save(wanted.project, at=now)
