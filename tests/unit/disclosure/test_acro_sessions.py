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


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "not JSON"),
        ({"results": {}}, "no record"),
        ({"version": "0.4.9", "results": {}}, "ACRO 1"),
        ({"version": "1.0.2", "results": {"a": {}}}, "list of files"),
        ({"version": "1.0.2", "results": {"a": {"files": [{"name": "../x.csv"}]}}}, "outside"),
        ({"version": "1.0.2", "results": {"a": {"files": [{"name": 1}]}}}, "outside"),
    ],
    ids=str,
)
def test_a_record_that_is_none_is_refused_in_words(tmp_path, document, words):
    text = document if isinstance(document, str) else json.dumps(document)
    (tmp_path / "results.json").write_text(text)

    with pytest.raises(BadSpec, match=words):
        open_session(tmp_path)
