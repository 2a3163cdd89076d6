"""Messages in PostgreSQL. Of other tables it reads only what the notifier's role may."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, load_only

from output_checker.adapters.database.notice_tables import (
    MessageNoticeRow,
    MessageRow,
    NoticeRow,
    NoticeWishRow,
)
from output_checker.application.outbox_ports import Addressee, Letter
from output_checker.domain.message import Channel, Message
from output_checker.domain.notice import KeptNotice, Notice, NoticeKind
from output_checker.domain.notice_words import Delivery

# Of the advisory locks of this database, the one of who decides what is sent.
_PLANNING: Final = 0x48564E02
_ADDRESS: Final = text("SELECT email FROM person WHERE username = :username AND is_active")
_WAITING: Final = (MessageRow.sent_at.is_(None), MessageRow.given_up_at.is_(None))
_READ = load_only(
    NoticeRow.recipient, NoticeRow.kind, NoticeRow.occasion, NoticeRow.request_id,
    NoticeRow.project_id, NoticeRow.application_id, NoticeRow.actor, NoticeRow.at, raiseload=True,
)  # fmt: skip


class SqlOutbox:
    def __init__(self, session: Session) -> None:
        self._session = session

    def hold(self) -> None:
        self._session.execute(select(func.pg_advisory_xact_lock(_PLANNING)))

    def unplanned(self, most: int) -> Sequence[KeptNotice]:
        rows = self._session.scalars(
            select(NoticeRow)
            .options(_READ)
            .where(NoticeRow.planned_at.is_(None))
            .order_by(NoticeRow.notice_id)
            .limit(most)
        )
        return [_kept(row) for row in rows]

    def addressee(self, username: str) -> Addressee:
        wishes = self._session.scalars(
            select(NoticeWishRow).where(NoticeWishRow.username == username)
        )
        return Addressee(
            username=username,
            email=self._address(username),
            wishes={NoticeKind(one.kind): Delivery(one.delivery) for one in wishes},
        )

    def digest(self, recipient: str, *, due_at: datetime) -> Message | None:
        row = self._session.scalars(
            select(MessageRow).where(
                MessageRow.is_digest,
                MessageRow.recipient == recipient,
                MessageRow.due_at == due_at,
            )
        ).one_or_none()
        return None if row is None else _message(row)

    def add(self, message: Message) -> None:
        self._session.execute(
            insert(MessageRow).values(message_id=message.message_id, **_columns(message))
        )

    def put_in(self, message: Message, notice_id: int) -> None:
        self._session.execute(
            insert(MessageNoticeRow)
            .values(
                notice_id=notice_id,
                channel=message.channel.value,
                message_id=message.message_id,
            )
            .on_conflict_do_nothing()
        )

    def planned(self, notice_ids: Sequence[int], *, at: datetime) -> None:
        self._session.execute(
            update(NoticeRow)
            .where(NoticeRow.notice_id.in_(notice_ids))
            .values(planned_at=at)
            .execution_options(synchronize_session=False)
        )

    def lock_due(self, now: datetime, channels: Iterable[Channel]) -> Letter | None:
        row = self._session.scalars(
            select(MessageRow)
            .where(
                *_WAITING,
                MessageRow.next_at <= now,
                MessageRow.channel.in_(sorted(channels)),
            )
            .order_by(MessageRow.next_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if row is None:
            return None
        notices = self._session.scalars(
            select(NoticeRow)
            .options(_READ)
            .join(MessageNoticeRow, MessageNoticeRow.notice_id == NoticeRow.notice_id)
            .where(MessageNoticeRow.message_id == row.message_id)
            .order_by(NoticeRow.notice_id)
        )
        return Letter(
            message=_message(row),
            notices=tuple(_kept(one) for one in notices),
            address=self._address(row.recipient),
        )

    def settle(self, message: Message) -> None:
        self._session.execute(
            update(MessageRow)
            .where(MessageRow.message_id == message.message_id)
            .values(_columns(message))
            .execution_options(synchronize_session=False)
        )

    def troubled(self, most: int) -> Sequence[Message]:
        rows = self._session.scalars(
            select(MessageRow)
            .where(MessageRow.sent_at.is_(None), MessageRow.attempts > 0)
            .order_by(MessageRow.next_at.desc())
            .limit(most)
        )
        return [_message(row) for row in rows]

    def revive(self, *, at: datetime) -> int:
        revived = self._session.scalars(
            update(MessageRow)
            .where(MessageRow.given_up_at.is_not(None))
            .values(given_up_at=None, noted_at=None, attempts=0, next_at=at)
            .returning(MessageRow.message_id)
            .execution_options(synchronize_session=False)
        )
        return len(revived.all())

    def note_ended(self, *, at: datetime) -> Mapping[str, int]:
        ended = self._session.execute(
            update(MessageRow)
            .where(
                or_(MessageRow.sent_at.is_not(None), MessageRow.given_up_at.is_not(None)),
                MessageRow.noted_at.is_(None),
            )
            .values(noted_at=at)
            .returning(MessageRow.channel, MessageRow.sent_at)
            .execution_options(synchronize_session=False)
        )
        counts: dict[str, int] = {}
        for channel, sent_at in ended:
            name = f"{channel}_{'given_up' if sent_at is None else 'sent'}"
            counts[name] = counts.get(name, 0) + 1
        return counts

    def _address(self, username: str) -> str | None:
        found: str | None = self._session.scalar(_ADDRESS, {"username": username})
        return found


def _columns(message: Message) -> dict[str, Any]:
    return {
        "channel": message.channel.value,
        "recipient": message.recipient,
        "is_digest": message.is_digest,
        "due_at": message.due_at,
        "next_at": message.next_at,
        "attempts": message.attempts,
        "failure": message.failure,
        "sent_at": message.sent_at,
        "given_up_at": message.given_up_at,
    }


def _message(row: MessageRow) -> Message:
    return Message(
        message_id=row.message_id,
        channel=Channel(row.channel),
        recipient=row.recipient,
        is_digest=row.is_digest,
        due_at=row.due_at,
        next_at=row.next_at,
        attempts=row.attempts,
        failure=row.failure,
        sent_at=row.sent_at,
        given_up_at=row.given_up_at,
    )


def _kept(row: NoticeRow) -> KeptNotice:
    return KeptNotice(
        notice_id=row.notice_id,
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
