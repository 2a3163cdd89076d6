"""What passed between browsers and workspaces, and what administrators allowed."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

RIGHTS = {
    "workspace_traffic": "SELECT, INSERT, UPDATE",
    "workspace_traffic_level": "SELECT, INSERT",
    "workspace_traffic_allowance": "SELECT, INSERT",
}
FIGURES = (
    "http_to_browser", "http_to_workspace", "kernel_to_browser", "kernel_to_workspace",
    "pixels_to_browser", "pixels_to_workspace", "static_to_browser", "requests", "refused",
    "dropped",
)  # fmt: skip


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "workspace_traffic",
        sa.Column("started_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in FIGURES),
        sa.Column("last_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("started_id", "day", name=op.f("pk_workspace_traffic")),
    )
    op.create_index("ix_workspace_traffic_day", "workspace_traffic", ["day"])
    op.create_table(
        "workspace_traffic_level",
        sa.Column("concerns", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("budget_bytes", sa.BigInteger(), nullable=False),
        sa.Column("started_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used_bytes", sa.BigInteger(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint(
            "concerns", "level", "budget_bytes", name=op.f("pk_workspace_traffic_level")
        ),
    )
    op.create_table(
        "workspace_traffic_allowance",
        sa.Column("allowance_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("allowed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("allowance_id", name=op.f("pk_workspace_traffic_allowance")),
    )
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")


def downgrade() -> None:
    for table in reversed(RIGHTS):
        op.drop_table(table)
