"""A grant may name a view of a dataset version: which columns, in what form, of which rows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
# What a view says, and when it was first asked for, stays as it was.
CHANGED = (
    "made_at, sha256, beside_sha256, rows, bytes, modified_ns, inode, failure, verified_at, "
    "findings, is_clean, overridden_by, override_reason, overridden_at"
)


def upgrade() -> None:
    op.create_table(
        "dataset_view",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("made_at", MOMENT, nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("beside_sha256", sa.Text(), nullable=True),
        sa.Column("rows", sa.BigInteger(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("modified_ns", sa.BigInteger(), nullable=True),
        sa.Column("inode", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("is_clean", sa.Boolean(), nullable=True),
        sa.Column("overridden_by", sa.Text(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=True),
        sa.Column("overridden_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["dataset_id", "version"],
            ["dataset_version.dataset_id", "dataset_version.version"],
            name=op.f("fk_dataset_view_dataset_id_version_dataset_version"),
        ),
        sa.PrimaryKeyConstraint("dataset_id", "version", "digest", name=op.f("pk_dataset_view")),
    )
    op.add_column("project_grant", sa.Column("view_digest", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_project_grant_dataset_id_version_view_digest_dataset_view"),
        "project_grant",
        "dataset_view",
        ["dataset_id", "version", "view_digest"],
        ["dataset_id", "version", "digest"],
    )
    op.execute("GRANT SELECT, INSERT ON dataset_view TO haven_app")
    op.execute(f"GRANT UPDATE ({CHANGED}) ON dataset_view TO haven_app")


def downgrade() -> None:
    # Without views the grants of one would become grants of the whole: they are taken back.
    op.execute("DELETE FROM project_grant WHERE view_digest IS NOT NULL")
    op.drop_column("project_grant", "view_digest")
    op.drop_table("dataset_view")
