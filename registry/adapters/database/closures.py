"""What became of projects' files, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from registry.adapters.database.closure_tables import ClosureCertificateRow
from registry.adapters.database.tables import ProjectRow
from registry.adapters.database.workspace_tables import WorkspaceSessionRow
from registry.adapters.database.workspaces import ONE_AT_A_TIME
from registry.application.stored_closure import closure_from_stored
from registry.domain.closure import Certificate, ClosureState


class SqlClosures:
    def __init__(self, session: Session) -> None:
        self._session = session

    def state(self, project_id: str) -> ClosureState | None:
        self._session.execute(ONE_AT_A_TIME)
        row = self._session.get(ProjectRow, project_id)
        if row is None:
            return None
        running = self._session.scalar(
            select(func.count())
            .select_from(WorkspaceSessionRow)
            .where(
                WorkspaceSessionRow.project_id == project_id,
                WorkspaceSessionRow.ended_at.is_(None),
            )
        )
        return ClosureState(
            ends_on=row.ends_on,
            closed_on=row.closed_on,
            closure=closure_from_stored(row.closure),
            running=running or 0,
        )

    def keep(self, certificate: Certificate, *, at: datetime) -> None:
        self._session.execute(
            insert(ClosureCertificateRow).values(
                sha256=certificate.sha256,
                project_id=certificate.project_id,
                mode=certificate.mode.value,
                files=certificate.files,
                size_bytes=certificate.size_bytes,
                document=certificate.document,
                at=at,
            )
        )

    def has(self, project_id: str, sha256: str) -> bool:
        row = self._session.get(ClosureCertificateRow, sha256)
        return row is not None and row.project_id == project_id
