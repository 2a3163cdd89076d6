"""`haven round`: files in, files with rounded counts out."""

import pytest

from output_checker.disclosure.suppression import solver
from output_checker.disclosure.suppression.equations import TooHard
from portal.cli.audit import app as audit
from portal.cli.round import app

SQUARE = "row,a,b,Total\nx,3,20,23\ny,31,42,73\nTotal,34,62,96\n"
HIDING = "age,n\n16-24,*\n25-44,41\nTotal,44\n"


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(*args, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.csv").write_text(text)
        status = app(args=[*args])
        said = capsys.readouterr()
        out = tmp_path / "out.csv"
        return status, said.out + said.err, out.read_text() if out.exists() else None

    return run


def test_each_count_is_rounded_by_itself_and_totals_from_true_totals(run):
    status, said, written = run("t.csv", "--base", "5", "--out", "out.csv", t=SQUARE)

    assert status == 0
    assert "9 counts are rounded, 8 of them changed" in said
    assert written == "row,a,b,Total\nx,5,20,25\ny,30,40,75\nTotal,35,60,95\n"


def test_midpoints_are_the_middle_of_bands(run):
    _, _, written = run(
        "t.csv", "--base", "6", "--method", "midpoint", "--out", "out.csv", t="g,n\nA,6\nB,7\nC,0\n"
    )

    assert written == "g,n\nA,3\nB,9\nC,0\n"


def test_rounded_together_totals_add_up_and_no_count_moves_by_a_base(run):
    status, said, written = run(
        "t.csv", "--base", "5", "--method", "controlled", "--out", "out.csv", t=SQUARE
    )

    rows = [line.split(",")[1:] for line in written.splitlines()[1:]]
    (a, b, ab), (c, d, cd), (ac, bd, every) = ([int(one) for one in row] for row in rows)
    assert status == 0
    assert (a + b, c + d, a + c, b + d, ab + cd) == (ab, cd, ac, bd, every)
    assert "Totals are the sums" in said


def test_marks_stay_where_counts_are_rounded_each_by_itself(run):
    _, _, written = run("t.csv", "--base", "5", "--out", "out.csv", t=HIDING)

    assert written == "age,n\n16-24,*\n25-44,40\nTotal,45\n"


def test_several_tables_are_rounded_together_into_a_folder(run, tmp_path):
    (tmp_path / "made").mkdir()
    rows = "row,n\nx,23\ny,73\nTotal,96\n"

    status, _, _ = run(
        "t.csv", "rows.csv", "--base", "5", "--method", "controlled", "--out", "made",
        t=SQUARE, rows=rows,
    )  # fmt: skip

    square = [line.split(",")[-1] for line in (tmp_path / "made/t.csv").read_text().splitlines()]
    beside = [line.split(",")[-1] for line in (tmp_path / "made/rows.csv").read_text().splitlines()]
    assert status == 0
    assert square[1:] == beside[1:]


def test_a_table_rounded_together_audits_clean(run):
    run("t.csv", "--base", "5", "--method", "controlled", "--out", "out.csv", t=SQUARE)

    assert audit(args=["out.csv", "--threshold", "5", "--rounding", "5"]) == 0


@pytest.mark.parametrize(
    ("text", "args", "words"),
    [
        (HIDING, ["--method", "controlled"], "hide nothing"),
        ("g,n\nA,3\nB,4\nTotal,9\n", ["--method", "controlled"], "1 totals are not the sum"),
        (SQUARE, ["--method", "midpoint"], "an even number can"),
        (SQUARE, ["--hierarchies", "none.json"], "none.json: No such file"),
        ("g,n\nA,3.5\n", [], "holds no count"),
    ],
)
def test_what_cannot_be_rounded_so_is_said_and_nothing_is_written(run, text, args, words):
    status, said, written = run("t.csv", "--base", "5", *args, "--out", "out.csv", t=text)

    assert (status, written) == (2, None)
    assert words in said


def test_nothing_is_written_over(run):
    status, said, written = run("t.csv", "--base", "5", "--out", "out.csv", t=SQUARE, out="kept")

    assert (status, written) == (2, "kept")
    assert "out.csv: File exists" in said


def test_when_no_way_is_found_in_the_time_nothing_is_written(run, monkeypatch):
    def late(*_):
        raise TooHard

    monkeypatch.setattr(solver.SHARED, "least", late)

    status, said, written = run(
        "t.csv", "--base", "5", "--method", "controlled", "--out", "out.csv", t=SQUARE
    )

    assert (status, written) == (10, None)
    assert "--method conventional" in said
