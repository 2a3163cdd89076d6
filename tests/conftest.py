"""Real parts for tests: PostgreSQL and the S3 store from Haven's own images.

They start once a test session, on loopback, and are removed at its end.
"""

import os
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from infra import engine, images, suite
from infra.shell import run, succeeds
from tests.examples import FAST
from tests.waiting import eventually

# A shared machine is slow now and then; a slow example is not a wrong one.
settings.register_profile("suite", deadline=None)
settings.register_profile(FAST, deadline=None, max_examples=10)
settings.load_profile("suite")

pytest_plugins = [
    "tests.installation",
    "tests.secured",
    "tests.chromium",
    "tests.side_by_side",
]

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A fresh, migrated database.

    Attributes:
        owner_url: As the role that owns the tables.
        app_url: As the role that the portal and the worker use.
        notifier_url: As the role of the process that sends notices out.
        container: For `psql` as the superuser, inside.
    """

    owner_url: str
    app_url: str
    notifier_url: str
    container: str

    def as_superuser(self, sql: str, *, database: str = "haven") -> str:
        return run("docker", "exec", "-i", self.container, "psql", "--host=/tmp",
                   "--username=postgres", f"--dbname={database}", "--quiet", "--tuples-only",
                   "--no-align", "--set=ON_ERROR_STOP=1", stdin=sql.encode())  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A running S3 server, host:port, with the keys of its two identities."""

    endpoint: str
    worker_keys: tuple[str, str]
    portal_keys: tuple[str, str]


FIGURES = "figure"
DATABASE_PASSWORDS = {
    "owner_password": "owner-test",
    "app_password": "app-test",
    "hub_password": "hub",
    "notifier_password": "notifier-test",
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests measured besides what they assert."""
    # A test's last phase holds what all its phases recorded.
    ended = [one for one in terminalreporter.getreports("") if one.when == "teardown"]
    for report in ended:
        for name, value in report.user_properties:
            if name == FIGURES:
                terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2]}: {value}")


@pytest.fixture(autouse=True)
def no_settings_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test sees the settings it makes, whatever the shell that runs the suite has set."""
    for name in [name for name in os.environ if name.startswith("HAVEN_")]:
        if name != "HAVEN_TEST_DATABASE_URL":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def docker_engine() -> None:
    engine.ensure_running()
    for image in images.missing():
        images.build(image)


@contextmanager
def service(
    image: str, port: int, secrets: dict[str, str], folder: Path
) -> Iterator[tuple[str, int]]:
    folder.chmod(0o755)
    for name, value in secrets.items():
        (folder / name).write_text(value)
        (folder / name).chmod(0o444)
    name = f"{suite.NAME}-unit-{uuid.uuid4().hex[:12]}"
    run("docker", "run", "--detach", "--rm", "--name", name, "--publish", f"127.0.0.1::{port}",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--read-only",
        "--tmpfs", "/tmp:mode=1777", "--shm-size", "128m",
        "--volume", f"{folder}:/run/secrets:ro", "--volume", f"/var/lib/{image}",
        images.tag(image))  # fmt: skip
    try:
        address = run("docker", "port", name, str(port)).splitlines()[0]
        yield name, int(address.rsplit(":", 1)[1])
    finally:
        subprocess.run(
            ["docker", "rm", "--force", "--volumes", name], capture_output=True, check=False
        )


@pytest.fixture(scope="session")
def database_server(
    docker_engine: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """PostgreSQL with a migrated database, and a copy of it that stays as it is."""
    folder = tmp_path_factory.mktemp("database-secrets")
    with service("database", 5432, DATABASE_PASSWORDS, folder) as (name, port):
        eventually(lambda: succeeds(["docker", "exec", name, "pg_isready", "--host=127.0.0.1"]))
        url = "postgresql+psycopg://{}:{}@127.0.0.1:" + str(port) + "/haven"
        owner_url = url.format("haven_owner", "owner-test")
        migrate(owner_url)
        server = Database(
            owner_url=owner_url,
            app_url=url.format("haven_app", "app-test"),
            notifier_url=url.format("haven_notifier", "notifier-test"),
            container=name,
        )
        server.as_superuser("CREATE DATABASE untouched TEMPLATE haven", database="postgres")
        yield server


@pytest.fixture(scope="module")
def database(database_server: Database) -> Database:
    """A module's own: what another has left behind neither slows nor disturbs it."""
    for sql in (
        "DROP DATABASE haven WITH (FORCE)",
        "CREATE DATABASE haven TEMPLATE untouched OWNER haven_owner",
    ):
        database_server.as_superuser(sql, database="postgres")
    return database_server


def migrate(owner_url: str, revision: str = "head") -> None:
    from alembic import command
    from alembic.config import Config

    configuration = Config(str(REPOSITORY / "infra" / "database" / "alembic.ini"))
    configuration.set_main_option("sqlalchemy.url", owner_url)
    command.upgrade(configuration, revision)


@pytest.fixture(scope="module")
def database_url(database: Database) -> str:
    return database.owner_url


@pytest.fixture(scope="module")
def app_database_url(database: Database) -> str:
    return database.app_url


@pytest.fixture(scope="session")
def store(docker_engine: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    keys = {
        "worker_access_key": "worker-access",
        "worker_secret_key": "worker-secret-0123456789",
        "portal_access_key": "portal-access",
        "portal_secret_key": "portal-secret-0123456789",
    }
    with service("store", 8333, keys, tmp_path_factory.mktemp("store-secrets")) as (name, port):
        eventually(lambda: succeeds(["docker", "exec", name, "/usr/local/bin/store-ready"]))
        yield Store(
            endpoint=f"127.0.0.1:{port}",
            worker_keys=(keys["worker_access_key"], keys["worker_secret_key"]),
            portal_keys=(keys["portal_access_key"], keys["portal_secret_key"]),
        )
