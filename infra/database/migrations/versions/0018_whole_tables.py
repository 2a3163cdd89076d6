"""Whole tables of files, for checkers to turn their pages, sort, search and compare."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "output_table",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["output_file.file_id"], name=op.f("fk_output_table_file_id_output_file")
        ),
        sa.PrimaryKeyConstraint("file_id", "part", name=op.f("pk_output_table")),
    )
    # Compressed already: PostgreSQL need not try again.
    op.execute("ALTER TABLE output_table ALTER COLUMN content SET STORAGE EXTERNAL")
    op.execute("GRANT SELECT, INSERT ON output_table TO haven_app")


def downgrade() -> None:
    op.drop_table("output_table")
