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
    "organisation_role",
    "portal_session",
    "project_checker",
    "project_grant",
    "project_member",
    "recovery_code",
    "second_factor",
    "sign_in_failure",
    "sign_in_ticket",
    "training",
)


class PersonRow(Base):
    __tablename__ = "person"

    username: Mapped[str] = mapped_column(Text, primary_key=True)
    display_name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_admin: Mapped[bool]
    is_auditor: Mapped[bool]
    is_active: Mapped[bool]
    email: Mapped[str | None] = mapped_column(Text)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.organisation_id"))
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
    release: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    fields: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    training: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    entry: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
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
    release: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    is_closed: Mapped[bool]
    closed_on: Mapped[date | None] = mapped_column(Date)
    closure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    training: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    networks: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    created_at: Mapped[datetime] = mapped_column(Moment)


class SitePolicyRow(Base):
    __tablename__ = "site_policy"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Moment)


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
        ForeignKeyConstraint(
            ["dataset_id", "version", "view_digest"],
            ["dataset_view.dataset_id", "dataset_view.version", "dataset_view.digest"],
        ),
    )

    project_id: Mapped[str] = mapped_column(ForeignKey("project.project_id"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[str] = mapped_column(Text)
    view_digest: Mapped[str | None] = mapped_column(Text)


class PortalSessionRow(Base):
    """A signed-in browser. Only the hash of its cookie is kept: a copy of this table is no key.

    `second_factor_at` is when a code was last proved in it, `bound_to` the browser it may be used
    from, `ended_because` why it is over before its time.
    """

    __tablename__ = "portal_session"

    session_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("person.username"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    second_factor_at: Mapped[datetime | None] = mapped_column(Moment)
    bound_to: Mapped[str | None] = mapped_column(Text)
    ended_because: Mapped[str | None] = mapped_column(Text)
