"""Release records are signed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "release", sa.Column("signature", sa.LargeBinary(), server_default="", nullable=False)
    )
    op.alter_column("release", "signature", server_default=None)


def downgrade() -> None:
    op.drop_column("release", "signature")
