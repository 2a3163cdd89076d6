"""Requests, their files and the votes on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import (
    OutputFileRow,
    OutputImageRow,
    PublishedTableRow,
    ReleaseRequestRow,
    ReviewRow,
)
from output_checker.domain.actor import Actor
from output_checker.domain.errors import AlreadyVoted, ConcurrentUpdate, NotFound
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest, State
from output_checker.domain.review import Review, Vote


class SqlRequests:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: ReleaseRequest) -> None:
        self._session.execute(
            insert(ReleaseRequestRow).values(request_id=request.request_id, **_columns(request))
        )

    def get(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        return self._find(_by_id(request_id), visible_to)

    def lock(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        return self._find(_by_id(request_id).with_for_update(), visible_to)

    def save(self, request: ReleaseRequest) -> ReleaseRequest:
        # Compare-and-set: whoever loaded an older version moves nothing.
        columns = _columns(request) | {"version": request.version + 1}
        moved = self._session.execute(
            update(ReleaseRequestRow)
            .where(
                ReleaseRequestRow.request_id == request.request_id,
                ReleaseRequestRow.version == request.version,
            )
            .values(columns)
            .returning(ReleaseRequestRow.request_id),
            execution_options={"synchronize_session": False},
        ).scalar_one_or_none()
        if moved is None:
            raise ConcurrentUpdate("Someone else changed this request; reload to see how")
        return replace(request, version=request.version + 1)

    def of_author(self, username: str) -> Sequence[ReleaseRequest]:
        return self._all(
            select(ReleaseRequestRow)
            .where(ReleaseRequestRow.author == username)
            .order_by(ReleaseRequestRow.created_at.desc())
            .limit(200)
        )

    def waiting_for_review(self, projects: Iterable[str]) -> Sequence[ReleaseRequest]:
        return self._all(
            select(ReleaseRequestRow)
            .where(
                ReleaseRequestRow.project_id.in_(sorted(projects)),
                ReleaseRequestRow.state == State.SUBMITTED.value,
            )
            .order_by(ReleaseRequestRow.updated_at)
        )

    def waiting_for_release(self) -> Sequence[str]:
        return self._session.scalars(
            select(ReleaseRequestRow.request_id)
            .where(ReleaseRequestRow.state.in_([State.APPROVED.value, State.RELEASING.value]))
            .order_by(ReleaseRequestRow.updated_at)
        ).all()

    def _find(self, query: Select[ReleaseRequestRow], actor: Actor) -> ReleaseRequest:
        found = self._all(query)
        if not found or not found[0].is_visible_to(actor):
            raise NotFound("There is no such request")
        return found[0]

    def _all(self, query: Select[ReleaseRequestRow]) -> list[ReleaseRequest]:
        # A row met earlier in this session may have moved while the lock was awaited.
        rows = self._session.scalars(query, execution_options={"populate_existing": True})
        return [_request(row) for row in rows]


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


class SqlReviews:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, review: Review) -> None:
        added = self._session.execute(
            insert(ReviewRow)
            .values(
                request_id=review.request_id,
                turn=review.turn,
                checker=review.checker,
                vote=review.vote.value,
                comment=review.comment,
                snapshot_sha256=review.snapshot_sha256,
                at=review.at,
            )
            .on_conflict_do_nothing()
            .returning(ReviewRow.checker)
        ).scalar_one_or_none()
        if added is None:
            raise AlreadyVoted("You have voted on these files; one checker has one vote")

    def of(self, request_id: str) -> Sequence[Review]:
        rows = self._session.scalars(
            select(ReviewRow)
            .where(ReviewRow.request_id == request_id)
            .order_by(ReviewRow.turn, ReviewRow.at)
        )
        return [_review(row) for row in rows]


def _by_id(request_id: str) -> Select[ReleaseRequestRow]:
    return select(ReleaseRequestRow).where(ReleaseRequestRow.request_id == request_id)


def _columns(request: ReleaseRequest) -> dict[str, Any]:
    return {
        "project_id": request.project_id,
        "author": request.author,
        "policy": request.policy,
        "state": request.state.value,
        "version": request.version,
        "turn": request.turn,
        "context": request.context,
        "recipients": list(request.recipients),
        "verdict": request.verdict,
        "snapshot_sha256": request.snapshot_sha256,
        "required_reviews": request.required_reviews,
        "judged_by": dict(request.judged_by),
        "message": request.message,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
    }


def _request(row: ReleaseRequestRow) -> ReleaseRequest:
    return ReleaseRequest(
        request_id=row.request_id,
        project_id=row.project_id,
        author=row.author,
        policy=row.policy,
        state=State(row.state),
        version=row.version,
        turn=row.turn,
        context=row.context,
        recipients=tuple(row.recipients),
        verdict=row.verdict,
        snapshot_sha256=row.snapshot_sha256,
        required_reviews=row.required_reviews,
        judged_by=row.judged_by,
        message=row.message,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


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
    )


def _review(row: ReviewRow) -> Review:
    return Review(
        request_id=row.request_id,
        turn=row.turn,
        checker=row.checker,
        vote=Vote(row.vote),
        comment=row.comment,
        snapshot_sha256=row.snapshot_sha256,
        at=row.at,
    )
