"""From where a project's workspaces are opened."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    networks: sa.Column[list[str]] = sa.Column(
        "networks", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("project", networks)


def downgrade() -> None:
    op.drop_column("project", "networks")
