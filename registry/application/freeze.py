"""Stop workspaces, or all that leaves, of one project or of all; and let them go on."""

from registry.application.ports import Clock
from registry.application.workspace_ports import WorkspaceUnitOfWork
from registry.domain.errors import NotFound, NotValid
from registry.domain.freeze import LONGEST_REASON, Freeze, Frozen


def freeze(
    uow: WorkspaceUnitOfWork,
    clock: Clock,
    *,
    project_id: str | None,
    reason: str,
    actor: str,
    stops_running: bool = True,
    kind: Frozen = Frozen.WORKSPACES,
) -> None:
    """Freeze a project's workspaces or egress, or everybody's; a frozen one gets the new reason.

    Args:
        uow: Where it is written.
        clock: Says when.
        project_id: Whose; None for every project's.
        reason: For the people concerned to read; one line.
        actor: Who does it.
        stops_running: Also stop workspaces that run, within a minute; else only refuse new ones.
        kind: What is frozen.

    Raises:
        NotFound: There is no such project.
        NotValid: There is no reason, or one too long.
    """
    words = " ".join(reason.split())
    if not 1 <= len(words) <= LONGEST_REASON:
        raise NotValid(f"Give a reason of up to {LONGEST_REASON} characters.")
    now = clock.now()
    with uow:
        _require_project(uow, project_id)
        uow.workspaces.thaw(project_id, kind=kind, by=actor, at=now)
        uow.workspaces.freeze(
            Freeze(
                project_id=project_id,
                reason=words,
                stops_running=stops_running,
                frozen_by=actor,
                frozen_at=now,
                kind=kind,
            )
        )
        details = {"stops_running": str(stops_running)} if kind is Frozen.WORKSPACES else {}
        _record(uow, f"{kind}_frozen", actor, project_id, details)
        uow.commit()


def thaw(
    uow: WorkspaceUnitOfWork,
    clock: Clock,
    *,
    project_id: str | None,
    actor: str,
    kind: Frozen = Frozen.WORKSPACES,
) -> None:
    """Undo a freeze.

    Raises:
        NotFound: Nothing of this is frozen.
    """
    with uow:
        if not uow.workspaces.thaw(project_id, kind=kind, by=actor, at=clock.now()):
            raise NotFound("Nothing here is frozen by itself")
        _record(uow, f"{kind}_thawed", actor, project_id, {})
        uow.commit()


def _record(
    uow: WorkspaceUnitOfWork,
    event: str,
    actor: str,
    project_id: str | None,
    details: dict[str, str],
) -> None:
    subject = f"project:{project_id}" if project_id else "project:(all)"
    uow.record(event=event, actor=actor, subject=subject, project_id=project_id, details=details)


def _require_project(uow: WorkspaceUnitOfWork, project_id: str | None) -> None:
    if project_id is not None and not uow.workspaces.has_project(project_id):
        raise NotFound(f"No project is registered as {project_id}")
