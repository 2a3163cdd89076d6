"""Make the registry what files ask for: all of it, or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from registry.application.ports import Clock, Passwords, UnitOfWork
from registry.domain.apply_change import Change
from registry.domain.apply_plan import Registered, Wanted, plan
from registry.domain.apply_problems import problems
from registry.domain.errors import Problem, WrongFile


@dataclass(frozen=True, slots=True, kw_only=True)
class FromFile:
    """What one file asks for.

    Attributes:
        file: Its name beneath the folder that is applied; nothing when it is applied alone.
        project_path: Where in it the project is.
    """

    wanted: Wanted
    file: str = ""
    project_path: str = "project"


def apply_files(
    uow: UnitOfWork,
    passwords: Passwords,
    clock: Clock,
    *,
    files: Sequence[FromFile],
    place: str,
    actor: str,
    policies: frozenset[str],
    dry_run: bool = False,
) -> tuple[Change, ...]:
    """Apply files together, or say what applying them would change.

    Organisations of all files come first, then people, datasets and projects: no file needs
    to come before another.

    Args:
        uow: A transaction.
        passwords: Hashes first passwords.
        clock: The time of the changes.
        files: What they ask for.
        place: The file or folder, for messages.
        actor: Who applies them.
        policies: The disclosure policies there are.
        dry_run: Change nothing.

    Returns:
        The changes, made and recorded together; empty when all is as the files ask.

    Raises:
        WrongFile: With every problem found. Nothing was changed.
    """
    now = clock.now()
    found: list[Problem] = []
    changes: list[Change] = []
    with uow:
        registered = uow.registered(None)
        steps: list[tuple[Registered, Wanted]] = []
        for one in _in_order(files):
            wanted = one.wanted
            project = wanted.project and uow.projects.find(wanted.project.project_id)
            registered = replace(registered, project=project)
            wrong = problems(registered, wanted, today=now.date(), policies=policies)
            found += [_placed(one, problem) for problem in wrong]
            changes += plan(registered, wanted)
            steps.append((registered, wanted))
            registered = registered.after(wanted)
        if found:
            raise WrongFile(place, found)
        if changes and not dry_run:
            for before, wanted in steps:
                _make(uow, passwords, before, wanted, now)
            _record(uow, changes, actor)
            uow.commit()
    return tuple(changes)


def _in_order(files: Sequence[FromFile]) -> Iterator[FromFile]:
    for one in files:
        yield replace(one, wanted=_only(one.wanted, "organisations"))
    for one in files:
        yield replace(one, wanted=_only(one.wanted, "people"))
    for one in files:
        yield replace(one, wanted=_only(one.wanted, "policies"))
    for one in files:
        yield replace(one, wanted=_only(one.wanted, "datasets"))
    for one in files:
        yield replace(one, wanted=_only(one.wanted, "project"))


def _only(wanted: Wanted, part: str) -> Wanted:
    return replace(Wanted(places=wanted.places), **{part: getattr(wanted, part)})


def _placed(one: FromFile, problem: Problem) -> Problem:
    path = problem.path
    if path == "project" or path.startswith("project."):
        path = one.project_path + path.removeprefix("project")
    return replace(problem, path=f"{one.file}: {path}" if one.file else path)


def _record(uow: UnitOfWork, changes: Sequence[Change], actor: str) -> None:
    for change in changes:
        uow.record(
            event=change.event,
            actor=actor,
            subject=change.subject,
            project_id=change.project_id,
            details=change.details,
        )


def _make(
    uow: UnitOfWork, passwords: Passwords, registered: Registered, wanted: Wanted, now: datetime
) -> None:
    for organisation in wanted.organisations:
        if registered.organisations.get(organisation.organisation_id) != organisation:
            uow.organisations.save(organisation, at=now)
    _make_people(uow, passwords, registered, wanted, now)
    for policy in wanted.policies:
        if policy.name not in registered.policies:
            uow.policies.add(policy, at=now)
    for dataset in wanted.datasets:
        if dataset.version_id not in registered.datasets:
            uow.datasets.add(dataset, at=now)
    if wanted.project is not None and wanted.project != registered.project:
        uow.projects.save(wanted.project, at=now)


def _make_people(
    uow: UnitOfWork, passwords: Passwords, registered: Registered, wanted: Wanted, now: datetime
) -> None:
    for entry in wanted.people:
        person = registered.complete(entry)
        name = person.username
        if registered.people.get(name) != person:
            uow.people.save(person, at=now)
        if entry.roles is not None and entry.roles != registered.roles.get(name):
            uow.organisations.set_roles(name, entry.roles)
        if entry.training is not None and entry.training != registered.training.get(name):
            uow.training.set_of(name, entry.training)
        if entry.first_password is not None and name not in registered.with_password:
            uow.people.set_password_hash(name, passwords.hash(entry.first_password))
