"""`haven.submit` and the magics, with a worker that answers from a thread."""

import json
import shutil
import sys
import types
from pathlib import Path

import haven
import pandas as pd
import pytest

from portal.cli.mailbox import Mailbox
from tests.unit.portal.workspace_place import an_answer

ROOT = Path(__file__).resolve().parents[3]
SESSION = ROOT / "tests/unit/disclosure/acro_session"
PEOPLE = pd.DataFrame(
    {
        "region": ["north"] * 20 + ["south"] * 14 + ["east"] * 4,
        "sex": ["f", "m"] * 19,
        "pay": [float(100 + at % 9) for at in range(38)],
    }
)
FINDING = {
    "rule": "threshold",
    "verdict": "fail",
    "cell": {"region": "<b>north</b>"},
    "where": "row 2, column 'n'",
    "reason": "3 people; 10 are asked for",
    "statbarn": None,
    "mend": "merge regions",
}
SAID = {"context": "Mean pay", "controls": "Merged"}


def test_files_are_submitted_as_the_command_submits_them(place):
    (place.outputs / "analysis.py").write_text("1\n")
    place.answer_with(an_answer())

    made = haven.submit("t.csv", **SAID, recipients="bob", code="analysis.py", dataset="jobs")

    assert (made.state, made.verdict, made.request_id) == ("submitted", "pass", "f" * 32)
    assert place.manifests == [
        {
            "version": 1,
            "action": "submit",
            "files": [
                {"path": "t.csv", "spec": None, "dataset": "jobs"},
                {"path": "analysis.py", "spec": None, "dataset": "jobs", "role": "code"},
            ],
            "context": "Mean pay",
            "controls": "Merged",
            "recipients": ["bob"],
        }
    ]


def test_a_checked_table_is_written_with_its_spec_first(place):
    place.answer_with(an_answer())

    haven.submit({"pay.csv": haven.check(PEOPLE, by="region", values="pay", aggregate="mean")})

    assert (place.outputs / "pay.csv").read_text().startswith("region,mean\n")
    [file] = place.manifests[0]["files"]
    assert file["path"] == "pay.csv"
    assert file["spec"] == json.loads((place.outputs / "pay.csv.spec.json").read_text())
    assert file["spec"]["rows"] == ["region"]


def test_a_table_without_a_name_writes_over_nothing_and_the_same_table_is_one_file(place):
    (place.outputs / "table.csv").write_text("mine\n")
    table = pd.crosstab(PEOPLE.region, PEOPLE.sex)
    for _ in range(2):
        place.answer_with(an_answer())
        haven.submit(table, check=True)

    assert (place.outputs / "table.csv").read_text() == "mine\n"
    assert (
        place.outputs / "table-2.csv"
    ).read_text() == "region,f,m\neast,2,2\nnorth,10,10\nsouth,7,7\n"
    assert [one["files"][0]["path"] for one in place.manifests] == ["table-2.csv"] * 2
    assert {one["action"] for one in place.manifests} == {"check"}


def test_a_frame_is_written_with_the_spec_that_is_given_for_it(place):
    place.answer_with(an_answer())
    spec = {"rows": ["region"], "columns": ["sex"]}

    haven.submit({"pay.csv": pd.crosstab(PEOPLE.region, PEOPLE.sex)}, spec=spec)

    assert json.loads((place.outputs / "pay.csv.spec.json").read_text()) == spec
    assert place.manifests[0]["files"][0]["spec"] == spec


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (3, "a int cannot be submitted"),
        ({"../x.csv": PEOPLE}, "not beneath"),
        ({"/etc/x.csv": PEOPLE}, "not beneath"),
        ({"x.xlsx": PEOPLE}, "written as CSV"),
        ("none.csv", "no such file"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_said_in_words_and_sends_nothing(place, given, words):
    with pytest.raises(haven.WrongRequest, match=words):
        haven.submit(given, **SAID)

    assert not (place.outputs / ".haven").exists()


def test_a_class_and_a_notebook_are_named_and_the_notebook_is_a_code_file(place):
    (place.outputs / "make.ipynb").write_text("{}")
    place.answer_with(an_answer())

    haven.submit("t.csv", **SAID, notebook="make.ipynb", release_class="internal")

    [manifest] = place.manifests
    assert manifest["class"] == "internal"
    assert manifest["notebook"] == "make.ipynb"
    assert manifest["files"][1] == {"path": "make.ipynb", "role": "code"}


def test_a_notebook_that_is_run_again_writes_its_table_and_asks_for_nothing(place, monkeypatch):
    monkeypatch.setattr("portal.cli.mailbox.RERUN", place.run)

    made = haven.submit({"by-sex.csv": haven.check(PEOPLE, by="sex")}, **SAID)

    assert (made.state, made.verdict) == ("not asked", "fail")
    assert "run again" in repr(made)
    assert (place.outputs / "by-sex.csv").is_file()
    assert not (place.outputs / ".haven").exists()


def test_a_notebook_that_is_run_again_needs_nothing_that_its_workspace_had(place, monkeypatch):
    monkeypatch.setattr("portal.cli.mailbox.RERUN", place.run)
    table = haven.check(PEOPLE, by="sex")

    asked = [
        haven.submit({"by-sex.csv": table}, **SAID, request="1a2b", supporting="counts.csv"),
        haven.submit(),
        haven.withdraw("1a2b"),
    ]

    assert [made.state for made in asked] == ["not asked"] * 3
    assert [*haven.status("1a2b")] == []
    assert (place.outputs / "by-sex.csv").is_file()
    assert not (place.outputs / ".haven").exists()


def test_a_magic_that_is_run_again_reads_no_file_of_words(place, shell, monkeypatch):
    monkeypatch.setattr("portal.cli.mailbox.RERUN", place.run)

    made = shell.magics["line", "haven"]("submit t.csv --context-file said.txt --spec t.json")

    assert made.state == "not asked"


def test_of_several_versions_of_a_table_one_is_submitted(place):
    versions = haven.fix(PEOPLE, by=["region", "sex"], values="pay", aggregate="mean")

    with pytest.raises(haven.WrongRequest, match="submit one"):
        haven.submit(versions, **SAID)
    place.answer_with(an_answer())
    haven.submit(versions[0], **SAID)

    assert place.manifests[0]["files"][0]["spec"] == versions[0].spec


def test_groups_have_their_own_words_and_may_hold_tables(place):
    place.answer_with(an_answer())
    group = {**SAID, "name": "Pay", "outputs": [haven.check(PEOPLE, by="sex")], "code": ["t.csv"]}

    haven.submit(groups=[group])

    [manifest] = place.manifests
    assert manifest["groups"] == [{"name": "Pay", **SAID}]
    assert [(one["path"], one["role"]) for one in manifest["files"]] == [
        ("table.csv", "output"),
        ("t.csv", "code"),
    ]


def test_files_and_groups_are_not_given_together(place):
    with pytest.raises(haven.WrongRequest, match="not both"):
        haven.submit("t.csv", groups=[{"name": "Pay", "outputs": ["t.csv"]}])


def test_what_the_worker_refuses_is_an_exception_with_its_words(place):
    refusal = an_answer(None, "refused", report=None, request_id=None, message="files: none")
    place.answer_with(refusal)

    with pytest.raises(haven.WrongRequest, match="files: none"):
        haven.submit("t.csv", **SAID)


def test_no_answer_in_time_is_said_and_what_was_sent_stays(place):
    with pytest.raises(haven.NoAnswer, match="haven status"):
        haven.submit("t.csv", **SAID, seconds=0.2)

    assert len(list((place.outputs / ".haven").glob("*.json"))) == 1


def test_who_interrupts_the_waiting_is_told_that_it_goes_on(place):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(haven.NoAnswer, match="goes on"):
        Mailbox.of_this_workspace().ask({"version": 1}, interrupt)

    assert len(list((place.outputs / ".haven").glob("*.json"))) == 1


def test_an_exception_shows_its_words_and_no_traceback():
    assert haven.NoAnswer("not yet")._render_traceback_() == ["NoAnswer: not yet"]


def test_an_answer_without_a_verdict_is_no_pass(place):
    place.answer_with(an_answer(None, "draft", report=None))

    assert haven.submit("t.csv", **SAID).verdict == "fail"


def test_findings_are_shown_as_an_inert_table_with_what_to_do_next(place):
    answer = an_answer("fail", "draft", [FINDING], message="<script>alert(1)</script>")
    answer["report"]["files"][0]["fix"] = "haven fix t.csv"
    place.answer_with(answer)

    page = haven.submit("t.csv", **SAID)._repr_html_()

    for words in ("Findings in t.csv", 'scope="col"', "3 people; 10 are asked for", "merge regions",
                  "haven fix t.csv", "Mend what the findings name", "/requests/ffff"):  # fmt: skip
        assert words in page
    assert not any(bad in page for bad in ("<script", "<b>", "src=", "href=", "url("))


def test_the_same_is_said_in_a_terminal(place):
    place.answer_with(an_answer("fail", "draft", [FINDING]))

    shown = repr(haven.submit("t.csv", **SAID))

    assert "3 people; 10 are asked for" in shown
    assert "Request ffffffff is draft." in shown
    assert "Its page: http://haven.test/requests/ffff" in shown


def test_what_was_only_checked_says_how_it_is_asked_for(place):
    place.answer_with(an_answer("review", "draft", message="Checked, not submitted"))

    assert "the form on its page" in repr(haven.submit("t.csv", check=True))


def test_status_is_a_table_of_requests(place):
    assert "No requests yet" in haven.status()._repr_html_()
    place.publish(
        verdict="pass", message="<i>Two approvals</i>", page="http://haven.test/requests/f",
        links=[{"file": "t.csv", "recipient": "bob", "address": None}],
    )  # fmt: skip
    place.publish(request_id="e" * 32, state="draft")

    shown, one = haven.status(), haven.status("ffff")

    assert (len(shown), len(one), one[0]["state"]) == (2, 1, "released")
    page = one._repr_html_()
    for words in ("<caption>", 'scope="row"', "t.csv for bob: see the portal", "/requests/f"):
        assert words in page
    assert "<i>" not in page
    assert "ffffffff  released" in repr(one)


def test_withdrawing_waits_for_the_word(place):
    place.publish(state="draft")
    place.answer_with(an_answer(None, "withdrawn", report=None, message="Withdrawn"))

    assert haven.withdraw("ffff").state == "withdrawn"
    assert place.manifests == [{"version": 1, "action": "withdraw", "request_id": "f" * 32}]
    with pytest.raises(haven.WrongRequest, match="no request begins"):
        haven.withdraw("abcd")


def finished_session(folder, **said):
    shutil.copytree(SESSION, folder)
    record = json.loads((folder / "results.json").read_text())
    for result in record["results"].values():
        for file in result["files"]:
            (folder / file["name"]).touch()
    next(iter(record["results"].values())).update(said)
    (folder / "results.json").write_text(json.dumps(record))


class FakeAcro:
    """As far as ACRO is asked: it writes its record into a folder that is not there yet."""

    results = ()

    def finalise(self, path):
        finished_session(Path(path), comments=["Grants by\nyear"], exception="agreed by the office")


def test_a_session_of_acro_is_finalised_and_what_it_says_is_the_context(place):
    place.answer_with(an_answer())

    haven.submit(FakeAcro(), context="Charities", controls="Suppressed")

    [manifest] = place.manifests
    assert manifest["files"][0]["path"].startswith("acro/output_0_0")
    assert manifest["files"][0]["spec"]["kind"] == "acro"
    context = manifest["context"]
    assert context.startswith("Charities\n\n")
    assert (
        "output_0_0.csv: Grants by year; an exception is asked for: agreed by the office" in context
    )


def test_the_folder_of_a_session_is_taken_too(place):
    finished_session(place.outputs / "session", comments=[3, " Grants "], exception="")
    place.answer_with(an_answer())

    haven.submit("session", controls="Suppressed")

    assert "output_0_0.csv: Grants\n" in place.manifests[0]["context"] + "\n"


class FakeShell:
    def __init__(self, **names):
        self.user_ns = {"pd": pd, "people": PEOPLE, **names}
        self.magics = {}

    def register_magic_function(self, function, magic_kind, magic_name):
        self.magics[magic_kind, magic_name] = function

    def transform_cell(self, cell):
        return cell


@pytest.fixture
def shell():
    shell = FakeShell()
    haven.load_ipython_extension(shell)
    return shell


def test_the_magics_ask_what_the_command_asks(place, shell):
    run = shell.magics["line", "haven"]
    place.answer_with(an_answer("review", "draft"))

    checked = run('check t.csv --context "Mean pay" --recipient bob')

    assert checked.verdict == "review"
    assert place.manifests[0]["action"] == "check"
    assert place.manifests[0]["context"] == "Mean pay"
    place.publish(state="draft")
    assert run("status")[0]["state"] == "draft"
    place.answer_with(an_answer(None, "withdrawn", report=None))
    assert run("withdraw ffff").state == "withdrawn"


def test_a_magic_takes_the_name_of_a_table_in_the_notebook(place, shell):
    shell.user_ns["by_sex"] = haven.check(PEOPLE, by="sex")
    place.answer_with(an_answer())

    shell.magics["line", "haven"]("submit by_sex --context x --controls y")

    assert place.manifests[0]["files"][0]["path"] == "by_sex.csv"
    assert place.manifests[0]["files"][0]["spec"]["rows"] == ["sex"]


@pytest.mark.parametrize("line", ["", "sumbit t.csv", "withdraw"])
def test_a_magic_that_is_not_there_says_which_are(place, shell, line):
    with pytest.raises(haven.WrongRequest, match="each with --help"):
        shell.magics["line", "haven"](line)


@pytest.mark.parametrize("line", ["submit --help", "submit --colour red"])
def test_help_and_wrong_options_of_a_magic_end_no_kernel(place, shell, line):
    assert shell.magics["line", "haven"](line) is None
    assert place.manifests == []


def test_the_last_expression_of_a_cell_is_judged_by_the_records(shell):
    cell = "counts = pd.crosstab(people.region, people.sex)\ncounts"

    shown = shell.magics["cell", "haven_table"]("--data people", cell)

    assert shown.verdict == "fail"
    assert {"east", "south"} <= {finding.cell["region"] for finding in shown.findings}
    assert list(shown.table.columns) == ["region", "f", "m"]
    assert 'class="fail"' in shown._repr_html_()
    assert "counts" in shell.user_ns


def test_a_checked_table_is_shown_as_it_is(shell):
    shell.user_ns["checked"] = haven.check(PEOPLE, by="sex")

    assert shell.magics["cell", "haven_table"]("", "checked") is shell.user_ns["checked"]


@pytest.mark.parametrize(
    ("line", "cell", "words"),
    [
        ("--data people", "x = 1", "must give a table"),
        ("--data people", "1 + 1", "must give a table"),
        ("", "people.groupby('sex').size()", "--data NAME"),
        ("--data none", "people.groupby('sex').size()", "--data NAME"),
    ],
)
def test_a_cell_without_a_table_or_records_is_told_so(shell, line, cell, words):
    with pytest.raises(haven.WrongRequest, match=words):
        shell.magics["cell", "haven_table"](line, cell)


def test_a_table_that_was_judged_can_be_saved_without_a_spec(tmp_path):
    table = haven.check_table(PEOPLE.groupby("region")["pay"].mean(), PEOPLE)

    table.save(tmp_path / "t.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text().startswith("region,pay\n")


def test_waiting_shows_a_line_in_a_notebook_that_goes_when_it_is_over(place, monkeypatch):
    shown = []

    class Handle:
        def update(self, data, **_options):
            shown.append(data["text/plain"])

    display = types.ModuleType("IPython.display")
    display.display = lambda data, **_options: shown.append(data["text/plain"]) or Handle()
    ipython = types.ModuleType("IPython")
    ipython.get_ipython = object
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setattr("haven.waiting._SECONDS_BETWEEN", 0.0)
    place.answer_with(an_answer())

    haven.submit("t.csv", **SAID)

    assert shown[0] == "Checking the files ..."
    assert shown[-1] == ""
    assert any(line.endswith(" s") for line in shown)
