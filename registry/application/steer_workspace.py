"""What people decide about a workspace: its size, to go on with it, to have it stopped."""

from dataclasses import replace

from registry.application.ports import Clock
from registry.application.workspace_ports import Refused, WorkspaceUnitOfWork
from registry.domain.errors import NotFound, NotValid
from registry.domain.workspace_session import WorkspaceSession


def choose_profile(
    uow: WorkspaceUnitOfWork, clock: Clock, *, username: str, project_id: str, profile: str
) -> None:
    """Choose the size of one's own next workspace.

    Raises:
        NotFound: No workspace of this project is theirs to have.
        NotValid: The project offers no such size.
    """
    with uow:
        grant = uow.workspaces.grant(username, project_id, clock.now())
        if isinstance(grant, Refused):
            raise NotFound(grant.words)
        if profile not in {one.name for one in grant.limits.profiles}:
            raise NotValid("The project offers no workspace of this size.")
        uow.workspaces.choose(username, project_id, profile)
        uow.commit()


def go_on(uow: WorkspaceUnitOfWork, clock: Clock, *, username: str, project_id: str) -> None:
    """Count as a sign of life; a workspace at its longest time ends all the same.

    Raises:
        NotFound: They have no running workspace there.
    """
    now = clock.now()
    with uow:
        session = _running(uow, username, project_id)
        uow.workspaces.save(replace(session, active_at=now, stops_at=None))
        uow.commit()


def stop_workspace(uow: WorkspaceUnitOfWork, *, username: str, project_id: str, actor: str) -> None:
    """Have somebody's running workspace stopped by the hub, within a minute.

    Raises:
        NotFound: They have no running workspace there.
    """
    with uow:
        session = _running(uow, username, project_id)
        uow.workspaces.save(replace(session, stop_asked_by=actor))
        uow.record(
            event="workspace_stop_asked",
            actor=actor,
            subject=f"workspace:{session.started_id}",
            project_id=project_id,
            details={"username": username},
        )
        uow.commit()


def _running(uow: WorkspaceUnitOfWork, username: str, project_id: str) -> WorkspaceSession:
    for session in uow.workspaces.running(project_id):
        if session.username == username:
            return session
    raise NotFound("There is no such running workspace")
