"""Files that are brought in."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.ingress_tables import IncomingFileRow
from output_checker.domain.errors import ConcurrentUpdate, Conflict
from output_checker.domain.ingress import (
    UNDER_WAY,
    IncomingFile,
    IngressState,
    Scan,
    ScanNote,
)

_PLAIN = (
    "input_id", "project_id", "author", "name", "purpose", "sha256", "size_bytes", "version",
    "created_at", "updated_at", "decided_by", "reason",
)  # fmt: skip
_MOVED = ("updated_at", "decided_by", "reason")
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('ingress ' || :project_id, 0))")


class SqlIncomingFiles:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, file: IncomingFile) -> None:
        taken = select(IncomingFileRow).where(
            IncomingFileRow.project_id == file.project_id,
            IncomingFileRow.folded_name == file.folded_name,
            IncomingFileRow.state.in_([one.value for one in UNDER_WAY]),
        )
        if self._one(taken) is not None:
            raise Conflict("A file of this name is in /inputs, or on its way there")
        columns = {name: getattr(file, name) for name in _PLAIN}
        self._session.execute(
            insert(IncomingFileRow).values(
                **columns,
                folded_name=file.folded_name,
                state=file.state.value,
                scan=_stored(file.scan),
            )
        )

    def find(self, input_id: str) -> IncomingFile | None:
        return self._one(select(IncomingFileRow).where(IncomingFileRow.input_id == input_id))

    def lock(self, input_id: str) -> IncomingFile | None:
        query = select(IncomingFileRow).where(IncomingFileRow.input_id == input_id)
        return self._one(query.with_for_update())

    def save(self, file: IncomingFile) -> None:
        """Raises: ConcurrentUpdate: Somebody else moved it."""
        changed = (
            update(IncomingFileRow)
            .where(
                IncomingFileRow.input_id == file.input_id,
                IncomingFileRow.version == file.version,
            )
            .values(
                {name: getattr(file, name) for name in _MOVED}
                | {
                    "state": file.state.value,
                    "scan": _stored(file.scan),
                    "version": file.version + 1,
                }
            )
            .returning(IncomingFileRow.input_id)
        )
        if self._session.execute(changed).one_or_none() is None:
            raise ConcurrentUpdate("Somebody else moved this file; look at it again")

    def of_project(self, project_id: str) -> Sequence[IncomingFile]:
        query = select(IncomingFileRow).where(IncomingFileRow.project_id == project_id)
        newest = query.order_by(IncomingFileRow.created_at.desc(), IncomingFileRow.input_id)
        return [_file(row) for row in self._session.scalars(newest)]

    def in_states(self, states: Collection[IngressState]) -> Sequence[str]:
        query = select(IncomingFileRow.input_id).where(
            IncomingFileRow.state.in_([one.value for one in states])
        )
        return self._session.scalars(query.order_by(IncomingFileRow.updated_at)).all()

    def hold_project(self, project_id: str) -> int:
        self._session.execute(_HOLD, {"project_id": project_id})
        total = select(func.coalesce(func.sum(IncomingFileRow.size_bytes), 0))
        return int(self._session.scalar(total.where(IncomingFileRow.project_id == project_id)) or 0)

    def _one(self, query: Select[IncomingFileRow]) -> IncomingFile | None:
        row = self._session.scalars(query).one_or_none()
        return None if row is None else _file(row)


def _stored(scan: Scan | None) -> dict[str, Any] | None:
    return None if scan is None else asdict(scan)


def _file(row: IncomingFileRow) -> IncomingFile:
    return IncomingFile(
        **{name: getattr(row, name) for name in _PLAIN},
        state=IngressState(row.state),
        scan=None if row.scan is None else _scan(row.scan),
    )


def _scan(stored: dict[str, Any]) -> Scan:
    return Scan(**{**stored, "notes": tuple(ScanNote(**one) for one in stored["notes"])})
