"""What passed from workspaces to browsers, for administrators and auditors."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.application import traffic_queries
from registry.application.allow_traffic import raise_day
from registry.application.traffic_queries import TrafficRow
from registry.domain.errors import NotFound, NotValid
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["traffic"])

DAYS_SHOWN = 14
_MOST_MEBIBYTES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row with the length of its bar, 0 to 100."""

    row: TrafficRow
    length: int
    is_today: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficPage:
    people: tuple[Bar, ...]
    sessions: tuple[Bar, ...]
    days: int
    can_raise: bool


@router.get("/traffic")
def show_traffic(request: Request, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    _require(viewer.is_admin or viewer.is_auditor)
    today = shell.clock.now().date()
    since = today - timedelta(days=DAYS_SHOWN - 1)
    with shell.reading() as session:
        people = traffic_queries.by_person(session, since=since)
        sessions = traffic_queries.by_session(session, since=since)
    page = TrafficPage(
        people=tuple(_bar(row, people, row.day == today) for row in people),
        sessions=tuple(_bar(row, sessions, row.day == today) for row in sessions),
        days=DAYS_SHOWN,
        can_raise=viewer.is_admin,
    )
    return shell.page(request, "registry/traffic.html", page)


@router.post("/traffic/{username}/{project_id}/allow")
def allow_more(
    username: str,
    project_id: str,
    shell: CurrentShell,
    viewer: CurrentViewer,
    mebibytes: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    _require(viewer.is_admin)
    raise_day(
        shell.unit_of_work(),
        shell.clock,
        username=username,
        project_id=project_id,
        mebibytes=_mebibytes(mebibytes),
        actor=viewer.username,
    )
    return RedirectResponse("/traffic", HTTP_303_SEE_OTHER)


def _bar(row: TrafficRow, rows: tuple[TrafficRow, ...], is_today: bool) -> Bar:
    most = max(1, *(one.shown_bytes for one in rows))
    return Bar(row=row, length=round(100 * row.shown_bytes / most), is_today=is_today)


def _mebibytes(text: str) -> int | None:
    """What was typed; None where the day is to begin anew."""
    if text == "reset":
        return None
    if not text.isascii() or not text.isdigit() or int(text) > _MOST_MEBIBYTES:
        raise NotValid(f"Say how many MiB to add: a number from 1 to {_MOST_MEBIBYTES}.")
    return int(text)


def _require(may: bool) -> None:
    if not may:
        raise NotFound("There is no such page, or it is not yours to see.")
