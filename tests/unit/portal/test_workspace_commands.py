"""`haven submit`, `status` and `withdraw`, with a worker that answers from a thread."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from output_checker.domain.manifest import parse
from portal.cli import main as haven
from portal.cli import workspace
from tests.unit.portal.workspace_place import an_answer

ROOT = Path(__file__).resolve().parents[3]
FINDING = {
    "rule": "threshold",
    "verdict": "fail",
    "cell": {"region": "north"},
    "where": "row 2, column 'n'",
    "reason": "3 people; 10 are asked for",
    "statbarn": None,
}


def submit(*arguments):
    return workspace.submit(arguments, "haven submit")


@pytest.mark.parametrize(("verdict", "status"), [("pass", 0), ("review", 10), ("fail", 20)])
def test_the_exit_status_is_the_verdict(place, verdict, status):
    place.answer_with(an_answer(verdict))

    assert submit("t.csv", "--context", "Mean pay") == status


def test_the_manifest_says_what_was_asked(place, tmp_path):
    (tmp_path / "spec.json").write_text('{"rows": ["region"]}')
    place.answer_with(an_answer())

    submit(str(place.outputs / "t.csv"), "--context", "Mean pay", "--recipient", "bob",
           "--dataset", "jobs", "--spec", str(tmp_path / "spec.json"))  # fmt: skip

    assert place.manifests == [
        {
            "version": 1,
            "action": "submit",
            "files": [{"path": "t.csv", "spec": {"rows": ["region"]}, "dataset": "jobs"}],
            "context": "Mean pay",
            "recipients": ["bob"],
        }
    ]


def test_findings_are_shown_in_a_table(place, capsys):
    place.answer_with(an_answer("fail", state="draft", findings=[FINDING]))

    status = submit("t.csv", "--check")

    shown = capsys.readouterr().out
    assert status == 20
    assert "threshold" in shown
    assert "3 people; 10 are asked for" in shown
    assert "Request ffffffff is draft." in shown


def test_an_answer_cannot_steer_the_terminal(place, capsys):
    place.answer_with(an_answer(message="\x1b]0;evil\x07 hello"))

    submit("t.csv", "--context", "x")

    assert "\x1b]" not in capsys.readouterr().out


def test_a_refused_manifest_is_a_wrong_command(place, capsys):
    place.answer_with(
        an_answer(None, state="refused", report=None, request_id=None, message="files: none")
    )

    assert submit("t.csv") == 2
    assert "files: none" in capsys.readouterr().out


def test_an_answer_without_a_verdict_is_not_a_pass(place):
    place.answer_with(an_answer(None, report=None))

    assert submit("t.csv", "--context", "x") == 20


def test_no_answer_is_said_and_is_not_a_pass(place, monkeypatch, capsys):
    monkeypatch.setenv("HAVEN_WAIT_SECONDS", "0.2")

    assert submit("t.csv", "--context", "x") == 3
    assert "haven status" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["none.csv", "../x.csv", "/etc/passwd"])
def test_a_file_from_elsewhere_is_refused_before_anything_is_sent(place, tmp_path, name, capsys):
    (tmp_path / "x.csv").write_text("x")

    assert submit(name, "--context", "x") == 2
    assert not (place.outputs / ".haven").exists()
    assert name in capsys.readouterr().err


def test_json_is_the_whole_answer(place, capsys):
    place.answer_with(an_answer("review"))

    submit("t.csv", "--context", "x", "--format", "json")

    assert json.loads(capsys.readouterr().out)["verdict"] == "review"


def test_context_comes_from_a_file_or_from_the_line_but_not_from_both(place, tmp_path):
    (tmp_path / "context.txt").write_text("From a file")
    place.answer_with(an_answer())

    assert submit("t.csv", "--context", "a", "--context-file", str(tmp_path / "context.txt")) == 2
    assert submit("t.csv", "--context-file", str(tmp_path / "context.txt")) == 0
    assert place.manifests[0]["context"] == "From a file"


def test_a_returned_request_is_submitted_again_by_the_beginning_of_its_id(place):
    place.publish(state="returned")
    place.answer_with(an_answer())

    submit("t.csv", "--context", "x", "--request", "ffff")

    assert place.manifests[0]["request_id"] == "f" * 32


def test_status_shows_states_messages_and_links(place, capsys):
    place.publish(
        message="Two approvals",
        verdict="pass",
        links=[{"file": "t.csv", "recipient": "alice", "address": "http://h/collect/x"},
               {"file": "t.csv", "recipient": "bob", "address": None}],
    )  # fmt: skip
    (place.run / "requests" / "broken.json").write_text("{")

    assert workspace.status([], "haven status") == 0

    shown = capsys.readouterr().out
    assert "ffffffff  released       pass" in shown
    assert "t.csv for alice: http://h/collect/x" in shown
    assert "t.csv for bob: see the portal" in shown


def test_status_without_requests_says_how_to_begin(place, capsys):
    workspace.status([], "haven status")

    assert "haven submit" in capsys.readouterr().out


def test_withdrawing_waits_for_the_word(place):
    place.publish()
    place.answer_with(an_answer(None, state="withdrawn", report=None, message="Withdrawn"))

    assert workspace.withdraw(["ffff"], "haven withdraw") == 0
    assert place.manifests == [{"version": 1, "action": "withdraw", "request_id": "f" * 32}]


def test_withdrawing_what_is_not_there_sends_nothing(place):
    assert workspace.withdraw(["abcd"], "haven withdraw") == 2
    assert not (place.outputs / ".haven").exists()


def test_status_means_requests_in_a_workspace_and_services_elsewhere(place, monkeypatch):
    assert haven.is_workspace()

    monkeypatch.setenv("HAVEN_RUN", str(place.run / "none"))

    assert not haven.is_workspace()


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [([], 0, "Usage"), (["--help"], 0, "For administrators"), (["chek"], 2, "Did you mean check?")],
)
def test_the_command_names_its_parts(monkeypatch, capsys, arguments, status, words):
    monkeypatch.setattr(sys, "argv", ["haven", *arguments])

    assert haven.main() == status
    said = capsys.readouterr()
    assert words in said.out + said.err


def test_workspace_commands_load_neither_web_nor_database_nor_engine():
    code = (
        "import sys, portal.cli.main, portal.cli.workspace;"
        "heavy = {'typer', 'pydantic', 'fastapi', 'sqlalchemy', 'duckdb', 'yaml'};"
        "sys.exit(bool(heavy & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=ROOT).returncode == 0


SESSION = ROOT / "tests/unit/disclosure/acro_session"


@pytest.mark.parametrize("named", ["session", "session/results.json"])
def test_a_session_of_acro_is_submitted_file_by_file(place, named):
    from output_checker.disclosure.sessions import open_session
    from output_checker.disclosure.specs import parse

    opened = open_session(SESSION)
    shutil.copytree(SESSION, place.outputs / "session")
    for path in opened.specs:
        (place.outputs / "session" / path.name).touch()
    place.answer_with(an_answer())

    submit(named, "--dataset", "charities")

    (manifest,) = place.manifests
    assert [file["path"] for file in manifest["files"]] == [
        f"session/{path.name}" for path in opened.specs
    ]
    assert [parse(file["spec"]) for file in manifest["files"]] == [*opened.specs.values()]
    assert {file["dataset"] for file in manifest["files"]} == {"charities"}


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("{", "not JSON"),
        ('{"version": "0.4", "results": {}}', "not of ACRO 1"),
        ('{"version": "1.0", "results": {}}', "names no file"),
        ('{"version": "1.0", "results": {"a": {"files": [{"name": "../x"}]}}}', "outside"),
    ],
)
def test_a_session_that_cannot_be_read_is_refused_in_words(place, capsys, record, words):
    (place.outputs / "session").mkdir()
    (place.outputs / "session" / "results.json").write_text(record)

    assert submit("session") == 2
    assert words in capsys.readouterr().err


def test_a_folder_without_a_record_is_left_to_the_worker_to_refuse(place):
    (place.outputs / "tables").mkdir()
    place.answer_with(an_answer("fail", state="refused"))

    submit("tables")

    assert [file["path"] for file in place.manifests[0]["files"]] == ["tables"]


RELEASE = """
recipients = ["bob"]
dataset = "jobs"

[[group]]
name = "Pay"
context = "Mean pay by region"
controls = "Regions under 10 people merged"
outputs = ["t.csv"]
supporting = ["counts.csv"]
code = ["analysis.py"]
"""


def test_files_may_be_named_with_what_they_are_for(place):
    (place.outputs / "counts.csv").write_text("n\n3\n")
    (place.outputs / "analysis.py").write_text("print(1)\n")
    place.answer_with(an_answer())

    submit("t.csv", "--context", "x", "--controls", "Rounded", "--supporting", "counts.csv",
           "--code", "analysis.py")  # fmt: skip

    [manifest] = place.manifests
    assert manifest["controls"] == "Rounded"
    assert [(one["path"], one.get("role")) for one in manifest["files"]] == [
        ("t.csv", None),
        ("counts.csv", "supporting"),
        ("analysis.py", "code"),
    ]


def test_a_release_file_says_which_files_belong_together(place):
    for name in ("counts.csv", "analysis.py"):
        (place.outputs / name).write_text("1\n")
    (place.outputs / "release.toml").write_text(RELEASE)
    place.answer_with(an_answer())

    assert submit() == 0

    [manifest] = place.manifests
    assert parse(json.dumps(manifest).encode(), max_files=20).groups[0].name == "Pay"
    assert manifest["recipients"] == ["bob"]
    assert [(one["path"], one["role"], one["dataset"]) for one in manifest["files"]] == [
        ("t.csv", "output", "jobs"),
        ("counts.csv", "supporting", "jobs"),
        ("analysis.py", "code", "jobs"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[[group", "is not TOML"),
        ("", "no [[group]]"),
        ("group = 3", "no [[group]]"),
        ("group = [3]", "written [[group]]"),
        ("[[group]]\noutputs = ['t.csv']", "has no name"),
        ("[[group]]\nname = 'a'\noutputs = 't.csv'", "list of names"),
        ("[[group]]\nname = 'a'\ncontext = 3", "context is text"),
        ("[[group]]\nname = 'a'\noutput = ['t.csv']", "output is not known"),
        ("[[group]]\nname = 'a'\noutputs = ['none.csv']", "no such file"),
        ("owner = 'a'\n[[group]]\nname = 'a'", "owner is not known"),
    ],
)
def test_a_release_file_that_cannot_be_meant_sends_nothing(place, capsys, content, words):
    (place.outputs / "release.toml").write_text(content)

    assert submit() == 2
    assert words in capsys.readouterr().err
    assert place.manifests == []


def test_without_files_and_without_a_release_file_there_is_nothing_to_send(place, capsys):
    assert submit() == 2
    assert "which belong together" in capsys.readouterr().err
    assert submit("t.csv", "--release", str(place.outputs / "other.toml")) == 2


def test_a_notebook_is_handed_in_as_code(place):
    (place.outputs / "make.ipynb").write_text("{}")
    place.answer_with(an_answer())

    submit("t.csv", "--notebook", "make.ipynb", "--context", "x", "--controls", "Rounded")

    [manifest] = place.manifests
    assert manifest["notebook"] == "make.ipynb"
    assert manifest["files"][-1] == {"path": "make.ipynb", "role": "code"}
    assert parse(json.dumps(manifest).encode(), max_files=20).notebook == "make.ipynb"


def test_a_release_file_may_name_the_notebook(place):
    for name in ("counts.csv", "analysis.py", "make.ipynb"):
        (place.outputs / name).write_text("1\n")
    (place.outputs / "release.toml").write_text(f'notebook = "make.ipynb"\n{RELEASE}')
    place.answer_with(an_answer())

    assert submit() == 0

    [manifest] = place.manifests
    assert parse(json.dumps(manifest).encode(), max_files=20).notebook == "make.ipynb"
    assert manifest["files"][-1]["group"] == "Pay"


@pytest.mark.parametrize(
    ("rerun", "words"),
    [
        ({"state": "failed", "cell": 3, "error": "KeyError"}, "failed in cell 3 (KeyError)"),
        ({"state": "timed_out"}, "timed out"),
        ({"state": "done", "outcomes": {"reproduced": 2, "differs": 0}}, "done; 2 reproduced"),
    ],
)
def test_status_says_what_became_of_the_notebook(place, capsys, rerun, words):
    known = {"request_id": "c" * 32, "state": "draft", "at": "2026", "rerun": rerun}
    (place.run / "requests" / "c.json").write_text(json.dumps(known))

    workspace.status([], "haven status")

    assert f"Notebook run again: {words}" in capsys.readouterr().out
