"""How many of a board must have voted."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    quorum: sa.Column[int] = sa.Column(
        "board_quorum", sa.Integer(), nullable=False, server_default="2"
    )
    op.add_column("organisation", quorum)
    op.create_check_constraint(
        op.f("ck_organisation_board_quorum_possible"),
        "organisation",
        "board_quorum BETWEEN 1 AND 20",
    )


def downgrade() -> None:
    op.drop_column("organisation", "board_quorum")
