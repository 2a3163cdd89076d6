"""Files that an administrator writes: organisations, people, datasets and projects."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from registry.adapters.descriptor import read_descriptor
from registry.adapters.fields import (
    Course,
    FileModel,
    Line,
    Network,
    PolicyName,
    ProjectId,
    Username,
    Version,
)
from registry.adapters.gateways.register_file import known_gateways
from registry.adapters.limits_in_file import IdlePart, Profiles, QuotaPart, limits
from registry.adapters.people_in_file import Day, OrganisationPart, PersonPart, people_problems
from registry.adapters.terms_in_file import ReleasePart
from registry.adapters.view_in_file import ViewPart
from registry.adapters.yaml_files import read_model
from registry.application.apply_files import FromFile
from registry.domain.apply_plan import Wanted
from registry.domain.closure import Closure, ClosureMode
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.errors import Problem, WrongFile
from registry.domain.grant import Grant
from registry.domain.project import Project
from registry.domain.site_policy import SitePolicy
from registry.domain.tier import DEFAULT_TIER, Tier


class _Dataset(FileModel):
    descriptor: Line


class _Grant(FileModel):
    dataset: ProjectId
    version: Version
    view: ViewPart | None = None

    def grant(self) -> Grant:
        version_id = VersionId(dataset_id=self.dataset, version=self.version)
        return Grant(version_id=version_id, view=self.view.view() if self.view else None)


class _Closure(FileModel):
    mode: ClosureMode
    retain_days: Annotated[int, Field(ge=0, le=36500)]

    def closure(self) -> Closure:
        return Closure(mode=self.mode, retain_days=self.retain_days)


class _Project(FileModel):
    id: ProjectId
    title: Line
    ends_on: Day
    policy: PolicyName
    tier: Tier = DEFAULT_TIER
    profiles: Profiles | None = None
    quota: QuotaPart = QuotaPart()
    idle: IdlePart = IdlePart()
    release: ReleasePart = ReleasePart()
    closed: bool = False
    training: tuple[Course, ...] = ()
    networks: tuple[Network, ...] = Field(default=(), max_length=50)
    closure: _Closure | None = None
    members: tuple[Username, ...] = ()
    checkers: tuple[Username, ...] = ()
    grants: tuple[_Grant, ...] = ()


class _Policy(BaseModel):
    """Its settings are the disclosure engine's, and are held against it elsewhere."""

    model_config = ConfigDict(extra="allow", frozen=True)

    name: PolicyName

    def policy(self) -> SitePolicy:
        settings = json.dumps(self.model_extra, sort_keys=True, ensure_ascii=False)
        return SitePolicy(name=self.name, document=settings)


class _File(FileModel):
    organisations: tuple[OrganisationPart, ...] = ()
    people: tuple[PersonPart, ...] = ()
    policies: tuple[_Policy, ...] = ()
    datasets: tuple[_Dataset, ...] = ()
    project: _Project | None = None
    projects: tuple[_Project, ...] = ()


def read_project_file(path: Path, datasets_dir: Path | None) -> Wanted:
    """Read a file with at most one project.

    Raises:
        WrongFile: With every problem of shape, each with its path in the file.
    """
    first, *more = read_file(path, datasets_dir)
    if more:
        message = "several projects are applied with `haven apply`"
        raise WrongFile(str(path), [Problem(path="projects", message=message)])
    return first.wanted


def read_file(path: Path, datasets_dir: Path | None, name: str = "") -> tuple[FromFile, ...]:
    """Read a file and the descriptors it names, relative to itself.

    Args:
        path: The file.
        datasets_dir: As for `read_descriptor`.
        name: What messages call the file; nothing where it is the only one.

    Returns:
        All of it but the list `projects`; then one for each of that list.

    Raises:
        WrongFile: With every problem of shape, each with its path in the file.
    """
    read = read_model(path, _File)
    problems = [*_repeated(read), *people_problems(read.people)]
    datasets: list[DatasetVersion] = []
    for index, entry in enumerate(read.datasets):
        try:
            described = path.parent / entry.descriptor
            known = known_gateways()
            datasets.append(read_descriptor(described, datasets_dir, gateways=known))
        except WrongFile as wrong:
            problems += _beneath(f"datasets[{index}].descriptor", wrong)
    if problems:
        raise WrongFile(str(path), problems)
    first = Wanted(
        organisations=tuple(one.organisation() for one in read.organisations),
        people=tuple(person.wanted() for person in read.people),
        policies=tuple(one.policy() for one in read.policies),
        datasets=tuple(datasets),
        project=_wanted_project(read.project) if read.project else None,
        places=dict(_places(read, datasets)),
    )
    return FromFile(wanted=first, file=name), *(
        FromFile(
            wanted=Wanted(project=_wanted_project(one), places=dict(_project_places(one))),
            file=name,
            project_path=f"projects[{index}]",
        )
        for index, one in enumerate(read.projects)
    )


def _beneath(path: str, wrong: WrongFile) -> Iterator[Problem]:
    for problem in wrong.problems:
        message = f"{wrong.file}: {problem.path}: {problem.message}"
        yield Problem(path=path, message=message)


def _wanted_project(read: _Project) -> Project:
    return Project(
        project_id=read.id,
        title=read.title,
        ends_on=read.ends_on,
        policy=read.policy,
        tier=read.tier,
        limits=limits(read.profiles, read.quota, read.idle),
        release=read.release.terms(),
        is_closed=read.closed,
        training=frozenset(read.training),
        networks=frozenset(read.networks),
        closure=read.closure.closure() if read.closure else None,
        members=frozenset(read.members),
        checkers=frozenset(read.checkers),
        grants=frozenset(grant.grant() for grant in read.grants),
    )


def _places(
    read: _File, datasets: Iterable[DatasetVersion]
) -> Iterator[tuple[tuple[str, str], str]]:
    for index, person in enumerate(read.people):
        yield ("person", person.username), f"people[{index}]"
    for index, dataset in enumerate(datasets):
        yield ("dataset", str(dataset.version_id)), f"datasets[{index}].descriptor"
    if read.project is not None:
        yield from _project_places(read.project)


def _project_places(read: _Project) -> Iterator[tuple[tuple[str, str], str]]:
    for index, name in enumerate(read.members):
        yield ("member", name), f"project.members[{index}]"
    for index, name in enumerate(read.checkers):
        yield ("checker", name), f"project.checkers[{index}]"
    for index, grant in enumerate(read.grants):
        version_id = VersionId(dataset_id=grant.dataset, version=grant.version)
        yield ("grant", str(version_id)), f"project.grants[{index}]"


def _repeated(read: _File) -> Iterator[Problem]:
    lists: list[tuple[str, list[str]]] = [
        ("organisations[{}].id", [one.id for one in read.organisations]),
        ("people[{}].username", [person.username for person in read.people]),
        ("datasets[{}].descriptor", [dataset.descriptor for dataset in read.datasets]),
        ("projects[{}].id", [one.id for one in read.projects]),
    ]
    if read.project is not None:
        lists += _lists_of(read.project, "project")
    for index, one in enumerate(read.projects):
        lists += _lists_of(one, f"projects[{index}]")
    for path, values in lists:
        for index, value in enumerate(values):
            if (first := values.index(value)) != index:
                message = f"{value} is there already, at {path.format(first)}"
                yield Problem(path=path.format(index), message=message)


def _lists_of(read: _Project, path: str) -> list[tuple[str, list[str]]]:
    return [
        (path + ".members[{}]", [*read.members]),
        (path + ".checkers[{}]", [*read.checkers]),
        # Two versions of one dataset would share a place in the workspace.
        (path + ".grants[{}].dataset", [grant.dataset for grant in read.grants]),
    ]
