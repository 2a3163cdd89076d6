"""Notices of every kind, what people want of them, and the messages that carry them out.

Beside it, the class of a release; what was asked for before is a publication.

The notifier's role reads addresses and notices and writes messages: nothing else of the database.
A database that Haven did not make may have no such role; then no notifier can run on it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
READ = "notice_id, recipient, kind, occasion, request_id, project_id, actor, at, planned_at"
RIGHTS = {
    "haven_app": (
        "SELECT, INSERT, UPDATE ON notice_wish",
        "SELECT, INSERT, UPDATE ON notice_message",
        "SELECT, INSERT ON notice_message_notice",
    ),
    "haven_notifier": (
        f"SELECT ({READ}) ON notice",
        "UPDATE (planned_at) ON notice",
        "SELECT ON notice_wish",
        "SELECT, INSERT, UPDATE ON notice_message",
        "SELECT, INSERT ON notice_message_notice",
        "SELECT (username, email, is_active) ON person",
    ),
}


def upgrade() -> None:
    op.add_column("person", sa.Column("email", sa.Text(), nullable=True))
    op.add_column(
        "release_request",
        sa.Column("release_class", sa.Text(), server_default="publication", nullable=False),
    )
    _notice()
    op.create_table(
        "notice_wish",
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("username", "kind", name=op.f("pk_notice_wish")),
    )
    _message()
    _message_notice()
    for role, rights in RIGHTS.items():
        for right in rights:
            op.execute(_if_there(role, f"GRANT {right} TO {role}"))


def downgrade() -> None:
    op.execute(
        _if_there(
            "haven_notifier",
            "REVOKE SELECT (username, email, is_active) ON person FROM haven_notifier;"
            " REVOKE ALL ON notice FROM haven_notifier",
        )
    )
    for table in ("notice_message_notice", "notice_message", "notice_wish"):
        op.drop_table(table)
    op.execute("DELETE FROM notice WHERE request_id IS NULL OR project_id IS NULL")
    for name in ("ix_notice_unread", "ix_notice_unplanned", "ix_notice_recipient"):
        op.drop_index(name, "notice")
    op.drop_constraint(op.f("uq_notice_recipient_kind_occasion"), "notice")
    op.add_column("notice", sa.Column("turn", sa.Integer(), server_default="1", nullable=False))
    op.execute("UPDATE notice SET turn = split_part(occasion, '/', 2)::int"
               " WHERE occasion ~ '^[0-9a-f]{32}/[0-9]+'")  # fmt: skip
    op.alter_column("notice", "turn", server_default=None)
    op.execute("""
        DELETE FROM notice n WHERE EXISTS (
            SELECT FROM notice o WHERE (o.recipient, o.kind, o.request_id, o.turn)
                = (n.recipient, n.kind, n.request_id, n.turn) AND o.notice_id < n.notice_id)
    """)
    for column in ("occasion", "actor", "read_at"):
        op.drop_column("notice", column)
    op.alter_column("notice", "planned_at", new_column_name="sent_at")
    op.alter_column("notice", "request_id", nullable=False)
    op.alter_column("notice", "project_id", nullable=False)
    op.create_unique_constraint(
        op.f("uq_notice_recipient_kind_request_id_turn"),
        "notice",
        ["recipient", "kind", "request_id", "turn"],
    )
    op.drop_column("person", "email")
    op.drop_column("release_request", "release_class")


def _notice() -> None:
    op.add_column("notice", sa.Column("occasion", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE notice SET occasion = request_id || '/' || turn")
    op.alter_column("notice", "occasion", server_default=None)
    op.add_column("notice", sa.Column("actor", sa.Text(), server_default="", nullable=False))
    op.add_column("notice", sa.Column("read_at", MOMENT, nullable=True))
    op.alter_column("notice", "sent_at", new_column_name="planned_at")
    op.alter_column("notice", "request_id", nullable=True)
    op.alter_column("notice", "project_id", nullable=True)
    op.drop_constraint(op.f("uq_notice_recipient_kind_request_id_turn"), "notice")
    op.drop_column("notice", "turn")
    op.create_unique_constraint(
        op.f("uq_notice_recipient_kind_occasion"), "notice", ["recipient", "kind", "occasion"]
    )
    op.create_index("ix_notice_recipient", "notice", ["recipient", "notice_id"])
    op.create_index(
        "ix_notice_unread", "notice", ["recipient"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.create_index(
        "ix_notice_unplanned",
        "notice",
        ["notice_id"],
        postgresql_where=sa.text("planned_at IS NULL"),
    )


def _message() -> None:
    op.create_table(
        "notice_message",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("is_digest", sa.Boolean(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("given_up_at", MOMENT, nullable=True),
        sa.Column("noted_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_notice_message")),
    )
    op.create_index(
        "ix_notice_message_waiting",
        "notice_message",
        ["next_at"],
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_index(
        "uq_notice_message_digest",
        "notice_message",
        ["recipient", "due_at"],
        unique=True,
        postgresql_where=sa.text("is_digest"),
    )


def _message_notice() -> None:
    op.create_table(
        "notice_message_notice",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice_id"],
            ["notice.notice_id"],
            name=op.f("fk_notice_message_notice_notice_id_notice"),
        ),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["notice_message.message_id"],
            name=op.f("fk_notice_message_notice_message_id_notice_message"),
        ),
        sa.PrimaryKeyConstraint("notice_id", "channel", name=op.f("pk_notice_message_notice")),
    )
    op.create_index(
        op.f("ix_notice_message_notice_message_id"), "notice_message_notice", ["message_id"]
    )


def _if_there(role: str, statements: str) -> str:
    return (
        f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
        f" THEN {statements}; END IF; END $$"
    )
