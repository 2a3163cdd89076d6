"""Run Haven's migrations: `alembic -c infra/database/alembic.ini upgrade head`.

The address is, in this order, that of the caller's configuration, HAVEN_DATABASE_URL, or the file
`haven_database_url` in HAVEN_SECRETS_DIR. It names the role that owns the tables.
"""

import os
from pathlib import Path

from alembic import context
from sqlalchemy import Connection, create_engine, make_url, pool

from infra.database.metadata import metadata
from infra.database.migrations.scope import is_ours
from output_checker.adapters.database import notice_tables
from output_checker.adapters.database import tables as output_checker_tables
from portal.isolation import tables as isolation_tables
from portal.tokens import tables as token_tables
from registry.adapters.database import (
    application_tables,
    catalogue_tables,
    closure_tables,
    organisation_tables,
    sign_in_tables,
    traffic_tables,
    view_tables,
    workspace_tables,
)
from registry.adapters.database import tables as registry_tables

# Importing them is what puts their tables into the metadata.
MAPPED = (
    notice_tables, output_checker_tables, isolation_tables, token_tables, registry_tables,
    application_tables, closure_tables, organisation_tables, view_tables, workspace_tables,
    traffic_tables,
    catalogue_tables,
    sign_in_tables,
)  # fmt: skip


def database_url() -> str:
    if configured := context.config.get_main_option("sqlalchemy.url"):
        return configured
    if given := os.environ.get("HAVEN_DATABASE_URL"):
        return given
    secret = Path(os.environ.get("HAVEN_SECRETS_DIR", "/run/secrets")) / "haven_database_url"
    if secret.exists():
        return secret.read_text().strip()
    raise SystemExit("Set HAVEN_DATABASE_URL to the address of the database, as its owner")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_name=is_ours,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        # Two starts at once take turns; the second finds nothing left to do.
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7283000)")
        context.run_migrations()


given = context.config.attributes.get("connection")
if isinstance(given, Connection):
    migrate(given)
elif given is not None:
    with given.connect() as opened:
        migrate(opened)
else:
    address = make_url(database_url()).set(drivername="postgresql+psycopg")
    with create_engine(address, poolclass=pool.NullPool).connect() as opened:
        migrate(opened)
