"""The running workspaces, for administrators: stop one, freeze and thaw; what each has taken."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.application import workspace_queries
from registry.application.freeze import freeze, thaw
from registry.application.queries import ActorView
from registry.application.steer_workspace import stop_workspace
from registry.application.workspace_queries import RunningView, UsageRow
from registry.domain.errors import NotFound, NotValid
from registry.domain.freeze import Freeze
from registry.web.shell import CurrentShell, CurrentViewer, Shell

router = APIRouter(tags=["workspaces"])

Confirmed = Annotated[str, Form(max_length=8)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspacesPage:
    """`can_steer` is for administrators; auditors look."""

    running: tuple[RunningView, ...]
    freezes: tuple[Freeze, ...]
    can_steer: bool
    project: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    username: str
    project_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UsagePage:
    rows: tuple[UsageRow, ...]
    month: datetime
    before: str
    after: str


@router.get("/workspaces")
def show_workspaces(
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
    project: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    _require(viewer.is_admin or viewer.is_auditor)
    with shell.reading() as session:
        page = WorkspacesPage(
            running=workspace_queries.running(session),
            freezes=workspace_queries.freezes(session),
            can_steer=viewer.is_admin,
            project=project,
        )
    return shell.page(request, "registry/workspaces.html", page)


@router.post("/workspaces/freeze")
def freeze_workspaces(
    *,
    shell: CurrentShell,
    viewer: CurrentViewer,
    reason: Annotated[str, Form(max_length=2000)] = "",
    project: Annotated[str, Form(max_length=64)] = "",
    which: Annotated[str, Form(max_length=8)] = "all",
    confirmed: Confirmed = "",
) -> Response:
    _require(viewer.is_admin)
    _require_confirmed(confirmed)
    freeze(
        shell.unit_of_work(),
        shell.clock,
        project_id=project.strip() or None,
        reason=reason,
        actor=viewer.username,
        stops_running=which != "new",
    )
    return _back()


@router.post("/workspaces/thaw")
def thaw_workspaces(
    shell: CurrentShell,
    viewer: CurrentViewer,
    project: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    _require(viewer.is_admin)
    thaw(shell.unit_of_work(), shell.clock, project_id=project or None, actor=viewer.username)
    return _back()


@router.get("/workspaces/{username}/{project_id}/stop")
def ask_before_stopping(
    username: str, project_id: str, request: Request, shell: CurrentShell, viewer: CurrentViewer
) -> Response:
    _require(viewer.is_admin)
    page = StopPage(username=username, project_id=project_id)
    return shell.page(request, "registry/stop_workspace.html", page)


@router.post("/workspaces/{username}/{project_id}/stop")
def stop(username: str, project_id: str, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    _require(viewer.is_admin)
    stop_workspace(
        shell.unit_of_work(), username=username, project_id=project_id, actor=viewer.username
    )
    return _back()


@router.get("/usage")
def show_usage(
    request: Request,
    shell: CurrentShell,
    viewer: CurrentViewer,
    month: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    wanted, rows = _usage(shell, viewer, month)
    page = UsagePage(
        rows=rows,
        month=wanted,
        before=f"{_month_before(wanted):%Y-%m}",
        after=f"{workspace_queries.next_month(wanted):%Y-%m}",
    )
    return shell.page(request, "registry/usage.html", page)


@router.get("/usage.csv")
def download_usage(
    shell: CurrentShell, viewer: CurrentViewer, month: Annotated[str, Query(max_length=16)] = ""
) -> Response:
    wanted, rows = _usage(shell, viewer, month)
    name = f"usage-{wanted:%Y-%m}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(usage_csv(rows), media_type="text/csv; charset=utf-8", headers=headers)


def usage_csv(rows: tuple[UsageRow, ...]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(UsageRow))
    for row in rows:
        writer.writerow(
            f"{value:.4f}" if isinstance(value, float) else value for value in astuple(row)
        )
    return text.getvalue()


def _usage(shell: Shell, viewer: ActorView, month: str) -> tuple[datetime, tuple[UsageRow, ...]]:
    try:
        wanted = workspace_queries.month_of(month, shell.clock.now())
    except ValueError:
        raise NotValid("A month is written like 2026-11.") from None
    sees_all = viewer.is_admin or viewer.is_auditor
    with shell.reading() as session:
        projects = None if sees_all else viewer.member_of
        return wanted, workspace_queries.usage(session, month=wanted, projects=projects)


def _month_before(month: datetime) -> datetime:
    return month.replace(year=month.year - (month.month == 1), month=(month.month - 2) % 12 + 1)


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise NotFound("There is no such page, or it is not yours to see.")


def _require_confirmed(confirmed: str) -> None:
    if confirmed != "yes":
        raise NotValid("Tick the box that says you mean it.")


def _back() -> Response:
    return RedirectResponse("/workspaces", HTTP_303_SEE_OTHER)
