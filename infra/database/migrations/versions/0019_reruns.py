"""Notebooks that are run again, and how far they made the same files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rerun",
        sa.Column("rerun_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("notebook", sa.Text(), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("image", sa.Text(), nullable=False),
        sa.Column("cell", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("outcomes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("extra", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_turn", sa.Integer(), nullable=True),
        sa.Column("taken_sha256", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'failed', 'timed_out')",
            name=op.f("ck_rerun_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_rerun_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("rerun_id", name=op.f("pk_rerun")),
    )
    op.create_index("ix_rerun_request_id", "rerun", ["request_id"])
    op.create_index(
        "ix_rerun_unfinished",
        "rerun",
        ["asked_at"],
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON rerun TO haven_app")


def downgrade() -> None:
    op.drop_table("rerun")
