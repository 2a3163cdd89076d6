"""Rows about workspaces: their runs, what stops them, and the sizes people chose."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Identity, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base
from registry.adapters.database.tables import Moment


class WorkspaceSessionRow(Base):
    """One run. What it was started with never changes; what is seen of it does."""

    __tablename__ = "workspace_session"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="ended_with_a_reason"),
        Index("ix_workspace_session_project_id_started_at", "project_id", "started_at"),
        Index(
            "uq_workspace_session_running",
            "username",
            "project_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    started_id: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("person.username"))
    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"))
    tier: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(Text)
    cpus: Mapped[float] = mapped_column(Double)
    memory_bytes: Mapped[int] = mapped_column(BigInteger)
    started_at: Mapped[datetime] = mapped_column(Moment)
    active_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    stops_at: Mapped[datetime | None] = mapped_column(Moment)
    stop_asked_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(Text)
    cpu_seconds: Mapped[float | None] = mapped_column(Double)


class WorkspaceFreezeRow(Base):
    """A stop to workspaces or to egress; without a project, of all. Kept after its end."""

    __tablename__ = "workspace_freeze"
    __table_args__ = (CheckConstraint("kind IN ('workspaces', 'egress')", name="kind_known"),)

    freeze_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.project_id"))
    reason: Mapped[str] = mapped_column(Text)
    stops_running: Mapped[bool]
    frozen_by: Mapped[str] = mapped_column(Text)
    frozen_at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str] = mapped_column(Text, server_default="workspaces")
    thawed_by: Mapped[str | None] = mapped_column(Text)
    thawed_at: Mapped[datetime | None] = mapped_column(Moment)


class WorkspaceChoiceRow(Base):
    __tablename__ = "workspace_choice"

    username: Mapped[str] = mapped_column(ForeignKey("person.username"), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), primary_key=True)
    profile: Mapped[str] = mapped_column(Text)
