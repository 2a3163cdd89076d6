"""Record that a workspace ended, and why."""

from dataclasses import replace
from datetime import datetime

from registry.application.ports import Clock
from registry.application.workspace_ports import WorkspaceUnitOfWork
from registry.domain.errors import NotFound
from registry.domain.workspace_session import EndReason, WorkspaceSession

# Parentheses cannot be in a username: the ledger shows that no account did this.
HUB = "(hub)"
_BY_ITS_PERSON = (EndReason.STOPPED, EndReason.REPLACED)


def end_workspace(
    uow: WorkspaceUnitOfWork,
    clock: Clock,
    *,
    username: str,
    project_id: str,
    started_id: str,
    reason: EndReason,
    ended_at: datetime | None = None,
    cpu_seconds: float | None = None,
) -> None:
    """Write down an end. The first that is told holds; telling it again changes nothing.

    Args:
        uow: Where it is written.
        clock: For an end that nobody noted the time of.
        username: Whose.
        project_id: In which project.
        started_id: Which run.
        reason: Why it ended.
        ended_at: When, if it could not be told at once; never later than now is believed.
        cpu_seconds: Processor time measured in all, if it was.

    Raises:
        NotFound: No such run was ever recorded.
    """
    now = clock.now()
    with uow:
        session = uow.workspaces.find(started_id)
        if session is None or (session.username, session.project_id) != (username, project_id):
            raise NotFound("No run of a workspace is recorded under this id")
        if session.ended_at is not None:
            return
        at = max(session.started_at, min(now, ended_at or now))
        measured = session.cpu_seconds if cpu_seconds is None else cpu_seconds
        actor = session.username if reason in _BY_ITS_PERSON else session.stop_asked_by or HUB
        close(uow, replace(session, cpu_seconds=measured), reason=reason, at=at, actor=actor)
        uow.commit()


def close(
    uow: WorkspaceUnitOfWork,
    session: WorkspaceSession,
    *,
    reason: EndReason,
    at: datetime,
    actor: str,
) -> None:
    """The end and its ledger line, in the caller's transaction."""
    uow.workspaces.save(replace(session, ended_at=at, reason=reason, stops_at=None))
    minutes = round((at - session.started_at).total_seconds() / 60)
    uow.record(
        event="workspace_ended",
        actor=actor,
        subject=f"workspace:{session.started_id}",
        project_id=session.project_id,
        details={"reason": reason.value, "username": session.username, "minutes": str(minutes)},
    )
