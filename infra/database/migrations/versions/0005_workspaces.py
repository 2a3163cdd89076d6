"""Runs of workspaces, freezes, chosen sizes, and each project's limits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

RIGHTS = {
    "workspace_session": "SELECT, INSERT, UPDATE",
    "workspace_freeze": "SELECT, INSERT, UPDATE",
    "workspace_choice": "SELECT, INSERT, UPDATE",
}


def upgrade() -> None:
    op.add_column(
        "project",
        sa.Column("limits", postgresql.JSONB(), nullable=False, server_default=sa.text("'{}'")),
    )
    op.alter_column("project", "limits", server_default=None)
    _workspace_session()
    _workspace_freeze()
    _workspace_choice()
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")


def downgrade() -> None:
    for table in reversed(RIGHTS):
        op.drop_table(table)
    op.drop_column("project", "limits")


def _workspace_session() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "workspace_session",
        sa.Column("started_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("cpus", sa.Double(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("active_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("stops_at", moment, nullable=True),
        sa.Column("stop_asked_by", sa.Text(), nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("cpu_seconds", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (reason IS NULL)",
            name=op.f("ck_workspace_session_ended_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_workspace_session_project_id_project"),
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_workspace_session_username_person")
        ),
        sa.PrimaryKeyConstraint("started_id", name=op.f("pk_workspace_session")),
    )
    op.create_index(
        "ix_workspace_session_project_id_started_at",
        "workspace_session",
        ["project_id", "started_at"],
    )
    op.create_index(
        "uq_workspace_session_running",
        "workspace_session",
        ["username", "project_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _workspace_freeze() -> None:
    op.create_table(
        "workspace_freeze",
        sa.Column("freeze_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stops_running", sa.Boolean(), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("thawed_by", sa.Text(), nullable=True),
        sa.Column("thawed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_workspace_freeze_project_id_project"),
        ),
        sa.PrimaryKeyConstraint("freeze_id", name=op.f("pk_workspace_freeze")),
    )


def _workspace_choice() -> None:
    op.create_table(
        "workspace_choice",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_workspace_choice_project_id_project"),
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_workspace_choice_username_person")
        ),
        sa.PrimaryKeyConstraint("username", "project_id", name=op.f("pk_workspace_choice")),
    )
