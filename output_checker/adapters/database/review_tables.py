"""Rows of what people said about requests. Private to this package, like `tables`."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from output_checker.adapters.database.tables import Moment


class ReviewRow(Base):
    """What a checker said of a turn; of several rows the last counts. Only ever added to."""

    __tablename__ = "review"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("release_request.request_id"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(primary_key=True)
    checker: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    vote: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text)
    snapshot_sha256: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    files: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_blind: Mapped[bool]


class SignOffRow(Base):
    __tablename__ = "sign_off"

    request_id: Mapped[str] = mapped_column(
        ForeignKey("release_request.request_id"), primary_key=True
    )
    turn: Mapped[int] = mapped_column(primary_key=True)
    dataset: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    snapshot_sha256: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class FileOverrideRow(Base):
    """One person's word for a failing file: the key keeps one person from being two."""

    __tablename__ = "file_override"

    file_id: Mapped[str] = mapped_column(ForeignKey("output_file.file_id"), primary_key=True)
    person: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("release_request.request_id"), index=True)
    sha256: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class RerunRow(Base):
    """A turn's notebook, run again. `files` is what the manifest said of the turn's files."""

    __tablename__ = "rerun"
    __table_args__ = (
        CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'timed_out')", name="state_known"
        ),
        Index("ix_rerun_request_id", "request_id"),
        Index(
            "ix_rerun_unfinished",
            "asked_at",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
    )

    rerun_id: Mapped[str] = mapped_column(Text, primary_key=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("release_request.request_id"))
    project_id: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    turn: Mapped[int]
    notebook: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    seconds: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    image: Mapped[str] = mapped_column(Text)
    cell: Mapped[int]
    error: Mapped[str] = mapped_column(Text)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    extra: Mapped[int]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    taken_turn: Mapped[int | None]
    taken_sha256: Mapped[str] = mapped_column(Text)
    sends_on: Mapped[bool] = mapped_column(server_default=true())
