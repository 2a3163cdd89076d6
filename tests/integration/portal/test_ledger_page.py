"""The ledger as auditors look through it and take it along, on a real PostgreSQL."""

import json
import threading
import time

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from typer.testing import CliRunner

from output_checker.domain.ledger_export import entry_of, verify_export
from portal.cli import ledger as command

LINES = CliRunner()


@pytest.fixture
def lines(house):
    """Two changes of a project, and a request that was looked at."""
    house.change_project(title="One")
    house.change_project(title="Two")
    request = house.add_request()
    house.browser("checker1").get(f"/review/{request.request_id}")
    return request


@pytest.fixture
def at_the_database(house, monkeypatch):
    """The command, on connections of its own to the database of these tests."""
    engine = create_engine(house.engine.url)
    monkeypatch.setattr(command, "read_settings_or_stop", lambda: None)
    monkeypatch.setattr(command, "database", lambda _: (engine, sessionmaker(engine)))


def rows(page):
    return page.text.split("<tbody")[-1].count("<tr")


def test_lines_are_found_by_what_happened(house, lines):
    auditor = house.browser("auditor")

    assert (
        rows(auditor.get(f"/ledger?project={house.project_id}&event=registry.project_changed")) == 2
    )
    assert rows(auditor.get(f"/ledger?subject=request:{lines.request_id}")) == 1
    assert "No line is like that" in auditor.get("/ledger?actor=no-such-person").text


@pytest.mark.parametrize(
    ("days", "count"),
    [("since=2001-01-01&event=registry.project_changed", 2), ("until=2001-01-01", 0)],
)
def test_lines_are_found_by_when_it_happened(house, lines, days, count):
    page = house.browser("auditor").get(f"/ledger?project={house.project_id}&{days}")

    assert (rows(page) if "<tbody" in page.text else 0) == count


def test_a_date_that_is_none_is_said_beside_its_field(house):
    page = house.browser("auditor").get("/ledger?since=yesterday")

    assert page.status_code == 422
    assert page.text.count("Give the day as 2026-11-23") == 2
    assert 'value="yesterday"' in page.text


def test_the_numbers_behind_the_bars_stand_beside_them(house, lines):
    where = f"project={house.project_id}&event=registry.project_changed"

    page = house.browser("auditor").get(f"/ledger?{where}").text

    assert page.count("<rect") == 1
    assert "<title>" in page.split("<rect")[1]
    assert 'govuk-table__cell--numeric">2</td>' in page


def test_an_export_can_be_checked_by_itself_and_is_a_line_of_it(house, lines):
    answer = house.browser("auditor").get("/ledger.jsonl")

    taken = [entry_of(json.loads(line)) for line in answer.text.splitlines()]
    assert verify_export(taken).broken_at is None
    assert (taken[-1].event, taken[-1].actor) == ("ledger.exported", house.name("auditor"))
    assert "attachment" in answer.headers["content-disposition"]


def test_an_export_for_a_siem_has_its_fields(house, lines):
    answer = house.browser("auditor").get("/ledger.jsonl?ocsf=true&event=request.")

    assert all(json.loads(line)["class_uid"] == 3004 for line in answer.text.splitlines())


def test_the_command_prints_what_its_check_takes(house, lines, at_the_database, tmp_path):
    printed = LINES.invoke(command.app, ["export"])
    export = tmp_path / "ledger.jsonl"
    export.write_text(printed.stdout)

    checked = LINES.invoke(command.app, ["verify", "--file", str(export)])

    assert (printed.exit_code, checked.exit_code) == (0, 0), checked.output
    assert "as it was written" in checked.stdout


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("{}\n", 1, "no line of a ledger"),
        ("no json\n", 1, "no line of a ledger"),
        (None, 2, "not there"),
    ],
)
def test_a_file_that_is_no_export_is_said_to_be_none(tmp_path, text, status, words):
    file = tmp_path / "export.jsonl"
    if text is not None:
        file.write_text(text)

    checked = LINES.invoke(command.app, ["verify", "--file", str(file)])

    assert (checked.exit_code, words in checked.stderr) == (status, True)


def test_an_altered_export_is_broken_at_its_line(house, lines, tmp_path):
    text = house.browser("auditor").get("/ledger.jsonl").text
    file = tmp_path / "export.jsonl"
    file.write_text(text.replace("registry.project_changed", "registry.project_added", 1))

    checked = LINES.invoke(command.app, ["verify", "--file", str(file)])

    assert checked.exit_code == 1
    assert "broken at line" in checked.stderr


def test_watching_prints_a_line_as_soon_as_it_is_written(house, at_the_database, monkeypatch):
    seen = []

    def stop_when_seen(_):
        if seen:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", stop_when_seen)
    monkeypatch.setattr(command.typer, "echo", seen.append)
    writer = threading.Timer(0.2, house.change_project, kwargs={"title": "Three"})
    writer.start()

    LINES.invoke(command.app, ["watch", "--event", "registry."])

    writer.join()
    assert any("registry.project_changed" in line for line in seen)
