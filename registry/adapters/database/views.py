"""Views in PostgreSQL: what each says, whether it is made, what was found in it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.adapters.database.tables import (
    DatasetVersionRow,
    ProjectGrantRow,
    ProjectMemberRow,
)
from registry.adapters.database.view_tables import DatasetViewRow
from registry.application.view_ports import KeptView, MadeView
from registry.domain.dataset import VersionId
from registry.domain.view_findings import findings_from_stored
from registry.domain.view_place import beside_file, view_file
from registry.domain.view_spec import view_from_stored


class SqlViews:
    def __init__(self, session: Session) -> None:
        self._session = session

    def waiting(self) -> Sequence[KeptView]:
        is_granted = (
            select(ProjectGrantRow.project_id)
            .where(
                ProjectGrantRow.dataset_id == DatasetViewRow.dataset_id,
                ProjectGrantRow.version == DatasetViewRow.version,
                ProjectGrantRow.view_digest == DatasetViewRow.digest,
            )
            .exists()
        )
        rows = self._session.scalars(
            select(DatasetViewRow)
            .where(DatasetViewRow.made_at.is_(None), DatasetViewRow.failure.is_(None), is_granted)
            .order_by(DatasetViewRow.asked_at, DatasetViewRow.digest)
        )
        return [self._kept(row) for row in rows]

    def made(self) -> Sequence[KeptView]:
        rows = self._session.scalars(
            select(DatasetViewRow)
            .where(DatasetViewRow.made_at.is_not(None))
            .order_by(DatasetViewRow.asked_at, DatasetViewRow.digest)
        )
        return [self._kept(row) for row in rows]

    def find(self, version_id: VersionId, digest: str) -> KeptView | None:
        rows = self._session.scalars(
            select(DatasetViewRow)
            .where(
                DatasetViewRow.dataset_id == version_id.dataset_id,
                DatasetViewRow.version == version_id.version,
                DatasetViewRow.digest.startswith(digest, autoescape=True),
            )
            .with_for_update()
        ).all()
        return self._kept(rows[0]) if len(rows) == 1 else None

    def given_to(self, kept: KeptView) -> frozenset[str]:
        found = (
            select(ProjectMemberRow.username)
            .join(ProjectGrantRow, ProjectGrantRow.project_id == ProjectMemberRow.project_id)
            .where(
                ProjectGrantRow.dataset_id == kept.version_id.dataset_id,
                ProjectGrantRow.version == kept.version_id.version,
                ProjectGrantRow.view_digest == kept.view.digest,
            )
        )
        return frozenset(self._session.scalars(found))

    def keep(self, kept: KeptView, *, at: datetime) -> None:
        made, findings = kept.made, kept.findings
        self._change(
            kept,
            made_at=at if made else None,
            sha256=made.sha256 if made else None,
            beside_sha256=made.beside_sha256 if made else None,
            rows=made.rows if made else None,
            bytes=made.size_bytes if made else None,
            modified_ns=made.modified_ns if made else None,
            inode=made.inode if made else None,
            failure=kept.failure,
            verified_at=at if findings else None,
            findings=findings.stored() if findings else None,
            is_clean=findings.is_clean if findings else None,
        )

    def override(self, kept: KeptView, *, by: str, reason: str, at: datetime) -> None:
        self._change(kept, overridden_by=by, override_reason=reason, overridden_at=at)

    def _change(self, kept: KeptView, **values: object) -> None:
        self._session.execute(
            update(DatasetViewRow)
            .where(
                DatasetViewRow.dataset_id == kept.version_id.dataset_id,
                DatasetViewRow.version == kept.version_id.version,
                DatasetViewRow.digest == kept.view.digest,
            )
            .values(**values)
        )

    def _kept(self, row: DatasetViewRow) -> KeptView:
        version = self._session.get_one(DatasetVersionRow, (row.dataset_id, row.version))
        version_id = VersionId(dataset_id=row.dataset_id, version=row.version)
        return KeptView(
            version_id=version_id,
            view=view_from_stored(row.spec),
            made=None if row.made_at is None else _made(row, version_id, version.path),
            findings=None if row.findings is None else findings_from_stored(row.findings),
            failure=row.failure,
            is_overridden=row.overridden_at is not None,
        )


def _made(row: DatasetViewRow, version_id: VersionId, source: str) -> MadeView:
    file, beside = (
        PurePosixPath(*place.parts[1:])
        for place in (
            view_file(version_id, row.digest, source),
            beside_file(version_id, row.digest),
        )
    )
    return MadeView(
        file=file,
        beside=beside,
        sha256=row.sha256 or "",
        beside_sha256=row.beside_sha256 or "",
        rows=row.rows or 0,
        size_bytes=row.bytes or 0,
        modified_ns=row.modified_ns or 0,
        inode=row.inode or 0,
    )
