"""A project's page: who works on what, until when, and how workspaces stand."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.application import closure_queries, queries, training_queries, workspace_queries
from registry.application.queries import ActorView, ProjectView
from registry.application.steer_workspace import choose_profile, go_on
from registry.application.workspace_ports import freeze_of
from registry.application.workspace_queries import RunningView
from registry.domain.errors import NotFound
from registry.domain.freeze import Freeze
from registry.domain.limits import Profile
from registry.domain.training import refusal_words
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["projects"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """A project.

    Attributes:
        workspace_path: None for those who may not have a workspace now.
        profile: The size of the viewer's next workspace; None where they may not have one.
        has_certificate: Whether there is one, of what became of its files, that they may see.
        lacking: What keeps the viewer's workspace from starting for want of training.
        mine: The viewer's own running workspace.
        freeze: What keeps workspaces from starting.
        sees_usage: Whether the page of what was used has something on this project for them.
    """

    project: ProjectView
    workspace_path: str | None
    profile: Profile | None
    has_certificate: bool
    lacking: str | None
    courses: tuple[str, ...]
    mine: RunningView | None
    freeze: Freeze | None
    can_freeze: bool
    sees_usage: bool


@router.get("/projects/{project_id}")
def show_project(
    project_id: str, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    with shell.reading() as session:
        project = queries.project(session, project_id)
        if project is None or not may_see(project, viewer):
            raise NotFound("There is no such project, or it is not yours to see.")
        freeze = freeze_of(workspace_queries.freezes(session), project_id)
        chosen = workspace_queries.chosen_profile(session, viewer.username, project_id)
        certificate = closure_queries.latest(
            session, project_id
        ) is not None and closure_queries.may_see(session, viewer, project)
        courses = training_queries.asked(session, project_id)
        mine = workspace_queries.running(session, project_id=project_id, username=viewer.username)
    lacking = _lacking(shell, viewer, project) if viewer.username in project.members else None
    is_member = viewer.username in project.members
    path = workspace_path(project, viewer) if freeze is None and lacking is None else None
    page = ProjectPage(
        project=project,
        workspace_path=path,
        profile=project.limits.profile(chosen) if project.open and is_member else None,
        has_certificate=certificate,
        courses=tuple(sorted(courses)),
        lacking=lacking if project.open else None,
        mine=mine[0] if mine else None,
        freeze=freeze,
        can_freeze=viewer.is_admin and freeze is None,
        sees_usage=is_member or viewer.is_admin or viewer.is_auditor,
    )
    return shell.page(request, "registry/project.html", page)


@router.post("/projects/{project_id}/profile")
def choose(
    project_id: str,
    shell: CurrentShell,
    viewer: CurrentViewer,
    profile: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    choose_profile(
        shell.unit_of_work(),
        shell.clock,
        username=viewer.username,
        project_id=project_id,
        profile=profile,
    )
    return RedirectResponse(f"/projects/{project_id}", HTTP_303_SEE_OTHER)


@router.post("/projects/{project_id}/go-on")
def go_on_working(project_id: str, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    go_on(shell.unit_of_work(), shell.clock, username=viewer.username, project_id=project_id)
    return RedirectResponse(f"/projects/{project_id}", HTTP_303_SEE_OTHER)


def _lacking(shell: Shell, viewer: ActorView, project: ProjectView) -> str | None:
    today = shell.clock.now().date()
    with shell.reading() as session:
        found = training_queries.lacks(session, viewer.username, project.project_id, today)
        stewards = training_queries.whom_to_ask(session, viewer.username)
    return refusal_words(found, stewards) if found else None


def workspace_path(project: ProjectView, viewer: ActorView) -> str | None:
    """Where the viewer's workspace is opened; None for those who may not have one."""
    if not project.open or viewer.username not in project.members:
        return None
    return f"/hub/spawn/{viewer.username}/{project.project_id}"


def may_see(project: ProjectView, viewer: ActorView) -> bool:
    has_role = viewer.is_admin or viewer.is_auditor
    return has_role or viewer.username in {*project.members, *project.checkers}
