"""Votes by file, sign-offs, overrides, claims, conflicts, due dates and notices.

What is in review already is carried over: a vote on all files becomes one on each, a request that
somebody has voted on is in `review`, and nothing that was submitted gets a due date afterwards.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

RIGHTS = {
    "sign_off": "SELECT, INSERT",
    "file_override": "SELECT, INSERT",
    "notice": "SELECT, INSERT, UPDATE",
}
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _request()
    _review()
    _sign_off()
    _file_override()
    _notice()
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")


def downgrade() -> None:
    for table in reversed(RIGHTS):
        op.drop_table(table)
    op.execute("""
        DELETE FROM review r WHERE vote = 'undecided' OR EXISTS (
            SELECT FROM review o WHERE (o.request_id, o.turn, o.checker)
                = (r.request_id, r.turn, r.checker) AND o.revision > r.revision)
    """)
    op.drop_constraint("pk_review", "review")
    op.create_primary_key("pk_review", "review", ["request_id", "turn", "checker"])
    op.drop_column("review", "revision")
    op.drop_column("review", "is_blind")
    op.drop_column("review", "files")
    # What an older Haven knows, for each state that only this one does.
    op.execute("""
        UPDATE release_request SET state = CASE state WHEN 'expired' THEN 'withdrawn'
            ELSE 'submitted' END
        WHERE state IN ('review', 'consolidating', 'expired')
    """)
    for column in ("due_at", "conflicts", "claims"):
        op.drop_column("release_request", column)


def _request() -> None:
    for column in ("claims", "conflicts"):
        op.add_column(
            "release_request",
            sa.Column(
                column,
                postgresql.JSONB(astext_type=sa.Text()),
                server_default="[]",
                nullable=False,
            ),
        )
    op.add_column("release_request", sa.Column("due_at", MOMENT, nullable=True))
    op.execute("""
        UPDATE release_request q SET state = 'review'
        WHERE state = 'submitted' AND EXISTS (
            SELECT FROM review r WHERE r.request_id = q.request_id AND r.turn = q.turn)
    """)


def _review() -> None:
    json = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("review", sa.Column("files", json, server_default="{}", nullable=False))
    op.add_column(
        "review", sa.Column("is_blind", sa.Boolean(), server_default="true", nullable=False)
    )
    op.add_column("review", sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
    op.drop_constraint("pk_review", "review")
    op.create_primary_key("pk_review", "review", ["request_id", "turn", "checker", "revision"])
    op.alter_column("review", "revision", server_default=None)
    op.execute("""
        UPDATE review r SET files = coalesce((
            SELECT jsonb_object_agg(f.file_id,
                jsonb_build_object('vote', 'approve', 'sha256', f.sha256))
            FROM output_file f WHERE f.request_id = r.request_id AND f.turn = r.turn), '{}')
        WHERE vote = 'approve'
    """)
    op.alter_column("review", "files", server_default=None)
    op.alter_column("review", "is_blind", server_default=None)


def _sign_off() -> None:
    op.create_table(
        "sign_off",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_sign_off_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", "turn", "dataset", "owner", name=op.f("pk_sign_off")),
    )


def _file_override() -> None:
    op.create_table(
        "file_override",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"],
            ["output_file.file_id"],
            name=op.f("fk_file_override_file_id_output_file"),
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_file_override_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("file_id", "person", name=op.f("pk_file_override")),
    )
    op.create_index(op.f("ix_file_override_request_id"), "file_override", ["request_id"])


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_notice_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "recipient",
            "kind",
            "request_id",
            "turn",
            name=op.f("uq_notice_recipient_kind_request_id_turn"),
        ),
    )
