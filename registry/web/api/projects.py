"""Who one is, and one's projects, by the API."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from registry.application import queries
from registry.application.queries import ProjectView
from registry.domain.errors import NotFound
from registry.domain.tier import Tier
from registry.web.api.words import NOT_YOURS, ProjectId, ProjectPath, Username
from registry.web.projects import may_see
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["projects"])


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Owned(Answer):
    """A dataset of a project that one signs off for."""

    project_id: ProjectId
    dataset: str


class Person(Answer):
    """You, and what you may do now."""

    username: Username
    display_name: str
    is_admin: bool
    is_auditor: bool
    member_of: tuple[ProjectId, ...]
    checks: tuple[ProjectId, ...]
    overrides: tuple[ProjectId, ...]
    signs_off: tuple[Owned, ...]


class Dataset(Answer):
    dataset_id: str
    version: str
    title: str
    policy: str


class Project(Answer):
    """A project; `tier` is the one that holds, the strictest of its own and its data's."""

    project_id: ProjectId
    title: str
    ends_on: date
    open: bool
    policy: str
    tier: Tier
    required_reviews: int
    members: tuple[Username, ...]
    checkers: tuple[Username, ...]
    datasets: tuple[Dataset, ...]


class Projects(Answer):
    projects: tuple[Project, ...]


@router.get("/me")
def show_me(viewer: CurrentViewer) -> Person:
    """Who you are, and what you may do now."""
    return Person(
        username=viewer.username,
        display_name=viewer.display_name,
        is_admin=viewer.is_admin,
        is_auditor=viewer.is_auditor,
        member_of=viewer.member_of,
        checks=viewer.checks,
        overrides=viewer.overrides,
        signs_off=tuple(Owned(project_id=one, dataset=other) for one, other in viewer.signs_off),
    )


@router.get("/projects")
def list_projects(shell: CurrentShell, viewer: CurrentViewer) -> Projects:
    """The projects that you work on or check."""
    names = sorted({*viewer.member_of, *viewer.checks})
    with shell.reading() as session:
        found = queries.projects(session, names)
    return Projects(projects=tuple(_project(found[name]) for name in names if name in found))


@router.get("/projects/{project_id}", responses=NOT_YOURS)
def show_project(project_id: ProjectPath, shell: CurrentShell, viewer: CurrentViewer) -> Project:
    """A project, its people and its data."""
    with shell.reading() as session:
        project = queries.project(session, project_id)
    if project is None or not may_see(project, viewer):
        raise NotFound("There is no such project, or it is not yours to see.")
    return _project(project)


def _project(view: ProjectView) -> Project:
    return Project(
        project_id=view.project_id,
        title=view.title,
        ends_on=view.ends_on,
        open=view.open,
        policy=view.policy,
        tier=view.tier,
        required_reviews=view.release.reviews,
        members=view.members,
        checkers=view.checkers,
        datasets=tuple(Dataset.model_validate(one) for one in view.datasets),
    )
