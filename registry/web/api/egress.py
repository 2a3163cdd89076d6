"""Whether anything may leave, by the API, for administrators and auditors."""

from datetime import datetime

from fastapi import APIRouter

from registry.application import workspace_queries
from registry.domain.errors import NotFound
from registry.domain.freeze import Frozen
from registry.web.api.projects import Answer
from registry.web.api.words import NOT_YOURS, Username
from registry.web.shell import CurrentShell, CurrentViewer

router = APIRouter(prefix="/egress", tags=["egress"])


class Freeze(Answer):
    """What keeps everything of a project from leaving; of every project where it is null."""

    project_id: str | None
    reason: str
    frozen_by: Username
    frozen_at: datetime


class Egress(Answer):
    """`freezes` is empty while the way out is open."""

    freezes: tuple[Freeze, ...]


@router.get("", responses=NOT_YOURS)
def show_egress(shell: CurrentShell, viewer: CurrentViewer) -> Egress:
    """What is frozen now."""
    if not (viewer.is_admin or viewer.is_auditor):
        raise NotFound("There is no such page, or it is not yours to see.")
    with shell.reading() as session:
        freezes = workspace_queries.freezes(session, Frozen.EGRESS)
    return Egress(freezes=tuple(Freeze.model_validate(one) for one in freezes))
