"""Disclosure policies of one's own."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "site_policy",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_policy")),
    )
    # A policy that changed would change what earlier decisions meant.
    op.execute("GRANT SELECT, INSERT ON site_policy TO haven_app")


def downgrade() -> None:
    op.drop_table("site_policy")
