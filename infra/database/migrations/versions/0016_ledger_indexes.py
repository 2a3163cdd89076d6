"""Auditors find lines of a long ledger by who, what, about what and when."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_BY_LINE = ("project", "actor", "event", "subject")


def upgrade() -> None:
    for column in _BY_LINE:
        op.create_index(f"ix_ledger_{column}", "ledger", [column, "seq"])
    op.create_index("ix_ledger_at", "ledger", ["at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_at", "ledger")
    for column in _BY_LINE:
        op.drop_index(f"ix_ledger_{column}", "ledger")
