"""Releases, the links to them, and the worker's memory of manifests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import (
    LinkRow,
    OutputFileRow,
    PublishedTableRow,
    ReceivedRow,
    ReleaseRequestRow,
    ReleaseRow,
)
from output_checker.application.ports import Release, ReleasedTable
from output_checker.application.receipt_ports import Receipt
from output_checker.domain.file_group import FileRole
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.link import Link
from output_checker.domain.workflow import State

_FRESH = {"populate_existing": True}
# Of the advisory locks of this database, the one of who decides on a release.
_DECIDING: Final = 0x48564E01
_PAGE: Final = 500


class SqlReleases:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, release: Release) -> None:
        self._session.execute(
            insert(ReleaseRow).values(
                request_id=release.request_id,
                record=release.record,
                record_sha256=release.record_sha256,
                started_at=release.started_at,
                retain_until=release.retain_until,
                ledger_seq=release.ledger_head.seq,
                ledger_hash=release.ledger_head.entry_hash,
                released_at=release.released_at,
                signature=release.signature,
            )
        )

    def hold(self) -> None:
        self._session.execute(select(func.pg_advisory_xact_lock(_DECIDING)))

    def tables(
        self, datasets: Iterable[str], *, but: str, since: datetime | None = None
    ) -> Sequence[ReleasedTable]:
        found = (
            select(ReleaseRow.request_id, ReleaseRequestRow.project_id, PublishedTableRow.content)
            .join(ReleaseRequestRow, ReleaseRequestRow.request_id == ReleaseRow.request_id)
            .join(
                OutputFileRow,
                and_(
                    OutputFileRow.request_id == ReleaseRequestRow.request_id,
                    OutputFileRow.turn == ReleaseRequestRow.turn,
                ),
            )
            .join(PublishedTableRow, PublishedTableRow.file_id == OutputFileRow.file_id)
            .where(
                PublishedTableRow.dataset_id.in_(sorted(datasets)),
                ReleaseRow.request_id != but,
                OutputFileRow.role == FileRole.OUTPUT.value,
            )
            .order_by(ReleaseRow.started_at, OutputFileRow.position, PublishedTableRow.place)
        )
        if since is not None:
            found = found.where(ReleaseRow.started_at >= since)
        return [
            ReleasedTable(request_id=request_id, project_id=project_id, content=content)
            for request_id, project_id, content in self._session.execute(found)
        ]

    def get(self, request_id: str) -> Release | None:
        row = self._session.get(ReleaseRow, request_id, populate_existing=True)
        return None if row is None else _release(row)

    def all(self) -> Iterator[Release]:
        rows = self._session.scalars(select(ReleaseRow).order_by(ReleaseRow.started_at))
        yield from (_release(row) for row in rows.yield_per(_PAGE))

    def finish(self, request_id: str, *, at: datetime) -> None:
        self._session.execute(
            update(ReleaseRow)
            .where(ReleaseRow.request_id == request_id, ReleaseRow.released_at.is_(None))
            .values(released_at=at)
        )

    def anchors(self) -> Mapping[int, str]:
        rows = self._session.execute(select(ReleaseRow.ledger_seq, ReleaseRow.ledger_hash))
        return {row.ledger_seq: row.ledger_hash for row in rows}


def _release(row: ReleaseRow) -> Release:
    return Release(
        request_id=row.request_id,
        record=row.record,
        record_sha256=row.record_sha256,
        started_at=row.started_at,
        retain_until=row.retain_until,
        ledger_head=LedgerHead(seq=row.ledger_seq, entry_hash=row.ledger_hash),
        signature=row.signature,
        released_at=row.released_at,
    )


class SqlLinks:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, link: Link) -> None:
        self._session.execute(insert(LinkRow).values(link_id=link.link_id, **_link_columns(link)))

    def lock_by_token(self, token_sha256: str) -> Link | None:
        return self._lock(LinkRow.token_sha256 == token_sha256)

    def lock(self, link_id: str) -> Link | None:
        return self._lock(LinkRow.link_id == link_id)

    def save(self, link: Link) -> None:
        self._session.execute(
            update(LinkRow)
            .where(LinkRow.link_id == link.link_id)
            .values(_link_columns(link))
            .execution_options(synchronize_session=False)
        )

    def of_request(self, request_id: str) -> Sequence[Link]:
        rows = self._session.scalars(
            select(LinkRow)
            .join(OutputFileRow, OutputFileRow.file_id == LinkRow.file_id)
            .where(LinkRow.request_id == request_id)
            .order_by(OutputFileRow.position, LinkRow.recipient),
            execution_options=_FRESH,
        )
        return [_link(row) for row in rows]

    def of_recipient(self, username: str) -> Sequence[tuple[Link, str]]:
        rows = self._session.execute(
            select(LinkRow, OutputFileRow.name)
            .join(OutputFileRow, OutputFileRow.file_id == LinkRow.file_id)
            .where(LinkRow.recipient == username)
            .order_by(LinkRow.created_at.desc(), OutputFileRow.position)
            .limit(200)
        )
        return [(_link(row), name) for row, name in rows]

    def ending(self, *, after: datetime, until: datetime) -> Sequence[str]:
        return self._session.scalars(
            select(LinkRow.request_id)
            .join(ReleaseRequestRow, ReleaseRequestRow.request_id == LinkRow.request_id)
            .where(
                ReleaseRequestRow.state == State.RELEASED.value,
                LinkRow.expires_at > after,
                LinkRow.expires_at <= until,
                LinkRow.revoked_at.is_(None),
                LinkRow.downloads < LinkRow.allowed_downloads,
            )
            .group_by(LinkRow.request_id)
            .order_by(LinkRow.request_id)
        ).all()

    def _lock(self, condition: ColumnElement[bool]) -> Link | None:
        row = self._session.scalars(
            select(LinkRow).where(condition).with_for_update(), execution_options=_FRESH
        ).one_or_none()
        return None if row is None else _link(row)


class SqlReceipts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, *, project: str, username: str, name: str, sha256: str) -> Receipt | None:
        row = self._session.get(
            ReceivedRow, (project, username, name, sha256), populate_existing=True
        )
        if row is None:
            return None
        return Receipt(
            project=row.project_id,
            username=row.username,
            name=row.name,
            sha256=row.sha256,
            request_id=row.request_id,
            attempts=row.attempts,
            answer=row.answer,
        )

    def save(self, receipt: Receipt, *, at: datetime) -> None:
        changing = {
            "request_id": receipt.request_id,
            "attempts": receipt.attempts,
            "answer": None if receipt.answer is None else dict(receipt.answer),
            "at": at,
        }
        self._session.execute(
            insert(ReceivedRow)
            .values(
                project_id=receipt.project,
                username=receipt.username,
                name=receipt.name,
                sha256=receipt.sha256,
                **changing,
            )
            .on_conflict_do_update(
                index_elements=["project_id", "username", "name", "sha256"], set_=changing
            )
        )


def _link_columns(link: Link) -> dict[str, Any]:
    return {
        "request_id": link.request_id,
        "project_id": link.project_id,
        "file_id": link.file_id,
        "recipient": link.recipient,
        "token_sha256": link.token_sha256,
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "allowed_downloads": link.allowed_downloads,
        "downloads": link.downloads,
        "revoked_at": link.revoked_at,
    }


def _link(row: LinkRow) -> Link:
    return Link(
        link_id=row.link_id,
        request_id=row.request_id,
        project_id=row.project_id,
        file_id=row.file_id,
        recipient=row.recipient,
        token_sha256=row.token_sha256,
        created_at=row.created_at,
        expires_at=row.expires_at,
        allowed_downloads=row.allowed_downloads,
        downloads=row.downloads,
        revoked_at=row.revoked_at,
    )
