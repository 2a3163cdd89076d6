"""One history for one database, forwards and backwards, and the rights it leaves behind."""

import re

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import ProgrammingError

import output_checker.adapters.database.tables
import registry.adapters.database.tables
import registry.adapters.database.workspace_tables
from infra.database.metadata import metadata
from infra.database.migrations import scope
from tests.conftest import REPOSITORY

MAPPED = (
    output_checker.adapters.database.tables,
    registry.adapters.database.tables,
    registry.adapters.database.workspace_tables,
)


@pytest.fixture
def configuration(database):
    found = Config(str(REPOSITORY / "infra" / "database" / "alembic.ini"))
    found.set_main_option("sqlalchemy.url", database.owner_url)
    yield found
    command.upgrade(found, "head")


@pytest.fixture
def owner(database):
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture
def application(database):
    engine = create_engine(database.app_url)
    yield engine
    engine.dispose()


def test_there_is_one_line_of_revisions(configuration):
    script = ScriptDirectory.from_config(configuration)

    assert len(script.get_heads()) == 1
    assert len(script.get_bases()) == 1


@pytest.mark.usefixtures("_empty")
def test_every_revision_can_be_undone_and_done_again(configuration, owner):
    for revision in ScriptDirectory.from_config(configuration).walk_revisions():
        command.downgrade(configuration, revision.down_revision or "base")
        command.upgrade(configuration, revision.revision)
        command.downgrade(configuration, revision.down_revision or "base")

    with owner.connect() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
        left = connection.execute(
            text(
                "SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)"
                " + (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace"
                "    AND typtype = 'e')"
            )
        ).scalar()
    assert left == 0


def test_the_tables_are_those_the_code_maps(owner):
    assert MAPPED
    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": scope.is_ours,
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        assert compare_metadata(context, metadata) == []


def test_the_queues_schema_is_the_one_of_the_library_that_runs(owner):
    wanted = set(re.findall(r"CREATE FUNCTION (procrastinate_\w+)", SchemaManager.get_schema()))
    with owner.connect() as connection:
        there = set(
            connection.scalars(text("SELECT proname FROM pg_proc WHERE proname ~ '^procrastinate'"))
        )

    assert wanted == there


@pytest.mark.usefixtures("_empty")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET actor = 'eve'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "ALTER TABLE ledger DISABLE TRIGGER ALL",
        "DROP TABLE ledger",
        "DROP FUNCTION refuse_ledger_change CASCADE",
        "SET session_replication_role = replica",
        "UPDATE review SET vote = 'approve'",
        "DELETE FROM review",
        "UPDATE output_file SET sha256 = ''",
        "DELETE FROM release_request",
        "DELETE FROM release",
        "UPDATE release SET record = ''",
        "UPDATE release SET ledger_hash = ''",
        "CREATE TABLE mine (a int)",
    ],
)
def test_the_application_may_not(application, statement):
    with (
        application.connect() as connection,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.execute(text(statement))


@pytest.mark.usefixtures("_empty")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger SET actor = 'eve'", "DELETE FROM ledger", "TRUNCATE ledger"],
)
def test_not_even_the_owner_changes_the_ledger_by_a_slip(owner, statement):
    with owner.connect() as connection, pytest.raises(ProgrammingError, match="only ever added"):
        connection.execute(text(statement))
