"""Rows of notices, of what people want of them, and of the messages that carry them out."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from output_checker.adapters.database.tables import Moment


class NoticeRow(Base):
    """What somebody should hear of; `planned_at` is when it was decided what is sent of it."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("recipient", "kind", "occasion"),
        Index("ix_notice_unread", "recipient", postgresql_where=text("read_at IS NULL")),
        Index("ix_notice_unplanned", "notice_id", postgresql_where=text("planned_at IS NULL")),
        Index("ix_notice_recipient", "recipient", "notice_id"),
    )

    notice_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    recipient: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("release_request.request_id"))
    project_id: Mapped[str | None] = mapped_column(Text)
    # Of the registry, whose tables this package does not know.
    application_id: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text, server_default="")
    at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
    planned_at: Mapped[datetime | None] = mapped_column(Moment)


class NoticeWishRow(Base):
    """How somebody wants to hear of a kind; what has no row is as it is by default."""

    __tablename__ = "notice_wish"

    username: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    delivery: Mapped[str] = mapped_column(Text)


class MessageRow(Base):
    """A mail or a call of the webhook; `noted_at` is when the ledger counted how it ended."""

    __tablename__ = "notice_message"
    __table_args__ = (
        Index(
            "ix_notice_message_waiting",
            "next_at",
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
        Index(
            "uq_notice_message_digest",
            "recipient",
            "due_at",
            unique=True,
            postgresql_where=text("is_digest"),
        ),
    )

    message_id: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    is_digest: Mapped[bool]
    due_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]
    failure: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    given_up_at: Mapped[datetime | None] = mapped_column(Moment)
    noted_at: Mapped[datetime | None] = mapped_column(Moment)


class MessageNoticeRow(Base):
    """A notice goes out at most once a channel: that is what the key says."""

    __tablename__ = "notice_message_notice"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.notice_id"), primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("notice_message.message_id"), index=True)
