"""What tables say of datasets, so that later ones are held against those that were released."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_table",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["output_file.file_id"],
            name=op.f("fk_published_table_file_id_output_file"),
        ),
        sa.PrimaryKeyConstraint("file_id", "place", name=op.f("pk_published_table")),
    )
    op.create_index("ix_published_table_dataset_id", "published_table", ["dataset_id"])
    op.execute("GRANT SELECT, INSERT ON published_table TO haven_app")


def downgrade() -> None:
    op.drop_table("published_table")
