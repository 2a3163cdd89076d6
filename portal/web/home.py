"""The first page: what somebody can do now."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from output_checker.application.ledger_search import store_mismatches
from output_checker.application.queries import my_links, my_requests, review_queue
from output_checker.application.request_views import RequestSummary
from output_checker.web.requests import LinkRow, link_row
from portal.isolation import runs
from portal.parts import Parts
from portal.shells import RegistryShell, as_actor
from registry.application import queries, training_queries, workspace_queries
from registry.application.queries import ActorView, ProjectView
from registry.application.workspace_ports import freeze_of
from registry.application.workspace_queries import RunningView
from registry.domain.freeze import Freeze
from registry.domain.training import Training, TrainingState
from registry.web.projects import workspace_path

router = APIRouter()

_LATEST = 5
_ENDING = (TrainingState.ENDS_SOON, TrainingState.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCard:
    """A project; `workspace_path` is None where the viewer may not have a workspace."""

    project: ProjectView
    workspace_path: str | None
    is_checker: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The page; the first two are for administrators, None and 0 when all is well.

    Attributes: `ending_courses` count for less than a month, or no longer.
    """

    isolation_warning: str | None
    store_mismatches: int
    freezes: tuple[Freeze, ...]
    stopping: tuple[RunningView, ...]
    ending_courses: tuple[Training, ...]
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
    with shell.reading() as session:
        freezes = workspace_queries.freezes(session)
        mine = workspace_queries.running(session, username=viewer.username)
        courses = training_queries.held(session, viewer.username)
        warning = runs.standing(session, now).warning if viewer.is_admin else None
    concerned = tuple(one for one in freezes if one.project_id in (None, *viewer.member_of))
    page = HomePage(
        isolation_warning=warning,
        store_mismatches=store_mismatches(parts.checker_unit_of_work(), actor),
        freezes=concerned if viewer.member_of or viewer.is_admin else (),
        stopping=tuple(one for one in mine if one.stops_at is not None),
        ending_courses=tuple(
            one for one in courses if one.state(now.date()) in _ENDING and viewer.member_of
        ),
        projects=_projects(shell, viewer, freezes),
        is_checker=bool(viewer.checks),
        to_review=tuple(item for item in queue if not item.has_voted),
        requests=requests[:_LATEST],
        has_more_requests=len(requests) > _LATEST,
        links=tuple(link for link in links if link.why_closed is None),
    )
    return shell.page(request, "portal/home.html", page)


def _projects(
    shell: RegistryShell, viewer: ActorView, freezes: tuple[Freeze, ...]
) -> tuple[ProjectCard, ...]:
    names = sorted({*viewer.member_of, *viewer.checks})
    with shell.reading() as session:
        found = [queries.project(session, name) for name in names]
    return tuple(_card(project, viewer, freezes) for project in found if project is not None)


def _card(project: ProjectView, viewer: ActorView, freezes: tuple[Freeze, ...]) -> ProjectCard:
    is_frozen = freeze_of(freezes, project.project_id) is not None
    return ProjectCard(
        project=project,
        workspace_path=None if is_frozen else workspace_path(project, viewer),
        is_checker=viewer.username in project.checkers,
    )
