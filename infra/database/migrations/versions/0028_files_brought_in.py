"""Files that members bring into their projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STATES = (
    "'quarantined', 'waiting', 'approved', 'laid', 'leaving', 'taken_back', 'refused', 'withdrawn'"
)
UNDER_WAY = "'quarantined', 'waiting', 'approved', 'laid', 'leaving'"
# What came in, whose it is and what it is for stays as it was.
CHANGED = "state, version, updated_at, scan, decided_by, reason"


def upgrade() -> None:
    op.create_table(
        "incoming_file",
        sa.Column("input_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_incoming_file_state_known")),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_incoming_file_project_id_project"),
        ),
        sa.PrimaryKeyConstraint("input_id", name=op.f("pk_incoming_file")),
    )
    op.create_index("ix_incoming_file_project_id", "incoming_file", ["project_id", "created_at"])
    op.create_index(
        "uq_incoming_file_name",
        "incoming_file",
        ["project_id", "folded_name"],
        unique=True,
        postgresql_where=sa.text(f"state IN ({UNDER_WAY})"),
    )
    op.execute("GRANT SELECT, INSERT ON incoming_file TO haven_app")
    op.execute(f"GRANT UPDATE ({CHANGED}) ON incoming_file TO haven_app")


def downgrade() -> None:
    op.drop_table("incoming_file")
