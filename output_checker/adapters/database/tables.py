"""Rows of the output checker. Private to this package: everybody else sees domain values."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base

Moment = DateTime(timezone=True)


# The lines of the ledger that tell how long a review took.
REVIEW_EVENTS: Final = (
    "request.approve",
    "request.reject",
    "request.return",
    "request.submit",
    "review.recorded",
)


class ReleaseRequestRow(Base):
    __tablename__ = "release_request"
    __table_args__ = (
        Index("ix_release_request_author", "author", "created_at"),
        Index("ix_release_request_project_id_state", "project_id", "state"),
        CheckConstraint("required_reviews >= 2", name="required_reviews"),
    )

    request_id: Mapped[str] = mapped_column(Text, primary_key=True)
    project_id: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    turn: Mapped[int]
    groups: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    recipients: Mapped[list[str]] = mapped_column(JSONB)
    verdict: Mapped[str | None] = mapped_column(Text)
    snapshot_sha256: Mapped[str] = mapped_column(Text)
    required_reviews: Mapped[int]
    judged_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    message: Mapped[str] = mapped_column(Text)
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    conflicts: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    release_class: Mapped[str] = mapped_column(Text, server_default="publication")
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class OutputFileRow(Base):
    __tablename__ = "output_file"
    __table_args__ = (UniqueConstraint("request_id", "turn", "position"),)

    file_id: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("release_request.request_id"))
    turn: Mapped[int]
    position: Mapped[int]
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    verdict: Mapped[str] = mapped_column(Text)
    dataset: Mapped[str | None] = mapped_column(Text)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    previews: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    role: Mapped[str] = mapped_column(Text, server_default="output")
    group_name: Mapped[str] = mapped_column(Text, server_default="files")


class OutputImageRow(Base):
    """A picture's bytes, for the people who must look at it before it may leave."""

    __tablename__ = "output_image"

    file_id: Mapped[str] = mapped_column(ForeignKey("output_file.file_id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class OutputTableRow(Base):
    """A whole table of a file, as `disclosure.kept_tables` packs it, for whoever reviews it."""

    __tablename__ = "output_table"

    file_id: Mapped[str] = mapped_column(ForeignKey("output_file.file_id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class PublishedTableRow(Base):
    """What a table of a file says of a dataset, by which later ones are held against it."""

    __tablename__ = "published_table"
    __table_args__ = (Index("ix_published_table_dataset_id", "dataset_id"),)

    file_id: Mapped[str] = mapped_column(ForeignKey("output_file.file_id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    dataset_id: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class LedgerRow(Base):
    """Rows here are only ever added: the application's role has no other right to them."""

    __tablename__ = "ledger"
    # What auditors search by, each with the newest first.
    __table_args__ = (
        Index("ix_ledger_project", "project", "seq"),
        Index("ix_ledger_actor", "actor", "seq"),
        Index("ix_ledger_event", "event", "seq"),
        Index("ix_ledger_subject", "subject", "seq"),
        Index("ix_ledger_at", "at"),
        Index(
            "ix_ledger_review_steps",
            "project",
            "at",
            postgresql_where=text(f"event IN {REVIEW_EVENTS}"),
        ),
    )

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    project: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    previous_hash: Mapped[str] = mapped_column(Text)
    entry_hash: Mapped[str] = mapped_column(Text)


class ReleaseRow(Base):
    """What is sealed for a request: at most one release each."""

    __tablename__ = "release"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("release_request.request_id"), primary_key=True
    )
    record: Mapped[bytes] = mapped_column(LargeBinary)
    record_sha256: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(Moment)
    retain_until: Mapped[datetime] = mapped_column(Moment)
    ledger_seq: Mapped[int] = mapped_column(BigInteger)
    ledger_hash: Mapped[str] = mapped_column(Text)
    released_at: Mapped[datetime | None] = mapped_column(Moment)
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class LinkRow(Base):
    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("file_id", "recipient"),
        Index(
            "uq_link_token_sha256",
            "token_sha256",
            unique=True,
            postgresql_where=text("token_sha256 IS NOT NULL"),
        ),
        Index("ix_link_recipient", "recipient", "created_at"),
        Index("ix_link_request_id", "request_id"),
        CheckConstraint("downloads <= allowed_downloads", name="downloads"),
    )

    link_id: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("release_request.request_id"))
    project_id: Mapped[str] = mapped_column(Text)
    file_id: Mapped[str] = mapped_column(ForeignKey("output_file.file_id"))
    recipient: Mapped[str] = mapped_column(Text)
    token_sha256: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    allowed_downloads: Mapped[int]
    downloads: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class ReceivedRow(Base):
    """Manifests that were read; the worker cannot move them away."""

    __tablename__ = "received"

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str | None] = mapped_column(ForeignKey("release_request.request_id"))
    attempts: Mapped[int]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    at: Mapped[datetime] = mapped_column(Moment)
