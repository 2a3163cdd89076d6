"""Record that a workspace starts; without this line none does."""

from collections.abc import Mapping
from datetime import datetime

from registry.application.end_workspace import close
from registry.application.ports import Clock
from registry.application.workspace_ports import (
    Grant,
    Refused,
    WorkspaceUnitOfWork,
    freeze_of,
)
from registry.domain import prober
from registry.domain.limits import amount, why_too_much
from registry.domain.workspace_session import EndReason, WorkspaceSession


def start_workspace(
    uow: WorkspaceUnitOfWork, clock: Clock, *, username: str, project_id: str, started_id: str
) -> Grant | Refused:
    """Decide, and write down what was decided, in one transaction.

    Returns:
        What the workspace may hold and take; its line is in the ledger. Or why there is none.
    """
    now = clock.now()
    with uow:
        answer = may_start(uow, username, project_id, now)
        if isinstance(answer, Refused):
            return answer
        running = uow.workspaces.running(project_id)
        mine = [one for one in running if one.username == username]
        others = [one.taken for one in running if one.username != username]
        if words := why_too_much(answer.limits, answer.profile, others):
            return Refused(code="quota", words=words)
        for one in mine:
            close(uow, one, reason=EndReason.REPLACED, at=now, actor=username)
        session = _session(answer, username, started_id, now)
        uow.workspaces.add(session)
        uow.record(
            event="workspace_started",
            actor=username,
            subject=f"workspace:{started_id}",
            project_id=project_id,
            details=_details(session),
        )
        uow.commit()
    return answer


def may_start(
    uow: WorkspaceUnitOfWork, username: str, project_id: str, now: datetime
) -> Grant | Refused:
    """What the registry and the freezes say; the quota is another question."""
    answer = uow.workspaces.grant(username, project_id, now)
    if isinstance(answer, Refused):
        return answer
    freeze = freeze_of(uow.workspaces.freezes(), project_id)
    if freeze and not freeze.stops_running and username in prober.USERNAMES:
        # The probes are how one sees that the door for which all was frozen is shut again.
        return answer
    return Refused(code="frozen", words=freeze.words) if freeze else answer


def _session(grant: Grant, username: str, started_id: str, now: datetime) -> WorkspaceSession:
    return WorkspaceSession(
        started_id=started_id,
        username=username,
        project_id=grant.project_id,
        tier=grant.tier,
        profile=grant.profile.name,
        cpus=grant.profile.cpus,
        memory_bytes=grant.profile.memory_bytes,
        started_at=now,
        active_at=now,
        seen_at=now,
    )


def _details(session: WorkspaceSession) -> Mapping[str, str]:
    return {
        "tier": session.tier.value,
        "cpus": amount(session.cpus),
        "memory_bytes": str(session.memory_bytes),
    }
