"""How a project's workspaces are reached, and what a dataset demands of that."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KNOWN = "tier IN ('pixel', 'browser')"


def upgrade() -> None:
    # Projects that are there already keep what they had.
    op.add_column("project", sa.Column("tier", sa.Text(), nullable=False, server_default="browser"))
    op.alter_column("project", "tier", server_default=None)
    op.add_column("dataset_version", sa.Column("tier", sa.Text(), nullable=True))
    for table in ("project", "dataset_version"):
        op.create_check_constraint(op.f(f"ck_{table}_tier_known"), table, KNOWN)


def downgrade() -> None:
    for table in ("dataset_version", "project"):
        op.drop_column(table, "tier")
