"""Notices tell which application they are about; the notifier may read that."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("application_id", sa.Text(), nullable=True))
    # Whoever may read notices reads this of them, too; a database of others may lack the role.
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'haven_notifier')"
        " THEN GRANT SELECT (application_id) ON notice TO haven_notifier; END IF; END $$"
    )


def downgrade() -> None:
    # Without their application they lead nowhere.
    op.execute("""
        DELETE FROM notice_message_notice WHERE notice_id IN (
            SELECT notice_id FROM notice WHERE application_id IS NOT NULL)
    """)
    op.execute("DELETE FROM notice WHERE application_id IS NOT NULL")
    op.execute("DELETE FROM notice_wish WHERE kind LIKE 'application~_%' ESCAPE '~'")
    op.drop_column("notice", "application_id")
