"""The administrator's commands on a real PostgreSQL."""

import os
import uuid

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from typer.testing import CliRunner

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from portal.cli.main import AT_THE_DATABASE


@pytest.fixture(scope="module")
def registry_database_url(request):
    """A PostgreSQL that runs already may be named instead of starting one."""
    if named := os.environ.get("HAVEN_TEST_DATABASE_URL"):
        return named
    return request.getfixturevalue("app_database_url")


@pytest.fixture
def sessions(registry_database_url):
    engine = create_engine(registry_database_url)
    yield sessionmaker(engine)
    engine.dispose()


@pytest.fixture
def tag():
    return uuid.uuid4().hex[:8]


@pytest.fixture
def ledger_of(sessions, tag):
    def ledger_of():
        with SqlUnitOfWork(sessions) as uow:
            return [
                entry
                for entry in uow.ledger.all()
                if tag in f"{entry.actor} {entry.subject} {entry.project}"
            ]

    return ledger_of


@pytest.fixture
def haven(registry_database_url, tmp_path, monkeypatch):
    """Run a command as an administrator would."""
    datasets = tmp_path / "datasets"
    datasets.mkdir()
    monkeypatch.setenv("HAVEN_DATABASE_URL", registry_database_url)
    monkeypatch.setenv("HAVEN_DATASETS_DIR", str(datasets))
    monkeypatch.setenv("HAVEN_ACTOR", "host:tester")
    monkeypatch.chdir(tmp_path)

    def haven(command, *arguments, typed=None):
        from importlib import import_module

        known = AT_THE_DATABASE[command]
        app = getattr(import_module(known.module), known.attribute)
        return CliRunner().invoke(app, list(arguments), input=typed)

    return haven
