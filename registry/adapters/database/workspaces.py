"""Runs of workspaces, freezes and chosen sizes in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.tables import ProjectRow
from registry.adapters.database.workspace_tables import (
    WorkspaceChoiceRow,
    WorkspaceFreezeRow,
    WorkspaceSessionRow,
)
from registry.application import entitlements, queries, training_queries
from registry.application.workspace_ports import Grant, Refused
from registry.domain.freeze import Freeze, Frozen
from registry.domain.tier import Tier
from registry.domain.training import refusal_words
from registry.domain.workspace_session import EndReason, WorkspaceSession

ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('haven.workspaces'))")

_NOT_READY: Final = "A view of the data that this project was granted is not there yet."


class SqlWorkspaces:
    def __init__(self, session: Session) -> None:
        self._session = session

    def grant(self, username: str, project_id: str, now: datetime) -> Grant | Refused:
        refusal = entitlements.is_entitled(self._session, username, project_id, now)
        project = queries.project(self._session, project_id)
        if refusal is not None or project is None:
            refusal = refusal or entitlements.Refusal.NOT_A_MEMBER
            return self._refused(refusal, username, project_id, now)
        if not all(dataset.is_ready for dataset in project.datasets):
            return Refused(code="view_not_ready", words=_NOT_READY)
        chosen = self._session.get(WorkspaceChoiceRow, (username, project_id))
        return Grant(
            project_id=project.project_id,
            title=project.title,
            ends_on=project.ends_on.isoformat(),
            tier=project.tier,
            datasets=project.datasets,
            limits=project.limits,
            profile=project.limits.profile(chosen.profile if chosen else None),
            networks=project.networks,
        )

    def _refused(
        self, refusal: entitlements.Refusal, username: str, project_id: str, now: datetime
    ) -> Refused:
        words = refusal.words
        if refusal is entitlements.Refusal.TRAINING:
            lacks = training_queries.lacks(self._session, username, project_id, now.date())
            stewards = training_queries.whom_to_ask(self._session, username)
            words = refusal_words(lacks, stewards)
        return Refused(code=refusal.value, words=words)

    def has_project(self, project_id: str) -> bool:
        return self._session.get(ProjectRow, project_id) is not None

    def running(self, project_id: str | None = None) -> Sequence[WorkspaceSession]:
        self._session.execute(ONE_AT_A_TIME)
        query = select(WorkspaceSessionRow).where(WorkspaceSessionRow.ended_at.is_(None))
        if project_id is not None:
            query = query.where(WorkspaceSessionRow.project_id == project_id)
        ordered = query.order_by(WorkspaceSessionRow.started_at, WorkspaceSessionRow.started_id)
        return [_session(row) for row in self._session.scalars(ordered)]

    def find(self, started_id: str) -> WorkspaceSession | None:
        self._session.execute(ONE_AT_A_TIME)
        row = self._session.get(WorkspaceSessionRow, started_id)
        return _session(row) if row else None

    def add(self, session: WorkspaceSession) -> None:
        self._session.execute(insert(WorkspaceSessionRow).values(_columns(session)))

    def save(self, session: WorkspaceSession) -> None:
        self._session.execute(
            update(WorkspaceSessionRow)
            .where(WorkspaceSessionRow.started_id == session.started_id)
            .values(_columns(session))
        )

    def freezes(self) -> Sequence[Freeze]:
        query = (
            select(WorkspaceFreezeRow)
            .where(
                WorkspaceFreezeRow.thawed_at.is_(None),
                WorkspaceFreezeRow.kind == Frozen.WORKSPACES.value,
            )
            .order_by(WorkspaceFreezeRow.project_id.nulls_first())
        )
        return [_freeze(row) for row in self._session.scalars(query)]

    def freeze(self, freeze: Freeze) -> None:
        self._session.execute(
            insert(WorkspaceFreezeRow).values(asdict(freeze) | {"kind": freeze.kind.value})
        )

    def thaw(self, project_id: str | None, *, kind: Frozen, by: str, at: datetime) -> int:
        # `IS NOT DISTINCT FROM`: no project means the freeze of all, and that alone.
        ended = self._session.execute(
            update(WorkspaceFreezeRow)
            .where(
                WorkspaceFreezeRow.thawed_at.is_(None),
                WorkspaceFreezeRow.kind == kind.value,
                WorkspaceFreezeRow.project_id.is_not_distinct_from(project_id),
            )
            .values(thawed_by=by, thawed_at=at)
            .returning(WorkspaceFreezeRow.freeze_id)
        )
        return len(ended.all())

    def choose(self, username: str, project_id: str, profile: str) -> None:
        self._session.execute(
            upsert(WorkspaceChoiceRow)
            .values(username=username, project_id=project_id, profile=profile)
            .on_conflict_do_update(
                index_elements=[WorkspaceChoiceRow.username, WorkspaceChoiceRow.project_id],
                set_={"profile": profile},
            )
        )


def _columns(session: WorkspaceSession) -> dict[str, Any]:
    reason = session.reason.value if session.reason else None
    return asdict(session) | {"tier": session.tier.value, "reason": reason}


def _session(row: WorkspaceSessionRow) -> WorkspaceSession:
    return WorkspaceSession(
        started_id=row.started_id,
        username=row.username,
        project_id=row.project_id,
        tier=Tier(row.tier),
        profile=row.profile,
        cpus=row.cpus,
        memory_bytes=row.memory_bytes,
        started_at=row.started_at,
        active_at=row.active_at,
        seen_at=row.seen_at,
        stops_at=row.stops_at,
        stop_asked_by=row.stop_asked_by,
        ended_at=row.ended_at,
        reason=EndReason(row.reason) if row.reason else None,
        cpu_seconds=row.cpu_seconds,
    )


def _freeze(row: WorkspaceFreezeRow) -> Freeze:
    return Freeze(
        project_id=row.project_id,
        reason=row.reason,
        stops_running=row.stops_running,
        frozen_by=row.frozen_by,
        frozen_at=row.frozen_at,
        kind=Frozen(row.kind),
    )
