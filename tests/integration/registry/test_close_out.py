"""`haven closure`: when a project's files may go, and the certificate of it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.application import closure_queries

FILE = """
project:
  id: pay-{tag}
  title: Pay
  ends_on: 2099-03-31
  policy: sacro-10
  closed: {closed}
  closure: {{mode: destroy, retain_days: {days}}}
"""


@pytest.fixture
def applied(haven, tmp_path, tag):
    def applied(*, closed="true", days=0):
        path = tmp_path / "project.yaml"
        path.write_text(FILE.format(tag=tag, closed=closed, days=days))
        result = haven("project", "apply", str(path))
        assert result.exit_code == 0, result.output
        return result.stdout

    return applied


@pytest.fixture
def certificate(tmp_path, tag):
    def certificate(mode="destroy"):
        files = [{"folder": "homes", "of": "ada", "sha256": "a" * 64, "bytes": 12}]
        path = tmp_path / "certificate.json"
        path.write_text(json.dumps({"project": f"pay-{tag}", "mode": mode, "files": files}))
        return path

    return certificate


def events(ledger_of):
    return [line.event for line in ledger_of()]


def test_a_closed_projects_files_may_go_once_their_days_are_over(haven, applied, tag):
    assert f"project pay-{tag}: closure None -> destroy after 0 days" in applied()

    result = haven("closure", "plan", f"pay-{tag}")

    assert json.loads(result.stdout) == {"project": f"pay-{tag}", "mode": "destroy"}


@pytest.mark.parametrize(
    ("how", "why"),
    [({"closed": "false"}, "open until 2099"), ({"days": 30}, "files are kept until")],
)
def test_before_that_nothing_may_be_done_nor_recorded(
    *, haven, applied, certificate, tag, ledger_of, how, why
):
    applied(**how)

    assert why in haven("closure", "plan", f"pay-{tag}").stderr
    result = haven("closure", "record", str(certificate()))
    assert (result.exit_code, why in result.stderr) == (2, True)
    assert "registry.project_files_destroy" not in events(ledger_of)


def test_the_certificate_is_kept_with_its_hash_in_the_ledger(
    *, haven, applied, certificate, tag, sessions, ledger_of
):
    applied()
    path = certificate()

    first = haven("closure", "record", str(path))
    second = haven("closure", "record", str(path))

    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert digest in first.stdout
    [line] = [one for one in ledger_of() if one.event == "registry.project_files_destroy"]
    assert dict(line.details) == {"files": "1", "bytes": "12", "certificate": digest}
    with sessions() as session:
        kept = closure_queries.latest(session, f"pay-{tag}")
    assert kept.document == path.read_text()


def test_what_was_done_must_be_what_the_project_says(haven, applied, certificate):
    applied()

    result = haven("closure", "record", str(certificate("archive")))

    assert result.exit_code == 2
    assert "destroy after 0 days" in result.stderr


def test_the_days_count_from_the_day_it_was_closed_and_anew_when_opened(
    haven, applied, tag, sessions
):
    def closed_on():
        with sessions() as session:
            found = text("SELECT closed_on FROM project WHERE project_id = :name")
            return session.scalar(found, {"name": f"pay-{tag}"})

    today = datetime.now(UTC).date()
    applied(closed="true", days=1)
    assert closed_on() == today
    with sessions() as session:
        earlier = text("UPDATE project SET closed_on = :day WHERE project_id = :name")
        session.execute(earlier, {"day": today - timedelta(days=1), "name": f"pay-{tag}"})
        session.commit()

    applied(closed="true", days=2)
    assert closed_on() == today - timedelta(days=1)
    applied(closed="false", days=2)
    assert closed_on() is None
    applied(closed="true", days=2)
    assert closed_on() == today


def test_no_certificate_is_changed_or_deleted_by_the_application(sessions):
    for statement in ("DELETE FROM closure_certificate", "UPDATE closure_certificate SET files=0"):
        with sessions() as session, pytest.raises(ProgrammingError, match="permission denied"):
            session.execute(text(statement))


def test_of_no_project_nothing_is_done(haven):
    assert haven("closure", "plan", "nowhere").exit_code == 2
