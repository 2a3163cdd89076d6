"""What a dataset is, who decides about it, what else is published; how it is searched for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# What older versions said; nobody could say who may know of them, so their projects' people do.
LISTED = """
    INSERT INTO catalogue_dataset (dataset_id, version, discoverable, title, summary, variables,
        document, themes, organisations, unit, gateways, linkable)
    SELECT DISTINCT ON (dataset_id) dataset_id, version, 'members', title, summary, v.names,
        setweight(to_tsvector('english', title), 'A')
            || setweight(to_tsvector('english', summary), 'B')
            || setweight(to_tsvector('english', concat(v.names, ' ', translate(v.names, '_', ' '))),
                         'C')
            || setweight(to_tsvector('english', publisher || ' ' || unit), 'D'),
        '{}', ARRAY[publisher], unit, '{}', '{}'
    FROM dataset_version d, LATERAL (
        SELECT left(coalesce(string_agg(one->>'name', ', '), ''), 100000) AS names
        FROM jsonb_array_elements(d.fields) one
    ) v
    ORDER BY dataset_id, added_at DESC
"""


def upgrade() -> None:
    op.add_column(
        "dataset_version",
        sa.Column(
            "entry",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            server_default="{}",
        ),
    )
    _searched()
    op.create_table(
        "catalogue_demand",
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("words", "asked_on", name=op.f("pk_catalogue_demand")),
    )
    _profile()
    for table in ("catalogue_dataset", "catalogue_demand"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO haven_app")
    op.execute(LISTED)


def _searched() -> None:
    texts = postgresql.ARRAY(sa.Text())
    op.create_table(
        "catalogue_dataset",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("discoverable", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("variables", sa.Text(), nullable=False),
        sa.Column("document", postgresql.TSVECTOR(), nullable=False),
        sa.Column("themes", texts, nullable=False),
        sa.Column("organisations", texts, nullable=False),
        sa.Column("fineness", sa.SmallInteger(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("gateways", texts, nullable=False),
        sa.Column("access", sa.Text(), nullable=True),
        sa.Column("linkable", texts, nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", name=op.f("pk_catalogue_dataset")),
    )
    op.create_index(
        op.f("ix_catalogue_dataset_document"),
        "catalogue_dataset",
        ["document"],
        postgresql_using="gin",
    )


def _profile() -> None:
    op.create_table(
        "dataset_profile",
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("shown", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset_id", "version"],
            ["dataset_version.dataset_id", "dataset_version.version"],
            name=op.f("fk_dataset_profile_dataset_id_version_dataset_version"),
        ),
        sa.PrimaryKeyConstraint("dataset_id", "version", name=op.f("pk_dataset_profile")),
    )
    op.execute("GRANT SELECT, INSERT ON dataset_profile TO haven_app")


def downgrade() -> None:
    for table in ("dataset_profile", "catalogue_demand", "catalogue_dataset"):
        op.drop_table(table)
    op.drop_column("dataset_version", "entry")
