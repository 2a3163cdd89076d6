"""Rows of the registry: people, datasets, projects and who may use what, and sign-ins.

Read through `registry.application.queries`; written only by `registry.adapters.database`.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from infra.database.metadata import Base

Moment = DateTime(timezone=True)

# The only tables of the registry whose rows the application's role may delete.
DELETED_BY_THE_APPLICATION = (
    "portal_session",
    "project_checker",
    "project_grant",
    "project_member",
    "sign_in_failure",
)


class PersonRow(Base):
    __tablename__ = "person"

    username: Mapped[str] = mapped_column(Text, primary_key=True)
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool]
    is_auditor: Mapped[bool]
    is_active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)


class SignInFailureRow(Base):
    """One wrong password. `username` is what was typed, hashed: people type passwords there."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_username_hash_at", "username_hash", "at"),)

    failure_id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    username_hash: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class DatasetVersionRow(Base):
    """A version of a dataset, as it was described. Never changed once it is there."""

    __tablename__ = "dataset_version"
    __table_args__ = (CheckConstraint("tier IN ('pixel', 'browser')", name="tier_known"),)

    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    entity: Mapped[str | None] = mapped_column(Text)
    identifiers: Mapped[list[str]] = mapped_column(ARRAY(Text))
    policy: Mapped[str] = mapped_column(Text)
    tier: Mapped[str | None] = mapped_column(Text)
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    added_at: Mapped[datetime] = mapped_column(Moment)


class ProjectRow(Base):
    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint(r"project_id ~ '^[a-z][a-z0-9-]{1,28}[a-z0-9]$'", name="project_id_form"),
        CheckConstraint("tier IN ('pixel', 'browser')", name="tier_known"),
    )

    project_id: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    ends_on: Mapped[date] = mapped_column(Date)
    policy: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text)
    limits: Mapped[dict[str, Any]] = mapped_column(JSONB)
    is_closed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)


class ProjectMemberRow(Base):
    __tablename__ = "project_member"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), primary_key=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("person.username"), primary_key=True, index=True
    )


class ProjectCheckerRow(Base):
    __tablename__ = "project_checker"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), primary_key=True)
    username: Mapped[str] = mapped_column(
        ForeignKey("person.username"), primary_key=True, index=True
    )


class ProjectGrantRow(Base):
    """One version of a dataset a project: two at once would share a place in the workspace."""

    __tablename__ = "project_grant"
    __table_args__ = (
        ForeignKeyConstraint(
            ["dataset_id", "version"], ["dataset_version.dataset_id", "dataset_version.version"]
        ),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text)


class PortalSessionRow(Base):
    """A signed-in browser. Only the hash of its cookie is kept: a copy of this table is no key."""

    __tablename__ = "portal_session"

    session_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("person.username"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
