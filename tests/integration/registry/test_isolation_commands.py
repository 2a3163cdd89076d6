"""`haven isolation`: what the probes need of the database, and what a hole does."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from infra.probes import signed
from portal.clock import SystemClock
from portal.ledger_lines import ledger_lines
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.application.start_workspace import start_workspace
from registry.application.workspace_ports import Grant

PROJECT = """
people: [{{username: alice-{tag}, display_name: Alice}}, {{username: prober, display_name: P}}]
project:
  {{id: pay-{tag}, title: Pay, ends_on: 2099-03-31, policy: sacro-10, members: [alice-{tag}]}}
"""


@pytest.fixture
def file(tag, tmp_path):
    path = tmp_path / "project.yaml"
    path.write_text(PROJECT.format(tag=tag))
    return path


@pytest.fixture
def staged(haven, file, tag):
    assert haven("isolation", "stage", str(file)).exit_code == 0
    return f"pay-{tag}"


@pytest.fixture
def members(sessions, staged):
    def members():
        query = text("SELECT username FROM project_member WHERE project_id = :id ORDER BY 1")
        with sessions() as session:
            return list(session.scalars(query, {"id": staged}))

    return members


@pytest.fixture
def start(sessions, staged):
    def start(username):
        clock = SystemClock()
        uow = SqlUnitOfWork(sessions, record_on=ledger_lines(clock), key=b"k")
        started = uuid.uuid4().hex
        return start_workspace(uow, clock, username=username, project_id=staged, started_id=started)

    return start


@pytest.fixture
def result(tmp_path, haven, database):
    def result(state):
        probes = [{"probe_id": "N01", "state": state}]
        payload = {"at": datetime.now(UTC).isoformat(), "version": "1", "image": "sha256:0",
                   "tier": "browser", "whole": True, "probes": probes}  # fmt: skip
        path = tmp_path / "result.json"
        path.write_text(json.dumps(signed.sign(payload, signed.new_key())))
        return str(path)

    yield result
    haven("workspaces", "thaw")
    database.as_superuser("DELETE FROM probe_run")


def test_the_prober_joins_a_project_for_a_run_and_leaves_it(haven, staged, members, ledger_of, tag):
    assert haven("isolation", "admit", staged, "prober").exit_code == 0
    joined = members()
    assert haven("isolation", "dismiss", staged, "prober").exit_code == 0

    assert joined == [f"alice-{tag}", "prober"]
    assert members() == [f"alice-{tag}"]
    events = [entry.event for entry in ledger_of()]
    assert events[-2:] == ["registry.prober_admitted", "registry.prober_dismissed"]


@pytest.mark.parametrize(
    "command",
    [("admit", "no-such-project", "prober"), ("dismiss", "no-such-project", "prober")],
)
def test_a_project_that_is_not_there_is_said_to_be(haven, command):
    answer = haven("isolation", *command)

    assert answer.exit_code == 2
    assert "no-such-project" in answer.output


def test_nobody_unknown_is_admitted(haven, staged, members, tag):
    assert haven("isolation", "admit", staged, "mallory").exit_code == 2
    assert members() == [f"alice-{tag}"]


def test_a_project_that_ends_at_once_opens_no_more_workspaces(haven, staged, file, start, tag):
    assert isinstance(start(f"alice-{tag}"), Grant)

    assert haven("isolation", "stage", str(file), "--end", staged).exit_code == 0

    assert not isinstance(start(f"alice-{tag}"), Grant)


def test_a_hole_freezes_new_workspaces_of_everybody_but_the_probers(
    haven, staged, start, result, tag
):
    haven("isolation", "admit", staged, "prober")
    assert isinstance(start(f"alice-{tag}"), Grant)

    recorded = haven("isolation", "record", result("OPEN"))

    assert "1 open" in recorded.output
    refused = start(f"alice-{tag}")
    assert not isinstance(refused, Grant)
    assert "N01" in refused.words
    assert isinstance(start("prober"), Grant)


@pytest.mark.parametrize("told", [("OPEN", "--no-freeze"), ("shut", "--freeze")])
def test_nothing_is_frozen_without_a_hole_or_against_the_policy(haven, start, result, tag, told):
    state, policy = told
    assert haven("isolation", "record", policy, result(state)).exit_code == 0

    assert isinstance(start(f"alice-{tag}"), Grant)


def test_a_changed_result_is_refused(haven, staged, result, tmp_path):
    path = result("OPEN")
    (tmp_path / "result.json").write_text(
        (tmp_path / "result.json").read_text().replace("OPEN", "shut")
    )

    refused = haven("isolation", "record", path)

    assert refused.exit_code == 2
    assert "changed after it was signed" in refused.output
