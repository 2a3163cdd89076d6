"""Organisations, what people do for them and were taught; what becomes of a project's files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KINDS = "'public', 'private', 'third_sector', 'academic', 'trust'"
ROLES = (
    "'steward', 'data_owner', 'assessor', 'legal', 'dpo', 'ethics', 'board', 'analyst', 'contact'"
)
RIGHTS = {
    "organisation": "SELECT, INSERT, UPDATE",
    "organisation_role": "SELECT, INSERT, DELETE",
    "training": "SELECT, INSERT, UPDATE, DELETE",
    "closure_certificate": "SELECT, INSERT",
}


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_organisation_kind_known")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation")),
    )
    _role()
    _training()
    op.add_column("person", sa.Column("organisation_id", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_person_organisation_id_organisation"),
        "person",
        "organisation",
        ["organisation_id"],
        ["organisation_id"],
    )
    for table in ("project", "dataset_version"):
        column: sa.Column[list[str]] = sa.Column(
            "training", sa.ARRAY(sa.Text()), server_default="{}", nullable=False
        )
        op.add_column(table, column)
    _closure()
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")


def downgrade() -> None:
    op.drop_table("closure_certificate")
    for name in ("closed_on", "closure"):
        op.drop_column("project", name)
    for table in ("project", "dataset_version"):
        op.drop_column(table, "training")
    op.drop_column("person", "organisation_id")
    for table in ("training", "organisation_role", "organisation"):
        op.drop_table(table)


def _closure() -> None:
    op.add_column("project", sa.Column("closed_on", sa.Date(), nullable=True))
    op.add_column("project", sa.Column("closure", postgresql.JSONB(), nullable=True))
    # When those that are closed already were closed is not known: their days count from now on.
    op.execute("UPDATE project SET closed_on = (now() AT TIME ZONE 'utc')::date WHERE is_closed")
    op.create_table(
        "closure_certificate",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "mode IN ('archive', 'destroy')", name=op.f("ck_closure_certificate_mode_known")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"],
            ["project.project_id"],
            name=op.f("fk_closure_certificate_project_id_project"),
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_closure_certificate")),
    )
    op.create_index(
        op.f("ix_closure_certificate_project_id"), "closure_certificate", ["project_id"]
    )


def _role() -> None:
    op.create_table(
        "organisation_role",
        sa.Column("organisation_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_organisation_role_role_known")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.organisation_id"],
            name=op.f("fk_organisation_role_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_organisation_role_username_person")
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "username", "role", name=op.f("pk_organisation_role")
        ),
    )
    op.create_index(op.f("ix_organisation_role_username"), "organisation_role", ["username"])


def _training() -> None:
    op.create_table(
        "training",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "completed_on <= expires_on", name=op.f("ck_training_ends_after_it_began")
        ),
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f("fk_training_username_person")
        ),
        sa.PrimaryKeyConstraint("username", "course", name=op.f("pk_training")),
    )
