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
from sqlalchemy.orm import sessionmaker

import output_checker.adapters.database.tables
import registry.adapters.database.application_tables
import registry.adapters.database.tables
import registry.adapters.database.view_tables
import registry.adapters.database.workspace_tables
from infra.database.metadata import metadata
from infra.database.migrations import scope
from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from output_checker.domain.actor import WORKER
from tests.conftest import REPOSITORY

MAPPED = (
    output_checker.adapters.database.tables,
    registry.adapters.database.application_tables,
    registry.adapters.database.tables,
    registry.adapters.database.view_tables,
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


OLDER_ROWS = """
    INSERT INTO release_request (request_id, project_id, author, policy, state, version, turn,
        context, recipients, verdict, snapshot_sha256, required_reviews, message, created_at,
        updated_at)
    SELECT id, 'pay', 'ada', 'sacro-10', 'submitted', 1, 1, 'Mean pay', '["ada"]', 'pass', 's', 2,
        '', now(), now() FROM unnest(ARRAY['voted', 'unvoted']) id;
    INSERT INTO output_file (file_id, request_id, turn, position, name, sha256, size_bytes, verdict,
        findings, previews)
    SELECT id || '-file', id, 1, 0, 'a.csv', 'bytes', 1, 'pass', '[]', '[]'
    FROM unnest(ARRAY['voted', 'unvoted']) id;
    INSERT INTO review (request_id, turn, checker, vote, comment, snapshot_sha256, at)
    VALUES ('voted', 1, 'ben', 'approve', '', 's', now())
"""


@pytest.mark.usefixtures("_empty")
def test_what_is_in_review_keeps_its_votes_and_is_not_asked_anew(configuration, owner, application):
    command.downgrade(configuration, "0010")
    with owner.begin() as connection:
        connection.execute(text(OLDER_ROWS))
    command.upgrade(configuration, "head")

    with SqlUnitOfWork(sessionmaker(application)) as uow:
        requests = {
            name: uow.requests.get(name, visible_to=WORKER) for name in ("voted", "unvoted")
        }
        [vote] = uow.reviews.of("voted")
        [file] = uow.files.of("voted", turn=1)
    assert {name: one.state.value for name, one in requests.items()} == {
        "voted": "review",
        "unvoted": "submitted",
    }
    assert vote.approves_all([file])
    assert vote.is_blind
    assert requests["voted"].context == "Mean pay"
    assert requests["voted"].groups[0].why_incomplete() is None
    assert requests["voted"].due_at is None
    assert file.may_leave


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
