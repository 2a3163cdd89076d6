"""`haven project apply` and its neighbours."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from registry.application import entitlements, queries
from registry.domain.release_terms import DatasetTerms

ROOT = Path(__file__).resolve().parents[3]

DESCRIPTOR = """
identifier: jobs-{tag}
title: Jobs
summary: Jobs of people
publisher: An office
version: "{version}"
unit: person
resources:
  - name: jobs
    path: jobs-{tag}/{version}/jobs.parquet
    schema: {{fields: [{{name: person, type: string, tre: {{role: entity}}}}]}}
tre: {{entity: person, sdc: {{policy: sacro-10}}}}
"""

PROJECT = """
people:
  - {{username: alice-{tag}, display_name: Alice, password: correct horse battery}}
  - {{username: carol-{tag}, display_name: Carol, roles: [auditor]}}
datasets: [{{descriptor: jobs.yaml}}]
project:
  id: pay-{tag}
  title: Pay
  ends_on: 2099-03-31
  policy: sacro-10
  members: [alice-{tag}]
  checkers: [alice-{tag}, carol-{tag}]
  grants: [{{dataset: jobs-{tag}, version: "1.0.0"}}]
"""


@pytest.fixture
def write(tmp_path, tag):
    def write(text=PROJECT, *, version="1.0.0", descriptor=DESCRIPTOR, person="a"):
        place = tmp_path / "datasets" / f"jobs-{tag}" / version / "jobs.parquet"
        place.parent.mkdir(parents=True, exist_ok=True)
        duckdb.sql(f"select '{person}' as person").write_parquet(str(place))
        (tmp_path / "jobs.yaml").write_text(descriptor.format(tag=tag, version=version))
        (tmp_path / "project.yaml").write_text(text.format(tag=tag))
        return str(tmp_path / "project.yaml")

    return write


def test_a_file_is_applied_and_a_second_run_changes_nothing(haven, write, tag, sessions):
    file = write()

    first = haven("project", "apply", file)
    second = haven("project", "apply", file)

    assert first.exit_code == 0, first.output
    assert first.stdout.splitlines() == [
        f"+ person alice-{tag} (Alice)",
        f"+ password of alice-{tag}",
        f"+ person carol-{tag} (Carol), auditor",
        f"+ dataset jobs-{tag} 1.0.0",
        f'+ project pay-{tag} "Pay" until 2099-03-31, pixel tier',
        f"+ member alice-{tag} of project pay-{tag}",
        f"+ checker alice-{tag} of project pay-{tag}",
        f"+ checker carol-{tag} of project pay-{tag}",
        f"+ grant jobs-{tag} 1.0.0 of project pay-{tag}",
    ]
    assert (second.exit_code, second.stdout) == (0, "no changes\n")
    assert f"nothing that alice-{tag} asks for can be released" in second.stderr
    with sessions() as session:
        found = queries.project(session, f"pay-{tag}")
        alice = queries.actor(session, f"alice-{tag}")
    assert found.ends_on == date(2099, 3, 31)
    assert found.open
    assert found.datasets[0].path == f"jobs-{tag}/1.0.0/jobs.parquet"
    assert found.datasets[0].evidence.entity == "person"
    assert (alice.member_of, alice.checks) == ((f"pay-{tag}",), (f"pay-{tag}",))


def test_every_change_is_one_line_of_the_ledger_and_none_holds_the_password(
    haven, write, tag, ledger_of
):
    output = haven("project", "apply", write()).stdout

    lines = ledger_of()
    assert len(lines) == len(output.splitlines())
    assert {line.actor for line in lines} == {"(host:tester)"}
    assert "registry.member_added" in {line.event for line in lines}
    assert "horse" not in str(lines)


def test_a_changed_file_shows_what_it_changes(haven, write, tag):
    haven("project", "apply", write())

    changed = PROJECT.replace("2099-03-31", "2099-06-30").replace(
        "checkers: [alice-{tag}, carol-{tag}]", "checkers: [carol-{tag}]"
    )
    output = haven("project", "apply", write(changed)).stdout

    assert output.splitlines() == [
        f"~ project pay-{tag}: ends on 2099-03-31 -> 2099-06-30",
        f"- checker alice-{tag} of project pay-{tag}",
    ]


def test_a_dry_run_changes_nothing(haven, write, tag, ledger_of):
    output = haven("project", "apply", write(), "--dry-run").output

    assert "nothing was changed" in output
    assert ledger_of() == []


@pytest.mark.parametrize(
    ("was", "now", "problem"),
    [
        ("members: [alice-{tag}]", "members: [alice-{tag}, nobody-{tag}]",
         "project.members[1]: nobody is registered as nobody-"),
        ("2099-03-31", "2020-03-31", "project.ends_on: is in the past"),
        ('version: "1.0.0"}}]', 'version: "9"}}]', "project.grants[0]: jobs-"),
        ("policy: sacro-10", "policy: nothing", "project.policy: no disclosure policy"),
        ("title: Pay", "titel: Pay", "project.titel: is not a known key"),
    ],
)  # fmt: skip
def test_a_wrong_file_changes_nothing_at_all(*, haven, write, ledger_of, was, now, problem):
    result = haven("project", "apply", write(PROJECT.replace(was, now)))

    assert result.exit_code == 2
    assert problem in result.output
    assert "nothing was changed" in result.output
    assert ledger_of() == []


def test_a_version_with_other_bytes_is_refused(haven, write, tag):
    haven("project", "apply", write())

    result = haven("project", "apply", write(person="b"))

    assert result.exit_code == 2
    assert "a version never changes" in result.output


def test_a_new_version_is_added_and_granted_in_place_of_the_old(haven, write, tag):
    haven("project", "apply", write())

    result = haven(
        "project", "apply", write(PROJECT.replace('"1.0.0"', '"1.1.0"'), version="1.1.0")
    )

    assert result.stdout.splitlines() == [
        f"+ dataset jobs-{tag} 1.1.0",
        f"- grant jobs-{tag} 1.0.0 of project pay-{tag}",
        f"+ grant jobs-{tag} 1.1.0 of project pay-{tag}",
    ]


def test_a_dataset_is_added_alone(haven, write, tag, tmp_path):
    write()

    first = haven("dataset", "add", str(tmp_path / "jobs.yaml"))
    second = haven("dataset", "add", str(tmp_path / "jobs.yaml"))

    assert first.output == f"+ dataset jobs-{tag} 1.0.0\n"
    assert second.output == "no changes\n"


def test_a_password_is_asked_for_and_set(haven, write, tag, ledger_of):
    haven("project", "apply", write())

    result = haven(
        "people", "set-password", f"carol-{tag}", typed="a much better one\na much better one\n"
    )
    weak = haven("people", "set-password", f"carol-{tag}", typed="short\nshort\n")

    assert result.exit_code == 0, result.output
    assert weak.exit_code == 2
    assert "must have 12" in weak.output
    assert "better one" not in result.output + str(ledger_of())


def test_no_database_is_said_in_words(haven, write, monkeypatch):
    monkeypatch.setenv("HAVEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    result = haven("project", "apply", write())

    assert result.exit_code == 3
    assert "The database does not answer" in result.output


def test_no_settings_are_said_in_words(haven, write, monkeypatch):
    monkeypatch.delenv("HAVEN_DATABASE_URL")

    result = haven("project", "apply", write())

    assert result.exit_code == 3
    assert "HAVEN_DATABASE_URL" in result.output


def test_two_administrators_at_once_make_each_change_once(haven, write, tag, ledger_of):
    file = write()
    command = [sys.executable, "-c", "from portal.cli.project import app; app()", "apply", file]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(3)]
    outputs = sorted(process.communicate(timeout=60)[0] for process in running)

    assert [process.returncode for process in running] == [0, 0, 0]
    assert outputs[1:] == [b"no changes\n"] * 2
    assert len(ledger_of()) == 9


def test_the_ledger_is_shown_and_verified(haven, write, tag):
    haven("project", "apply", write())

    shown = haven("ledger", "show", "--project", f"pay-{tag}")

    assert "registry.project_added" in shown.output
    assert len(shown.stdout.splitlines()) == 5


def test_the_database_refuses_to_take_apart_what_is_used(haven, write, tag, sessions):
    haven("project", "apply", write())

    with sessions() as session, pytest.raises(Exception, match=r"violates|permission denied"):
        session.execute(
            text("DELETE FROM dataset_version WHERE dataset_id = :id"), {"id": f"jobs-{tag}"}
        )


def test_nobody_is_an_actor_and_nothing_is_a_project(sessions, tag):
    with sessions() as session:
        assert queries.actor(session, f"nobody-{tag}") is None
        assert queries.project(session, f"nothing-{tag}") is None
        refusal = entitlements.is_entitled(session, f"nobody-{tag}", "x", datetime.now(UTC))

    assert refusal is entitlements.Refusal.NOT_A_MEMBER
    assert "not a member" in refusal.words


def test_what_a_release_asks_of_people_reaches_whoever_asks_the_registry(
    haven, write, tag, sessions
):
    terms = (
        "  release: {{reviews: 3, override: [alice-{tag}, carol-{tag}], "
        "owners: {{jobs-{tag}: [carol-{tag}]}}, "
        "conflicts: [{{checker: carol-{tag}, author: alice-{tag}}}]}}\n"
    )
    asking = DESCRIPTOR.replace(
        "policy: sacro-10}}", "policy: sacro-10}}, release: {{reviews: 4, owner_sign_off: true}}"
    )

    assert haven("project", "apply", write(PROJECT + terms, descriptor=asking)).exit_code == 0

    with sessions() as session:
        project = queries.project(session, f"pay-{tag}")
        carol = queries.actor(session, f"carol-{tag}")
    assert project.release.reviews == 3
    assert project.datasets[0].release == DatasetTerms(owner_sign_off=True, reviews=4)
    assert carol.overrides == (f"pay-{tag}",)
    assert carol.signs_off == ((f"pay-{tag}", f"jobs-{tag}"),)
    assert carol.conflicts == ((f"pay-{tag}", f"alice-{tag}"),)
