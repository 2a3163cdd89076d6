"""`haven workspaces` and `haven usage`."""

import json
import uuid

import pytest

from portal.clock import SystemClock
from portal.ledger_lines import ledger_lines
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.application.queries import why_egress_is_frozen
from registry.application.start_workspace import start_workspace

PROJECT = """
people: [{{username: alice-{tag}, display_name: Alice}}]
project:
  {{id: pay-{tag}, title: Pay, ends_on: 2099-03-31, policy: sacro-10, members: [alice-{tag}]}}
"""


@pytest.fixture
def project(haven, tag, tmp_path):
    path = tmp_path / "project.yaml"
    path.write_text(PROJECT.format(tag=tag))
    assert haven("project", "apply", str(path)).exit_code == 0
    return f"pay-{tag}"


@pytest.fixture
def _started(project, sessions, tag):
    clock = SystemClock()
    uow = SqlUnitOfWork(sessions, record_on=ledger_lines(clock), key=b"k")
    start_workspace(
        uow, clock, username=f"alice-{tag}", project_id=project, started_id=uuid.uuid4().hex
    )


def test_a_freeze_is_listed_and_thawed(haven, project, ledger_of):
    frozen = haven(
        "workspaces", "freeze", "--reason", "Maintenance", "--project", project, "--new-only"
    )
    listed = haven("workspaces", "list", "--project", project)
    thawed = haven("workspaces", "thaw", "--project", project)
    again = haven("workspaces", "thaw", "--project", project)

    assert (frozen.exit_code, thawed.exit_code, again.exit_code) == (0, 0, 2)
    assert f"frozen   {project}  new, since" in listed.output
    assert "by (host:tester): Maintenance" in listed.output
    events = [line.event for line in ledger_of()]
    assert events[-2:] == ["registry.workspaces_frozen", "registry.workspaces_thawed"]


def test_all_that_leaves_is_stopped_and_let_go_again(haven, project, ledger_of, sessions):
    frozen = haven("freeze", "--reason", "An incident", "--project", project)
    with sessions() as session:
        why = why_egress_is_frozen(session, project)
    listed = haven("workspaces", "list", "--project", project)
    thawed = haven("unfreeze", "--project", project)
    again = haven("unfreeze", "--project", project)

    assert (frozen.exit_code, thawed.exit_code, again.exit_code) == (0, 0, 2)
    assert why == "Nothing of this project leaves at present: An incident"
    assert "An incident" not in listed.output
    events = [line.event for line in ledger_of()]
    assert events[-2:] == ["registry.egress_frozen", "registry.egress_thawed"]


@pytest.mark.usefixtures("_started")
def test_a_running_workspace_is_listed_and_stopped(haven, project, tag, ledger_of):
    listed = haven("workspaces", "list", "--project", project)
    stopped = haven("workspaces", "stop", f"alice-{tag}", project)

    assert f"running  alice-{tag}  {project}  pixel  2 CPU, 4 GiB" in listed.output
    assert stopped.exit_code == 0
    assert ledger_of()[-1].event == "registry.workspace_stop_asked"


def test_what_is_not_there_is_said_in_words(haven, project, tag):
    stopped = haven("workspaces", "stop", f"alice-{tag}", project)
    frozen = haven("workspaces", "freeze", "--reason", "r", "--project", "no-such-project")

    assert (stopped.exit_code, frozen.exit_code) == (2, 2)
    assert "no such running workspace" in stopped.output
    assert "No project is registered as no-such-project" in frozen.output


@pytest.mark.usefixtures("_started")
@pytest.mark.parametrize("format_", ["text", "csv", "json"])
def test_usage_is_printed_in_three_ways(haven, project, tag, format_):
    said = haven("usage", "--project", project, "--format", format_).output

    assert f"alice-{tag}" in said
    if format_ == "json":
        assert json.loads(said)[0]["starts"] == 1


def test_a_month_that_is_none_is_refused(haven):
    assert haven("usage", "--month", "soon").exit_code == 2
