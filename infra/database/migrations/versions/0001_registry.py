"""People, datasets, projects and who may use what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What the portal and the worker may do; the owner alone may do more.
RIGHTS = {
    "person": "SELECT, INSERT, UPDATE",
    "sign_in_failure": "SELECT, INSERT, UPDATE, DELETE",
    "dataset_version": "SELECT, INSERT",
    "project": "SELECT, INSERT, UPDATE",
    "project_member": "SELECT, INSERT, UPDATE, DELETE",
    "project_checker": "SELECT, INSERT, UPDATE, DELETE",
    "project_grant": "SELECT, INSERT, UPDATE, DELETE",
    "portal_session": "SELECT, INSERT, UPDATE, DELETE",
}
TABLES = tuple(RIGHTS)


def upgrade() -> None:
    _person()
    _sign_in_failure()
    _dataset_version()
    _project()
    _project_member()
    _project_checker()
    _project_grant()
    _portal_session()
    op.execute("GRANT USAGE ON SCHEMA public TO haven_app")
    op.execute("GRANT SELECT ON alembic_version TO haven_app")
    _grants()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _person() -> None:
    op.create_table(
        "person",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_auditor", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_person")),
    )


def _sign_in_failure() -> None:
    op.create_table(
        "sign_in_failure",
        sa.Column("failure_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("username_hash", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("failure_id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_username_hash_at",
        "sign_in_failure",
        ["username_hash", "at"],
        unique=False,
    )


def _dataset_version() -> None:
    op.create_table(
        "dataset_version",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=True),
        sa.Column("identifiers", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", "version", name=op.f("pk_dataset_version")),
    )


def _project() -> None:
    op.create_table(
        "project",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "project_id ~ '^[a-z][a-z0-9-]{1,28}[a-z0-9]$'", name=op.f("ck_project_project_id_form")
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project")),
    )


def _project_member() -> None:
    op.create_table(
        "project_member",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_project_member_project_id_project"),
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_project_member_username_person")
        ),
        sa.PrimaryKeyConstraint("project_id", "username", name=op.f("pk_project_member")),
    )
    op.create_index(
        op.f("ix_project_member_username"), "project_member", ["username"], unique=False
    )


def _project_checker() -> None:
    op.create_table(
        "project_checker",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_project_checker_project_id_project"),
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_project_checker_username_person")
        ),
        sa.PrimaryKeyConstraint("project_id", "username", name=op.f("pk_project_checker")),
    )
    op.create_index(
        op.f("ix_project_checker_username"), "project_checker", ["username"], unique=False
    )


def _project_grant() -> None:
    op.create_table(
        "project_grant",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id", "version"],
            ["dataset_version.dataset_id", "dataset_version.version"],
            name=op.f("fk_project_grant_dataset_id_version_dataset_version"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.project_id"], name=op.f("fk_project_grant_project_id_project")
        ),
        sa.PrimaryKeyConstraint("project_id", "dataset_id", name=op.f("pk_project_grant")),
    )


def _portal_session() -> None:
    op.create_table(
        "portal_session",
        sa.Column("session_hash", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_portal_session_username_person")
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_portal_session")),
    )
    op.create_index(
        op.f("ix_portal_session_username"), "portal_session", ["username"], unique=False
    )


def _grants() -> None:
    for table in TABLES:
        op.execute(f"GRANT {RIGHTS[table]} ON {table} TO haven_app")
