"""A file is shown in parts: previews take the place of one preview, pictures of one picture."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "output_file",
        sa.Column(
            "previews", postgresql.JSONB(astext_type=sa.Text()), nullable=False,
            server_default="[]",
        ),
    )  # fmt: skip
    # What was called a figure is an image: figures are drawn by coordinates.
    op.execute(
        "UPDATE output_file SET previews = jsonb_build_array(CASE WHEN preview->>'kind' = 'figure' "
        'THEN preview || \'{"kind": "image"}\' ELSE preview END) WHERE preview IS NOT NULL'
    )
    op.alter_column("output_file", "previews", server_default=None)
    op.drop_column("output_file", "preview")
    op.add_column(
        "output_image", sa.Column("part", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("output_image", "part", server_default=None)
    op.drop_constraint("pk_output_image", "output_image", type_="primary")
    op.create_primary_key("pk_output_image", "output_image", ["file_id", "part"])


def downgrade() -> None:
    op.execute("DELETE FROM output_image WHERE part > 0")
    op.drop_constraint("pk_output_image", "output_image", type_="primary")
    op.drop_column("output_image", "part")
    op.create_primary_key("pk_output_image", "output_image", ["file_id"])
    op.add_column(
        "output_file",
        sa.Column(
            "preview", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
    )
    op.execute(
        "UPDATE output_file SET preview = CASE WHEN previews->0->>'kind' = 'image' "
        'THEN (previews->0) || \'{"kind": "figure"}\' ELSE previews->0 END'
    )
    op.drop_column("output_file", "previews")
