"""A session that ACRO 1.0.2 made with suppress=True, on 33 made-up records; see its source.csv."""

import json
import shutil
from pathlib import Path

import pytest

from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.model import Source, Verdict
from output_checker.disclosure.policies.load import load
from output_checker.disclosure.sessions import is_session, open_session
from portal.cli.check import app

SESSION = Path(__file__).parent / "acro_session"
# What was called, for each file whose unsafe cells are printed all the same.
UNSAFE = {
    "output_1_0.csv": "an integer dimension with margins",
    "output_2_0.csv": "a float dimension",
    "output_3_0.csv": "a date dimension",
    "output_4_0.csv": "a pivot table with a list of values",
    "output_5_0.csv": "a pivot table with two statistics",
    "output_7_0.csv": "several row dimensions beside a float one",
    "output_9_1.csv": "a saturated regression",
}
SAFE = ("output_0_0.csv", "output_6_0.csv", "output_8_1.csv")


def judged(*files):
    specs = {path.name: spec for path, spec in open_session(SESSION).specs.items()}
    report = check_files(
        files,
        sources=[Source(name="source", path=SESSION / "source.csv")],
        specs=specs,
        policy=load("sacro-10"),
    )
    return {item.file: item for item in report.files}


@pytest.fixture(scope="module")
def reports():
    return judged(*(path for path in open_session(SESSION).specs if path.suffix == ".csv"))


@pytest.mark.parametrize("name", UNSAFE, ids=UNSAFE.get)
def test_what_the_record_calls_suppressed_is_recomputed(reports, name):
    rules = {finding.rule for finding in reports[name].findings}

    assert reports[name].verdict is Verdict.FAIL
    assert rules & {"threshold", "saturated"}
    assert "acro-claim" in rules


@pytest.mark.parametrize("name", SAFE)
def test_what_is_safe_in_the_bytes_passes_alone(name):
    assert judged(SESSION / name)[name].findings == ()


def test_what_is_safe_alone_is_held_against_the_others_of_the_session(reports):
    assert {one.rule for one in reports["output_0_0.csv"].findings} == {"differencing"}


def test_what_is_not_recomputed_is_for_a_person(reports):
    assert reports["output_8_0.csv"].verdict is Verdict.REVIEW


def test_a_session_is_a_folder_or_its_record():
    assert is_session(SESSION)
    assert is_session(SESSION / "results.json")
    assert not is_session(SESSION / "source.csv")


def test_a_changed_number_is_noticed_whatever_the_record_says(tmp_path):
    folder = shutil.copytree(SESSION, tmp_path / "session")
    (folder / "output_0_0.csv").write_text("year,A,B\n2010,13,\n2011,12,\n")
    session = open_session(folder)

    report = check_files(
        [folder / "output_0_0.csv"],
        sources=[Source(name="source", path=folder / "source.csv")],
        specs={path.name: spec for path, spec in session.specs.items()},
        policy=load("sacro-10"),
    )

    assert [one.rule for one in report.files[0].findings] == ["source-match"]


@pytest.fixture
def judge(tmp_path):
    source = tmp_path / "people.csv"
    rows = [f"{20 + at * 7 % 50},{at * 37 % 101}.5,{'ab'[at < 4]}" for at in range(60)]
    source.write_text("\n".join(["age,pay,place", *rows]) + "\n")

    def run(text, kind, independent, dependent=""):
        folder = tmp_path / "session"
        folder.mkdir()
        said = {
            "type": kind, "status": "pass", "properties": {"method": "ols"},
            "files": [{"name": "m.csv", "sdc": {"summary": {"threshold": 0}}}],
            "fair": {"dependent": dependent, "independent": independent},
        }  # fmt: skip
        record = {"version": "1.0.2", "results": {"output_0": said}}
        (folder / "results.json").write_text(json.dumps(record))
        (folder / "m.csv").write_text(text or source.read_text())
        (spec,) = open_session(folder).specs.values()
        report = check_files(
            [folder / "m.csv"],
            sources=[Source(name="s", path=source)],
            specs={"m.csv": spec},
            policy=load("sacro-10"),
        )
        return report.verdict, {one.rule for one in report.files[0].findings}

    return run


def test_rows_of_people_that_the_record_calls_a_regression_fail(judge):
    verdict, rules = judge("", "regression", ["age"], "pay")

    assert verdict is Verdict.FAIL
    assert rules >= {"threshold", "acro-claim"}


@pytest.mark.parametrize(
    ("kind", "independent"), [("regression", ["age"]), ("table", ["age"])], ids=str
)
def test_a_table_that_the_record_calls_something_else_is_judged_cell_by_cell(
    judge, kind, independent
):
    verdict, rules = judge("place,n\na,56\nb,4\n", kind, independent, "pay")

    assert verdict is Verdict.FAIL
    assert rules >= {"threshold", "acro-claim"}


def test_files_that_the_record_does_not_name_are_files_of_the_session_too(tmp_path):
    folder = shutil.copytree(SESSION, tmp_path / "session")
    (folder / "checksums").mkdir()
    for name in ("session_summary.csv", "secret.csv", "checksums/more.csv"):
        (folder / name).write_text("a\n1\n")
    (folder / "elsewhere").symlink_to(tmp_path)

    opened = open_session(folder)

    names = {str(path.relative_to(folder)) for path in opened.others}
    assert names == {
        "session_summary.csv", "secret.csv", "checksums/more.csv", "elsewhere", "source.csv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "not JSON"),
        ({"results": {}}, "no record"),
        ({"version": "0.4.9", "results": {}}, "ACRO 1"),
        ({"version": "1.0.2", "results": {"a": {}}}, "list of files"),
        ({"version": "1.0.2", "results": {"a": {"files": [{"name": "../x.csv"}]}}}, "outside"),
        ({"version": "1.0.2", "results": {"a": {"files": [{"name": 1}]}}}, "outside"),
        ({"version": "1.0.2", "results": {one: {"files": [{"name": "x.csv"}]} for one in "ab"}},
         "twice"),
    ],
    ids=str,
)  # fmt: skip
def test_a_record_that_is_none_is_refused_in_words(tmp_path, document, words):
    text = document if isinstance(document, str) else json.dumps(document)
    (tmp_path / "results.json").write_text(text)

    with pytest.raises(BadSpec, match=words):
        open_session(tmp_path)


def test_the_verdict_of_a_folder_counts_files_that_the_record_does_not_name(tmp_path, capsys):
    record = {"version": "1.0.2", "results": {}}
    (tmp_path / "session").mkdir()
    (tmp_path / "session" / "results.json").write_text(json.dumps(record))
    shutil.copy(SESSION / "source.csv", tmp_path / "session" / "secret.csv")

    status = app(args=[str(tmp_path / "session"), "--source", str(SESSION / "source.csv")])

    assert (status > 0, "secret.csv" in capsys.readouterr().out) == (True, True)
