"""The lines of the ledger that tell how long reviews take are found by project and time."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_ledger_review_steps",
        "ledger",
        ["project", "at"],
        postgresql_where=sa.text(
            "event IN ('request.approve', 'request.reject', 'request.return', "
            "'request.submit', 'review.recorded')"
        ),
    )


def downgrade() -> None:
    op.drop_index("ix_ledger_review_steps", table_name="ledger")
