"""The way out, for administrators: one button stops all that leaves, another opens it again."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from registry.application import workspace_queries
from registry.application.freeze import freeze, thaw
from registry.application.view_lists import Spared, copies_avoided
from registry.domain.errors import NotFound
from registry.domain.freeze import Freeze, Frozen
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(tags=["egress"])

Project = Annotated[str, Form(max_length=64)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressPage:
    """`can_freeze` is for administrators; auditors look. `spared`: copies nobody had to make."""

    freezes: tuple[Freeze, ...]
    can_freeze: bool
    spared: Spared


@router.get("/egress")
def show_egress(request: Request, shell: CurrentShell, viewer: CurrentViewer) -> Response:
    _require(viewer.is_admin or viewer.is_auditor)
    with shell.reading() as session:
        page = EgressPage(
            freezes=workspace_queries.freezes(session, Frozen.EGRESS),
            can_freeze=viewer.is_admin,
            spared=copies_avoided(session),
        )
    return shell.page(request, "registry/egress.html", page)


# Without a box to tick: in an emergency it is one click, and it can be undone.
@router.post("/egress/freeze")
def freeze_egress(
    *,
    shell: CurrentShell,
    viewer: CurrentViewer,
    reason: Annotated[str, Form(max_length=2000)] = "",
    project: Project = "",
) -> Response:
    _require(viewer.is_admin)
    freeze(
        shell.unit_of_work(),
        shell.clock,
        project_id=project.strip() or None,
        reason=reason,
        actor=viewer.username,
        stops_running=False,
        kind=Frozen.EGRESS,
    )
    return _back()


@router.post("/egress/unfreeze")
def unfreeze_egress(shell: CurrentShell, viewer: CurrentViewer, project: Project = "") -> Response:
    _require(viewer.is_admin)
    thaw(
        shell.unit_of_work(),
        shell.clock,
        project_id=project or None,
        actor=viewer.username,
        kind=Frozen.EGRESS,
    )
    return _back()


def _require(is_allowed: bool) -> None:
    if not is_allowed:
        raise NotFound("There is no such page, or it is not yours to see.")


def _back() -> Response:
    return RedirectResponse("/egress", HTTP_303_SEE_OTHER)
