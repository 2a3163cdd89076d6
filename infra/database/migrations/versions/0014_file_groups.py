"""Files have a role and a group, and each group what is said of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "release_request",
        sa.Column(
            "groups",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default="[]",
            nullable=False,
        ),
    )
    op.execute("""
        UPDATE release_request SET groups = jsonb_build_array(jsonb_build_object(
            'name', 'files', 'context', context,
            'controls', 'Nobody was asked for these when this was submitted.'))
    """)
    op.alter_column("release_request", "groups", server_default=None)
    op.drop_column("release_request", "context")
    for column, default in (("role", "output"), ("group_name", "files")):
        op.add_column(
            "output_file",
            sa.Column(column, sa.Text(), server_default=default, nullable=False),
        )


def downgrade() -> None:
    # An older Haven would release every file: what is only shown must not be among them.
    op.execute("""
        UPDATE release_request q SET state = 'withdrawn'
        WHERE state NOT IN ('released', 'rejected', 'withdrawn') AND EXISTS (
            SELECT FROM output_file f
            WHERE f.request_id = q.request_id AND f.role <> 'output')
    """)
    op.drop_column("output_file", "group_name")
    op.drop_column("output_file", "role")
    op.add_column(
        "release_request",
        sa.Column("context", sa.Text(), server_default="", nullable=False),
    )
    op.execute("""
        UPDATE release_request SET context = coalesce((
            SELECT string_agg(one->>'context', E'\\n\\n')
            FROM jsonb_array_elements(groups) one), '')
    """)
    op.alter_column("release_request", "context", server_default=None)
    op.drop_column("release_request", "groups")
