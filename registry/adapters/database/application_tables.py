"""Rows of applications for data. Events and votes are only ever added."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from registry.adapters.database.tables import Moment


class ApplicationRow(Base):
    """An application as it stands; `body` is all of it but its votes.

    `project_id` is the project that it made. No two applications are ever about one project.
    """

    __tablename__ = "application"

    application_id: Mapped[str] = mapped_column(Text, primary_key=True)
    applicant: Mapped[str] = mapped_column(ForeignKey("person.username"), index=True)
    state: Mapped[str] = mapped_column(Text, index=True)
    version: Mapped[int]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.project_id"), unique=True)
    ends_on: Mapped[date | None] = mapped_column(Date)
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class ApplicationEventRow(Base):
    __tablename__ = "application_event"
    __table_args__ = (Index("ix_application_event_application_id", "application_id", "event_id"),)

    event_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.application_id"))
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    was: Mapped[str] = mapped_column(Text)
    now: Mapped[str] = mapped_column(Text)
    submission: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(Moment)


class ApplicationVoteRow(Base):
    __tablename__ = "application_vote"
    __table_args__ = (Index("ix_application_vote_application_id", "application_id", "vote_id"),)

    vote_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("application.application_id"))
    referral: Mapped[str] = mapped_column(Text)
    voter: Mapped[str] = mapped_column(ForeignKey("person.username"))
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(Moment)
