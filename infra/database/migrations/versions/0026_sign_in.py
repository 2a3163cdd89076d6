"""Second factors, one sign-out for all sessions, and terms of use that are accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
RIGHTS = {
    "second_factor": "SELECT, INSERT, UPDATE, DELETE",
    "recovery_code": "SELECT, INSERT, UPDATE (used_at), DELETE",
    "sign_in_generation": "SELECT, INSERT, UPDATE",
    "provider_identity": "SELECT, INSERT",
    "sign_in_ticket": "SELECT, INSERT, DELETE",
    "terms_of_use": "SELECT, INSERT",
    # That somebody accepted is not taken back.
    "terms_acceptance": "SELECT, INSERT",
}


def upgrade() -> None:
    op.add_column("portal_session", sa.Column("second_factor_at", MOMENT, nullable=True))
    op.add_column("portal_session", sa.Column("bound_to", sa.Text(), nullable=True))
    op.add_column("portal_session", sa.Column("ended_because", sa.Text(), nullable=True))
    op.create_table(
        "second_factor",
        _username(),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        *_keys("second_factor", "username"),
    )
    op.create_table(
        "recovery_code",
        _username(),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        *_keys("recovery_code", "username", "code_hash"),
    )
    op.create_table(
        "sign_in_generation",
        _username(),
        sa.Column("generation", sa.Text(), nullable=False),
        sa.Column("vouched_at", MOMENT, nullable=True),
        *_keys("sign_in_generation", "username"),
    )
    _provider()
    _terms()
    for table, rights in RIGHTS.items():
        op.execute(f"GRANT {rights} ON {table} TO haven_app")


def downgrade() -> None:
    for table in reversed(RIGHTS):
        op.drop_table(table)
    for column in ("ended_because", "bound_to", "second_factor_at"):
        op.drop_column("portal_session", column)


def _provider() -> None:
    op.create_table(
        "provider_identity",
        _username(),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        *_keys("provider_identity", "username"),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_provider_identity_issuer_subject")),
    )
    op.create_table(
        "sign_in_ticket",
        sa.Column("ticket_hash", sa.Text(), nullable=False),
        _username(),
        sa.Column("expires_at", MOMENT, nullable=False),
        *_keys("sign_in_ticket", "ticket_hash"),
    )


def _terms() -> None:
    op.create_table(
        "terms_of_use",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_terms_of_use")),
    )
    op.create_table(
        "terms_acceptance",
        _username(),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=False),
        *_keys("terms_acceptance", "username", "version"),
        sa.ForeignKeyConstraint(
            ["version"],
            ["terms_of_use.version"],
            name=op.f("fk_terms_acceptance_version_terms_of_use"),
        ),
    )


def _username() -> sa.Column[str]:
    return sa.Column("username", sa.Text(), nullable=False)


def _keys(table: str, *columns: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["username"], ["person.username"], name=op.f(f"fk_{table}_username_person")
        ),
        sa.PrimaryKeyConstraint(*columns, name=op.f(f"pk_{table}")),
    )
