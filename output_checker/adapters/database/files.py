"""Files of requests, and what is kept beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import (
    OutputFileRow,
    OutputImageRow,
    OutputTableRow,
    PublishedTableRow,
    ReleaseRequestRow,
    ReleaseRow,
)
from output_checker.domain.file_group import FileRole
from output_checker.domain.output_file import OutputFile


class SqlFiles:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, files: Sequence[OutputFile]) -> None:
        for file in files:
            self._session.execute(insert(OutputFileRow).values(_file_columns(file)))

    def of(self, request_id: str, *, turn: int) -> Sequence[OutputFile]:
        rows = self._session.scalars(
            select(OutputFileRow)
            .where(OutputFileRow.request_id == request_id, OutputFileRow.turn == turn)
            .order_by(OutputFileRow.position)
        )
        return [_file(row) for row in rows]

    def find(self, request_id: str, file_id: str) -> OutputFile | None:
        return self._one(
            select(OutputFileRow).where(
                OutputFileRow.request_id == request_id, OutputFileRow.file_id == file_id
            )
        )

    def last_released(self, project_id: str, name: str, *, but: str) -> OutputFile | None:
        return self._one(
            select(OutputFileRow)
            .join(
                ReleaseRequestRow,
                and_(
                    ReleaseRequestRow.request_id == OutputFileRow.request_id,
                    ReleaseRequestRow.turn == OutputFileRow.turn,
                ),
            )
            .join(ReleaseRow, ReleaseRow.request_id == OutputFileRow.request_id)
            .where(
                ReleaseRequestRow.project_id == project_id,
                ReleaseRequestRow.request_id != but,
                OutputFileRow.name == name,
                OutputFileRow.role == FileRole.OUTPUT.value,
                ReleaseRow.released_at.is_not(None),
            )
            .order_by(ReleaseRow.released_at.desc())
            .limit(1)
        )

    def keep_table(self, file_id: str, part: int, content: bytes) -> None:
        kept = insert(OutputTableRow).values(file_id=file_id, part=part, content=content)
        self._session.execute(kept)

    def table(self, file_id: str, part: int) -> bytes | None:
        return self._session.scalar(
            select(OutputTableRow.content).where(
                OutputTableRow.file_id == file_id, OutputTableRow.part == part
            )
        )

    def keep_image(self, file_id: str, part: int, content: bytes) -> None:
        kept = insert(OutputImageRow).values(file_id=file_id, part=part, content=content)
        self._session.execute(kept)

    def keep_published(self, file_id: str, tables: Sequence[Mapping[str, Any]]) -> None:
        for place, content in enumerate(tables):
            self._session.execute(
                insert(PublishedTableRow).values(
                    file_id=file_id, place=place, dataset_id=content["source"], content=content
                )
            )

    def published(self, request_id: str, *, turn: int) -> Sequence[Mapping[str, Any]]:
        return self._session.scalars(
            select(PublishedTableRow.content)
            .join(OutputFileRow, OutputFileRow.file_id == PublishedTableRow.file_id)
            .where(OutputFileRow.request_id == request_id, OutputFileRow.turn == turn)
            .order_by(OutputFileRow.position, PublishedTableRow.place)
        ).all()

    def image(self, file_id: str, part: int) -> bytes | None:
        return self._session.scalar(
            select(OutputImageRow.content).where(
                OutputImageRow.file_id == file_id, OutputImageRow.part == part
            )
        )

    def _one(self, query: Select[OutputFileRow]) -> OutputFile | None:
        row = self._session.scalars(query).one_or_none()
        return None if row is None else _file(row)


def _file_columns(file: OutputFile) -> dict[str, Any]:
    return {
        "file_id": file.file_id,
        "request_id": file.request_id,
        "turn": file.turn,
        "position": file.position,
        "name": file.name,
        "sha256": file.sha256,
        "size_bytes": file.size_bytes,
        "verdict": file.verdict,
        "dataset": file.dataset,
        "findings": [dict(finding) for finding in file.findings],
        "previews": [dict(preview) for preview in file.previews],
        "role": file.role.value,
        "group_name": file.group,
    }


def _file(row: OutputFileRow) -> OutputFile:
    return OutputFile(
        file_id=row.file_id,
        request_id=row.request_id,
        turn=row.turn,
        position=row.position,
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        verdict=row.verdict,
        dataset=row.dataset,
        findings=tuple(row.findings),
        previews=tuple(row.previews),
        role=FileRole(row.role),
        group=row.group_name,
    )
