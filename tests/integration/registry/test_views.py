"""From a grant that names a view to the file that projects share."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from portal.clock import SystemClock
from portal.ledger_lines import ledger_lines
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.adapters.views.maker import DuckDBMaker
from registry.application import queries
from registry.application.make_views import check_views, make_views
from registry.application.view_lists import copies_avoided, views
from registry.application.workspace_ports import Grant, Refused

DESCRIPTOR = """
identifier: people-{tag}
title: People
summary: People
publisher: An office
version: "1"
unit: person
resources:
  - name: people
    path: people-{tag}/1/people.parquet
    schema:
      fields:
        - {{name: person, type: string, tre: {{role: entity}}}}
        - {{name: nino, type: string, tre: {{role: direct_identifier}}}}
        - {{name: phone, type: string, tre: {{never_in_view: true}}}}
        - {{name: born, type: date, tre: {{role: quasi}}}}
        - {{name: note, type: string}}
tre: {{entity: person, identifiers: [nino], sdc: {{policy: sacro-10}}}}
"""
PROJECT = """
people: [{{username: alice-{tag}, display_name: Alice}}]
datasets: [{{descriptor: people.yaml}}]
project:
  id: {project}-{tag}
  title: Ages
  ends_on: 2099-03-31
  policy: sacro-10
  members: [alice-{tag}]
  grants:
    - dataset: people-{tag}
      version: "1"
      {view}
"""
BIRTH_YEAR = "view: {columns: [{name: birth_year, source: born, transform: year_of}]}"
NOTES = "view: {columns: [{source: note}]}"


class Desk:
    """A registry with a dataset of a hundred people, and what makes views of it."""

    def __init__(self, folder, haven, sessions, tag):
        self.folder, self.haven, self.sessions, self.tag = folder, haven, sessions, tag
        self.datasets = folder / "datasets"
        self.maker = DuckDBMaker(
            datasets_dir=self.datasets, views_dir=self.datasets / ".views", secret=b"k" * 32
        )
        place = self.datasets / f"people-{tag}" / "1" / "people.parquet"
        place.parent.mkdir(parents=True)
        duckdb.sql(
            "SELECT 'p' || i AS person, 'QQ123456C' AS nino, '0' AS phone,"
            " DATE '1950-01-01' + CAST(i AS INTEGER) * 30 AS born,"
            " CASE WHEN i = 0 THEN 'see QQ 12 34 56 C' ELSE 'fine' END AS note"
            " FROM range(100) t(i)"
        ).write_parquet(str(place))
        (folder / "people.yaml").write_text(DESCRIPTOR.format(tag=tag))

    def grant(self, project, view):
        written = PROJECT.format(tag=self.tag, project=project, view=view)
        (self.folder / "project.yaml").write_text(written)
        return self.haven("project", "apply", str(self.folder / "project.yaml"))

    def unit_of_work(self):
        return SqlUnitOfWork(self.sessions, record_on=ledger_lines(SystemClock()), key=b"k" * 32)

    def make(self):
        return make_views(self.unit_of_work, self.maker, SystemClock())

    def check(self):
        return check_views(self.unit_of_work, self.maker, SystemClock())

    def workspace(self, project):
        with self.unit_of_work() as uow:
            now = datetime(2026, 11, 23, tzinfo=UTC)
            return uow.workspaces.grant(f"alice-{self.tag}", f"{project}-{self.tag}", now)

    def file(self, project):
        (granted,) = self.workspace(project).datasets
        return self.datasets / granted.path

    def mine(self):
        with self.sessions() as session:
            return [one for one in views(session) if one.dataset_id == f"people-{self.tag}"]


@pytest.fixture
def desk(tmp_path, haven, sessions, tag):
    return Desk(tmp_path, haven, sessions, tag)


def test_a_workspace_waits_for_its_view_and_then_gets_its_folder_and_no_other(desk):
    applied = desk.grant("ages", BIRTH_YEAR)
    assert applied.exit_code == 0, applied.output
    waiting = desk.workspace("ages")

    desk.make()

    assert isinstance(waiting, Refused)
    assert waiting.code == "view_not_ready"
    granted = desk.workspace("ages")
    assert isinstance(granted, Grant)
    (source,) = granted.sources()
    assert source.startswith(f".views/people-{desk.tag}/1/")
    assert source.endswith("/data")
    assert [path.name for path in (desk.datasets / source).iterdir()] == ["people.parquet"]
    assert duckdb.sql(f"SELECT * FROM '{desk.file('ages')}'").columns == ["birth_year"]


def test_two_projects_with_one_view_share_one_inode_and_a_copy_is_spared(desk):
    with desk.sessions() as session:
        before = copies_avoided(session)
    desk.grant("ages", BIRTH_YEAR)
    desk.grant("years", BIRTH_YEAR)
    desk.make()

    one, other = desk.file("ages"), desk.file("years")

    assert one.stat().st_ino == other.stat().st_ino
    with desk.sessions() as session:
        after = copies_avoided(session)
    assert after.copies == before.copies + 1
    assert after.size_bytes == before.size_bytes + one.stat().st_size


def test_a_view_is_made_once_and_the_ledger_says_so(desk, ledger_of):
    desk.grant("ages", BIRTH_YEAR)

    # Other tests leave views behind that wait.
    assert desk.make() >= 1
    assert desk.make() == 0

    (line,) = [one for one in ledger_of() if one.event == "registry.view_made"]
    assert line.details["rows"] == "100"
    assert line.details["is_clean"] == "True"


def test_a_view_with_values_like_identifiers_is_given_only_when_somebody_says_why(desk, ledger_of):
    desk.grant("notes", NOTES)
    desk.make()
    withheld = desk.workspace("notes")
    (line,) = desk.mine()

    overridden = desk.haven(
        "views", "override", f"people-{desk.tag}", "1", line.digest[:12], "--reason", "A test's own"
    )

    assert isinstance(withheld, Refused)
    assert line.state == "withheld"
    (shaped,) = line.findings.shaped
    assert (shaped.column, shaped.kind, shaped.rows) == ("note", "National Insurance number", 1)
    assert shaped.share == pytest.approx(0.01)
    assert overridden.exit_code == 0, overridden.output
    assert isinstance(desk.workspace("notes"), Grant)
    (said,) = [one for one in ledger_of() if one.event == "registry.view_overridden"]
    assert (said.actor, said.details["reason"]) == ("(host:tester)", "A test's own")
    listed = desk.haven("views", "list").stdout
    assert "note: 1.00% look like a National Insurance number" in listed
    assert "QQ" not in listed


def test_a_clean_view_has_nothing_to_override(desk):
    desk.grant("ages", BIRTH_YEAR)
    desk.make()
    (line,) = desk.mine()

    refused = desk.haven(
        "views", "override", f"people-{desk.tag}", "1", line.digest, "--reason", "none"
    )

    assert refused.exit_code == 2


def test_a_view_whose_file_was_changed_is_given_to_nobody(desk):
    desk.grant("ages", BIRTH_YEAR)
    desk.make()
    file = desk.file("ages")
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b"x")

    # Files of other tests are gone as well.
    assert desk.check() >= 1
    assert isinstance(desk.workspace("ages"), Refused)
    assert desk.mine()[0].state == "failed"
    assert not file.exists()


def test_a_view_that_cannot_be_made_says_why_and_is_not_tried_again(desk):
    desk.grant("ages", BIRTH_YEAR)
    source = desk.datasets / f"people-{desk.tag}" / "1" / "people.parquet"
    source.write_bytes(source.read_bytes() + b"x")

    # Other tests leave views behind that wait.
    assert desk.make() >= 1
    assert desk.make() == 0

    assert desk.mine()[0].failure == "the source is not the file that was registered"
    assert isinstance(desk.workspace("ages"), Refused)


def test_what_was_in_the_way_is_put_right_and_the_view_is_tried_again(desk):
    desk.grant("ages", BIRTH_YEAR)
    source = desk.datasets / f"people-{desk.tag}" / "1" / "people.parquet"
    registered = source.read_bytes()
    source.write_bytes(registered + b"x")
    desk.make()
    source.write_bytes(registered)
    (line,) = desk.mine()

    asked = desk.haven("views", "again", f"people-{desk.tag}", "1", line.digest[:12])
    desk.make()

    assert asked.exit_code == 0, asked.output
    assert isinstance(desk.workspace("ages"), Grant)
    twice = desk.haven("views", "again", f"people-{desk.tag}", "1", line.digest[:12])
    assert twice.exit_code == 2


@pytest.mark.parametrize(
    ("view", "problem"),
    [
        ("", "nobody is given phone"),
        ("view: {columns: [{source: nino}]}", "view.columns[0].transform: must be hash"),
        ("view: {columns: [{source: pay}]}", "view.columns[0].source: is no column of"),
    ],
)
def test_a_grant_of_what_nobody_may_have_is_refused_with_its_place(desk, view, problem):
    refused = desk.grant("ages", view)

    assert refused.exit_code == 2
    assert problem in refused.stderr


def test_another_view_in_place_of_one_is_another_grant(desk):
    desk.grant("ages", BIRTH_YEAR)

    changed = desk.grant("ages", NOTES)

    assert [line[:9] for line in changed.stdout.splitlines()] == ["- grant p", "+ grant p"]
    with desk.sessions() as session:
        (granted,) = queries.project(session, f"ages-{desk.tag}").datasets
        digests = session.scalars(
            text("SELECT digest FROM dataset_view WHERE dataset_id = :id"),
            {"id": f"people-{desk.tag}"},
        ).all()
    assert granted.view_digest in digests
    assert Path(granted.path).parent.name == "data"
