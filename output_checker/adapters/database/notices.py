"""Notices to people, and what they want of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.notice_tables import NoticeRow, NoticeWishRow
from output_checker.domain.notice import KeptNotice, Notice, NoticeKind
from output_checker.domain.notice_words import Delivery


class SqlNotices:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, notice: Notice) -> bool:
        added = self._session.execute(
            insert(NoticeRow)
            .values(
                recipient=notice.recipient,
                kind=notice.kind.value,
                occasion=notice.occasion,
                request_id=notice.request_id,
                project_id=notice.project_id,
                application_id=notice.application_id,
                actor=notice.actor,
                at=notice.at,
            )
            .on_conflict_do_nothing()
            .returning(NoticeRow.notice_id)
        )
        return added.scalar_one_or_none() is not None

    def of(self, recipient: str, *, before: int | None, most: int) -> Sequence[KeptNotice]:
        query = select(NoticeRow).where(NoticeRow.recipient == recipient)
        if before is not None:
            query = query.where(NoticeRow.notice_id < before)
        rows = self._session.scalars(query.order_by(NoticeRow.notice_id.desc()).limit(most))
        return [_kept(row) for row in rows]

    def unread(self, recipient: str) -> int:
        counted = select(func.count()).where(
            NoticeRow.recipient == recipient, NoticeRow.read_at.is_(None)
        )
        return self._session.scalar(counted) or 0

    def read(self, recipient: str, *, at: datetime, notice_id: int | None = None) -> bool:
        wanted = [NoticeRow.recipient == recipient]
        if notice_id is not None:
            wanted.append(NoticeRow.notice_id == notice_id)
        self._session.execute(
            update(NoticeRow)
            .where(*wanted, NoticeRow.read_at.is_(None))
            .values(read_at=at)
            .execution_options(synchronize_session=False)
        )
        return self._session.scalar(select(NoticeRow.notice_id).where(*wanted).limit(1)) is not None

    def wishes(self, username: str) -> Mapping[NoticeKind, Delivery]:
        rows = self._session.scalars(
            select(NoticeWishRow).where(NoticeWishRow.username == username)
        )
        return {NoticeKind(row.kind): Delivery(row.delivery) for row in rows}

    def wish(self, username: str, wishes: Mapping[NoticeKind, Delivery]) -> None:
        for kind, delivery in wishes.items():
            self._session.execute(
                insert(NoticeWishRow)
                .values(username=username, kind=kind.value, delivery=delivery.value)
                .on_conflict_do_update(
                    index_elements=["username", "kind"], set_={"delivery": delivery.value}
                )
            )


def _kept(row: NoticeRow) -> KeptNotice:
    return KeptNotice(
        notice_id=row.notice_id,
        read_at=row.read_at,
        notice=Notice(
            recipient=row.recipient,
            kind=NoticeKind(row.kind),
            occasion=row.occasion,
            at=row.at,
            request_id=row.request_id,
            project_id=row.project_id,
            application_id=row.application_id,
            actor=row.actor,
        ),
    )
