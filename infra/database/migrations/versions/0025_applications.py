"""Applications for data, what happened to them, and the votes on them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())
RIGHTS = {
    "application": "SELECT, INSERT",
    # What was said stays said.
    "application_event": "SELECT, INSERT",
    "application_vote": "SELECT, INSERT",
}
CHANGED = "state, version, project_id, ends_on, body, updated_at"


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("applicant", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant"], ["person.username"], name=op.f("fk_application_applicant_person")
        ),
        sa.ForeignKeyConstraint(
            ["project_id"], ["project.project_id"], name=op.f("fk_application_project_id_project")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application")),
        sa.UniqueConstraint("project_id", name=op.f("uq_application_project_id")),
    )
    op.create_index(op.f("ix_application_applicant"), "application", ["applicant"])
    op.create_index(op.f("ix_application_state"), "application", ["state"])
    _event()
    _vote()
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")
    op.execute(f"GRANT UPDATE ({CHANGED}) ON application TO haven_app")


def downgrade() -> None:
    for table in ("application_vote", "application_event", "application"):
        op.drop_table(table)


def _event() -> None:
    op.create_table(
        "application_event",
        sa.Column("event_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("was", sa.Text(), nullable=False),
        sa.Column("now", sa.Text(), nullable=False),
        sa.Column("submission", sa.Integer(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.application_id"],
            name=op.f("fk_application_event_application_id_application"),
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_application_event")),
    )
    op.create_index(
        "ix_application_event_application_id", "application_event", ["application_id", "event_id"]
    )


def _vote() -> None:
    op.create_table(
        "application_vote",
        sa.Column("vote_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("application_id", sa.Text(), nullable=False),
        sa.Column("referral", sa.Text(), nullable=False),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.application_id"],
            name=op.f("fk_application_vote_application_id_application"),
        ),
        sa.ForeignKeyConstraint(
            ["voter"], ["person.username"], name=op.f("fk_application_vote_voter_person")
        ),
        sa.PrimaryKeyConstraint("vote_id", name=op.f("pk_application_vote")),
    )
    op.create_index(
        "ix_application_vote_application_id", "application_vote", ["application_id", "vote_id"]
    )
