"""A notebook is run again for a check, too, which sends nothing on to review."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sends_on: sa.Column[bool] = sa.Column(
        "sends_on", sa.Boolean(), nullable=False, server_default=sa.true()
    )
    op.add_column("rerun", sends_on)


def downgrade() -> None:
    op.drop_column("rerun", "sends_on")
