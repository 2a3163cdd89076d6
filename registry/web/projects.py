"""A project's page: who works on what, until when."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from registry.application import queries
from registry.application.queries import ActorView, ProjectView
from registry.domain.errors import NotFound
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["projects"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPage:
    """A project; `workspace_path` is None for those who may not have a workspace."""

    project: ProjectView
    workspace_path: str | None


@router.get("/projects/{project_id}")
def show_project(
    project_id: str, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    with shell.reading() as session:
        project = queries.project(session, project_id)
    if project is None or not _may_see(project, viewer):
        raise NotFound("There is no such project, or it is not yours to see.")
    opens = project.open and viewer.username in project.members
    page = ProjectPage(
        project=project,
        workspace_path=f"/hub/spawn/{viewer.username}/{project_id}" if opens else None,
    )
    return shell.page(request, "registry/project.html", page)


def _may_see(project: ProjectView, viewer: ActorView) -> bool:
    has_role = viewer.is_admin or viewer.is_auditor
    return has_role or viewer.username in {*project.members, *project.checkers}
