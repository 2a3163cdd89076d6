"""The first page: what somebody can do now."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from output_checker.application.queries import (
    RequestSummary,
    my_links,
    my_requests,
    review_queue,
)
from output_checker.web.requests import LinkRow, link_row
from portal.parts import Parts
from portal.shells import RegistryShell, as_actor
from registry.application import queries
from registry.application.queries import ActorView, ProjectView

router = APIRouter()

_LATEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """A project; `workspace_path` is None where the viewer may not have a workspace."""

    project: ProjectView
    workspace_path: str | None
    is_checker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    projects: tuple[ProjectCard, ...]
    is_checker: bool
    to_review: tuple[RequestSummary, ...]
    requests: tuple[RequestSummary, ...]
    has_more_requests: bool
    links: tuple[LinkRow, ...]


@router.get("/")
def show_home(request: Request) -> Response:
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.viewer(request)
    actor = as_actor(viewer)
    now = parts.clock.now()
    requests = my_requests(parts.checker_unit_of_work(), actor)
    queue = review_queue(parts.checker_unit_of_work(), actor)
    links = [
        link_row(link, viewer.username, link.link.why_closed(now))
        for link in my_links(parts.checker_unit_of_work(), actor)
    ]
    page = HomePage(
        projects=_projects(shell, viewer),
        is_checker=bool(viewer.checks),
        to_review=tuple(item for item in queue if not item.has_voted),
        requests=requests[:_LATEST],
        has_more_requests=len(requests) > _LATEST,
        links=tuple(link for link in links if link.why_closed is None),
    )
    return shell.page(request, "portal/home.html", page)


def _projects(shell: RegistryShell, viewer: ActorView) -> tuple[ProjectCard, ...]:
    names = sorted({*viewer.member_of, *viewer.checks})
    with shell.reading() as session:
        found = [queries.project(session, name) for name in names]
    return tuple(_card(project, viewer) for project in found if project is not None)


def _card(project: ProjectView, viewer: ActorView) -> ProjectCard:
    opens = project.open and viewer.username in project.members
    return ProjectCard(
        project=project,
        workspace_path=f"/hub/spawn/{viewer.username}/{project.project_id}" if opens else None,
        is_checker=viewer.username in project.checkers,
    )
