"""`haven audit`: files in, a table or JSON out, the verdict as exit status."""

import json

import pytest

from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import TooHard
from portal.cli.audit import app

HIDDEN = "age,n\n16-24,*\n25-44,40\nTotal,43\n"
SAFE = "age,n\n16-24,*\n25-44,*\nTotal,43\n"
SQUARE = "row,a,b,Total\nx,3,20,23\ny,30,40,70\nTotal,33,60,93\n"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*args, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        status = app(args=[*args])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_a_hidden_cell_that_a_total_gives_back_fails(run):
    status, said, _ = run("t.csv", t=HIDDEN)

    assert status == 20
    assert "1 can be worked out" in said
    assert "exact  3       age 16-24  t.csv line 2" in said


def test_a_hidden_cell_with_room_passes(run):
    status, said, _ = run("t.csv", "--format", "json", t=SAFE)

    report = json.loads(said)
    assert status == 0
    assert report["verdict"] == "pass"
    assert report["cells"][0] == {
        "labels": {"age": "16-24"},
        "places": [{"table": "t.csv", "row": 0, "column": 1}],
        "state": "wide",
        "low": 0,
        "high": 43,
    }


def test_the_threshold_decides_what_is_too_narrow(run):
    status, said, _ = run("t.csv", "--threshold", "50", t=SAFE)

    assert status == 10
    assert "2 can nearly be worked out" in said


def test_a_table_that_hides_nothing_passes(run):
    assert run("t.csv", t="age,n\n16-24,20\n25-44,40\nTotal,60\n")[:2] == (
        0,
        "PASS  no hidden cells\n",
    )


def test_hierarchies_come_from_a_file(run, tmp_path):
    (tmp_path / "areas.json").write_text('{"area": {"North": ["York", "Leeds"]}}')

    status, said, _ = run(
        "t.csv", "--hierarchies", "areas.json", t="area,n\nYork,*\nLeeds,30\nNorth,38\n"
    )

    assert status == 20
    assert "exact  8" in said


def test_rounded_tables_are_taken_as_they_are_said_to_be(run):
    table = "group,n\nA,3\nB,9\nC,15\nTotal,27\n"

    assert run("t.csv", "--threshold", "7", "--rounding", "midpoint6", t=table)[0] == 0


def test_a_suggestion_is_written_beside_and_audits_clean(run, tmp_path):
    status, said, _ = run("t.csv", "--suggest", "--out", "safe.csv", t=SQUARE)

    assert status == 0
    assert "1 cells are under the threshold; 3 more are hidden" in said
    assert (tmp_path / "safe.csv").read_text().count("*") == 4
    assert run("safe.csv")[0] == 0
    assert (tmp_path / "t.csv").read_text() == SQUARE


def test_a_suggestion_never_overwrites_a_file(run, tmp_path):
    status, _, said = run("t.csv", "--suggest", "--out", "t.csv", t=SQUARE)

    assert (status, (tmp_path / "t.csv").read_text()) == (2, SQUARE)
    assert "exists" in said


def test_several_tables_are_written_into_a_folder(run, tmp_path):
    (tmp_path / "safe").mkdir()
    rows = "row,n\nx,23\ny,70\nTotal,93\n"

    status, said, _ = run(
        "t.csv", "u.csv", "--suggest", "--out", "safe", "--format", "json", t=SQUARE, u=rows
    )

    assert status == 0
    assert json.loads(said)["suggestion"]["lost"] == 20 + 30 + 40
    assert sorted(path.name for path in (tmp_path / "safe").iterdir()) == ["t.csv", "u.csv"]


def test_no_suggestion_in_the_time_is_for_a_person(run, monkeypatch, tmp_path):
    def too_hard(*_asked):
        raise TooHard

    monkeypatch.setattr(solver.SHARED, "protect", too_hard)

    status, said, error = run("t.csv", "--suggest", "--out", "safe.csv", t=SQUARE)

    assert (status, said) == (10, "")
    assert "time" in error
    assert not (tmp_path / "safe.csv").exists()


@pytest.mark.parametrize(
    "args",
    [
        ("missing.csv",), ("t.exe",), ("t.csv", "--rounding", "seven"), ("t.csv", "--out", "x.csv"),
        ("t.csv", "--suggest", "--magnitude"), ("t.csv", "--suggest", "--rounding", "5"),
        ("t.csv", "--threshold", "1"), ("t.csv", "--hierarchies", "t.csv"), (".",),
        ("t.csv", "--hierarchies", "missing.json"), ("t.csv", "--suggest"),
    ],
)  # fmt: skip
def test_what_cannot_be_audited_is_said_and_is_no_pass(run, args):
    status, said, error = run(*args, t=HIDDEN)

    assert (status, said) == (2, "")
    assert error.startswith("haven audit: ")
