"""A freeze says what it stops: workspaces, or all that leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "workspace_freeze",
        sa.Column("kind", sa.Text(), server_default="workspaces", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_workspace_freeze_kind_known"),
        "workspace_freeze",
        "kind IN ('workspaces', 'egress')",
    )


def downgrade() -> None:
    # A stop of all that leaves must not become one of workspaces.
    op.execute("DELETE FROM workspace_freeze WHERE kind = 'egress'")
    op.drop_constraint(op.f("ck_workspace_freeze_kind_known"), "workspace_freeze")
    op.drop_column("workspace_freeze", "kind")
