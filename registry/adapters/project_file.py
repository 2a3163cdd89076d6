"""A project file: people, datasets and one project, written by an administrator."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, SecretStr

from registry.adapters.descriptor import read_descriptor
from registry.adapters.fields import FileModel, Line, PolicyName, ProjectId, Username, Version
from registry.adapters.limits_in_file import IdlePart, Profiles, QuotaPart, limits
from registry.adapters.yaml_files import read_model
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.errors import Problem, WeakPassword, WrongFile
from registry.domain.password import accept_new
from registry.domain.person import Person
from registry.domain.project import Project
from registry.domain.tier import DEFAULT_TIER, Tier


def _a_day(value: object) -> object:
    # pydantic would take a number for seconds since 1970.
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return value
    raise ValueError("must be a date such as 2027-03-31")


class _Person(FileModel):
    username: Username
    display_name: Line
    password: SecretStr | None = None
    roles: tuple[Literal["admin", "auditor"], ...] = ()
    active: bool = True


class _Dataset(FileModel):
    descriptor: Line


class _Grant(FileModel):
    dataset: ProjectId
    version: Version


class _Project(FileModel):
    id: ProjectId
    title: Line
    ends_on: Annotated[date, BeforeValidator(_a_day)]
    policy: PolicyName
    tier: Tier = DEFAULT_TIER
    profiles: Profiles | None = None
    quota: QuotaPart = QuotaPart()
    idle: IdlePart = IdlePart()
    closed: bool = False
    members: tuple[Username, ...] = ()
    checkers: tuple[Username, ...] = ()
    grants: tuple[_Grant, ...] = ()


class _File(FileModel):
    people: tuple[_Person, ...] = ()
    datasets: tuple[_Dataset, ...] = ()
    project: _Project | None = None


def read_project_file(path: Path, datasets_dir: Path | None) -> Wanted:
    """Read a project file and the descriptors it names, relative to itself.

    Raises:
        WrongFile: With every problem of shape, each with its path in the file.
    """
    read = read_model(path, _File)
    problems = [*_repeated(read), *_weak_passwords(read)]
    datasets: list[DatasetVersion] = []
    for index, entry in enumerate(read.datasets):
        try:
            datasets.append(read_descriptor(path.parent / entry.descriptor, datasets_dir))
        except WrongFile as wrong:
            problems += _beneath(f"datasets[{index}].descriptor", wrong)
    if problems:
        raise WrongFile(str(path), problems)
    return Wanted(
        people=tuple(_wanted_person(person) for person in read.people),
        datasets=tuple(datasets),
        project=_wanted_project(read.project) if read.project else None,
        places=dict(_places(read, datasets)),
    )


def _beneath(path: str, wrong: WrongFile) -> Iterator[Problem]:
    for problem in wrong.problems:
        message = f"{wrong.file}: {problem.path}: {problem.message}"
        yield Problem(path=path, message=message)


def _wanted_person(read: _Person) -> WantedPerson:
    person = Person(
        username=read.username,
        display_name=read.display_name,
        is_admin="admin" in read.roles,
        is_auditor="auditor" in read.roles,
        is_active=read.active,
    )
    password = read.password.get_secret_value() if read.password else None
    return WantedPerson(person=person, first_password=password)


def _wanted_project(read: _Project) -> Project:
    return Project(
        project_id=read.id,
        title=read.title,
        ends_on=read.ends_on,
        policy=read.policy,
        tier=read.tier,
        limits=limits(read.profiles, read.quota, read.idle),
        is_closed=read.closed,
        members=frozenset(read.members),
        checkers=frozenset(read.checkers),
        grants=frozenset(
            VersionId(dataset_id=grant.dataset, version=grant.version) for grant in read.grants
        ),
    )


def _places(
    read: _File, datasets: Iterable[DatasetVersion]
) -> Iterator[tuple[tuple[str, str], str]]:
    for index, dataset in enumerate(datasets):
        yield ("dataset", str(dataset.version_id)), f"datasets[{index}].descriptor"
    if read.project is None:
        return
    for index, name in enumerate(read.project.members):
        yield ("member", name), f"project.members[{index}]"
    for index, name in enumerate(read.project.checkers):
        yield ("checker", name), f"project.checkers[{index}]"
    for index, grant in enumerate(read.project.grants):
        version_id = VersionId(dataset_id=grant.dataset, version=grant.version)
        yield ("grant", str(version_id)), f"project.grants[{index}]"


def _repeated(read: _File) -> Iterator[Problem]:
    lists: list[tuple[str, list[str]]] = [
        ("people[{}].username", [person.username for person in read.people]),
        ("datasets[{}].descriptor", [dataset.descriptor for dataset in read.datasets]),
    ]
    if read.project is not None:
        lists += [
            ("project.members[{}]", [*read.project.members]),
            ("project.checkers[{}]", [*read.project.checkers]),
            # Two versions of one dataset would share a place in the workspace.
            ("project.grants[{}].dataset", [grant.dataset for grant in read.project.grants]),
        ]
    for path, values in lists:
        for index, value in enumerate(values):
            if (first := values.index(value)) != index:
                message = f"{value} is there already, at {path.format(first)}"
                yield Problem(path=path.format(index), message=message)


def _weak_passwords(read: _File) -> Iterator[Problem]:
    for index, person in enumerate(read.people):
        if person.password is None:
            continue
        try:
            accept_new(person.password.get_secret_value(), username=person.username)
        except WeakPassword as weak:
            yield Problem(path=f"people[{index}].password", message=str(weak))
