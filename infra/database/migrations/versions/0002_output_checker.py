"""Requests, votes, releases, links and the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What the portal and the worker may do; the owner alone may do more.
RIGHTS = {
    "release_request": "SELECT, INSERT, UPDATE",
    "output_file": "SELECT, INSERT",
    "output_image": "SELECT, INSERT",
    "review": "SELECT, INSERT",
    "ledger": "SELECT, INSERT",
    "release": "SELECT, INSERT, UPDATE (released_at)",
    "link": "SELECT, INSERT, UPDATE",
    "received": "SELECT, INSERT, UPDATE",
}
TABLES = tuple(RIGHTS)


def upgrade() -> None:
    _release_request()
    _output_file()
    _output_image()
    _review()
    _ledger()
    _release()
    _link()
    _received()
    _seal_the_ledger()
    _grants()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION refuse_ledger_change()")


def _release_request() -> None:
    op.create_table(
        "release_request",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("context", sa.Text(), nullable=False),
        sa.Column("recipients", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("snapshot_sha256", sa.Text(), nullable=False),
        sa.Column("required_reviews", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "required_reviews >= 2", name=op.f("ck_release_request_required_reviews")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_release_request")),
    )
    op.create_index(
        "ix_release_request_author", "release_request", ["author", "created_at"], unique=False
    )
    op.create_index(
        "ix_release_request_project_id_state",
        "release_request",
        ["project_id", "state"],
        unique=False,
    )


def _output_file() -> None:
    op.create_table(
        "output_file",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=True),
        sa.Column("findings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "preview", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_output_file_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_output_file")),
        sa.UniqueConstraint(
            "request_id", "turn", "position", name=op.f("uq_output_file_request_id_turn_position")
        ),
    )


def _output_image() -> None:
    op.create_table(
        "output_image",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["output_file.file_id"], name=op.f("fk_output_image_file_id_output_file")
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_output_image")),
    )


def _review() -> None:
    op.create_table(
        "review",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("vote", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("snapshot_sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_review_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", "turn", "checker", name=op.f("pk_review")),
    )


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("project", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("entry_hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger")),
    )


def _release() -> None:
    op.create_table(
        "release",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("record_sha256", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retain_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ledger_seq", sa.BigInteger(), nullable=False),
        sa.Column("ledger_hash", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_release_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_release")),
    )


def _link() -> None:
    op.create_table(
        "link",
        sa.Column("link_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allowed_downloads", sa.Integer(), nullable=False),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("downloads <= allowed_downloads", name=op.f("ck_link_downloads")),
        sa.ForeignKeyConstraint(
            ["file_id"], ["output_file.file_id"], name=op.f("fk_link_file_id_output_file")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_link_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_link")),
        sa.UniqueConstraint("file_id", "recipient", name=op.f("uq_link_file_id_recipient")),
    )
    op.create_index("ix_link_recipient", "link", ["recipient", "created_at"], unique=False)
    op.create_index("ix_link_request_id", "link", ["request_id"], unique=False)
    op.create_index(
        "uq_link_token_sha256",
        "link",
        ["token_sha256"],
        unique=True,
        postgresql_where=sa.text("token_sha256 IS NOT NULL"),
    )


def _received() -> None:
    op.create_table(
        "received",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column(
            "answer", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["release_request.request_id"],
            name=op.f("fk_received_request_id_release_request"),
        ),
        sa.PrimaryKeyConstraint(
            "project_id", "username", "name", "sha256", name=op.f("pk_received")
        ),
    )


def _grants() -> None:
    for table in TABLES:
        op.execute(f"GRANT {RIGHTS[table]} ON {table} TO haven_app")


def _seal_the_ledger() -> None:
    # The role's missing rights stop the application; this stops its owner's slips too.
    op.execute("""
        CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'The ledger is only ever added to' USING ERRCODE = '42501';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER ledger_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()
    """)
