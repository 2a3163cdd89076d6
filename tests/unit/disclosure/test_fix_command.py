"""`haven fix`: a failing table in, versions that pass out."""

import csv
import json
from collections import Counter

import pytest

from portal.cli import check
from portal.cli.fix import app

COUNTS = {
    ("north", "16-24"): 15, ("north", "25-34"): 22, ("north", "35+"): 30,
    ("south", "16-24"): 3, ("south", "25-34"): 14, ("south", "35+"): 25,
    ("east", "16-24"): 12, ("east", "25-34"): 4, ("east", "35+"): 13,
}  # fmt: skip
SPEC = {"rows": ["region"], "columns": ["band"]}


def people():
    """Each with a region, a band and a pay."""
    chosen = [pair for pair, count in COUNTS.items() for _ in range(count)]
    return [(*pair, str(200 + at % 17)) for at, pair in enumerate(chosen)]


def a_crosstab():
    bands = ("16-24", "25-34", "35+")
    regions = ("north", "south", "east")
    lines = [[region, *(COUNTS[region, band] for band in bands)] for region in regions]
    lines = [[*line, sum(line[1:])] for line in lines]
    total = ["Total", *(sum(line[at] for line in lines) for at in range(1, 5))]
    return [["region", *bands, "Total"], *lines, total]


def a_long_table():
    rows = people()
    lines = []
    for pair in COUNTS:
        pays = [float(row[2]) for row in rows if row[:2] == pair]
        lines.append([*pair, f"{sum(pays) / len(pays):.1f}", len(pays), max(pays)])
    return [["region", "band", "mean", "n", "max"], *lines]


def save(path, rows):
    with path.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "people.csv", [["region", "band", "pay"], *people()])
    save(tmp_path / "table.csv", a_crosstab())
    (tmp_path / "table.csv.spec.json").write_text(json.dumps(SPEC))
    save(tmp_path / "pay.csv", a_long_table())
    save(tmp_path / "safe.csv", [["region", "n"], *Counter(row[0] for row in people()).items()])
    return tmp_path


@pytest.fixture
def fix(capsys):
    def run(*args):
        try:
            status = app(args=[*args, "--source", "people.csv"])
        except SystemExit as left:
            status = left.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def checked(capsys):
    def run(name, *args):
        status = check.app(args=[str(name), "--source", "people.csv", *args])
        capsys.readouterr()
        return status

    return run


@pytest.mark.parametrize("policy", ["sacro-10", "ons-10-5", "opensafely-7r5", "ukllc-10z",
                                    "abs-datalab", "nes-scored"])  # fmt: skip
@pytest.mark.parametrize("table", ["table.csv", "pay.csv"])
def test_every_version_that_is_written_passes_at_once(desk, fix, checked, table, policy):
    status, _, _ = fix(table, "--policy", policy, "--out", "out")

    written = sorted((desk / "out").glob("*.csv"))
    assert status == 0
    assert written
    assert [checked(path, "--policy", policy) for path in written] == [0] * len(written)


def test_the_best_version_is_shown_with_what_changed(desk, fix):
    _, said, heard = fix("table.csv")

    assert "FAIL  table.csv as it is (policy sacro-10)" in said
    assert "(recommended)" in said
    assert "*~" in said
    assert "lost: " in said
    assert "trying to merge labels of 'band'" in heard


def test_versions_are_listed_by_what_is_lost(desk, fix):
    _, said, _ = fix("table.csv", "--format", "json")

    found = json.loads(said)
    lost = [one["lost_percent"] for one in found["remedies"]]
    assert lost == sorted(lost)
    assert found["recommended"] == 1
    assert {kind for one in found["remedies"] for kind in one["kinds"]} >= {"merge", "suppress"}
    assert found["untried"] == []


def test_a_column_of_ends_is_left_out(desk, fix):
    _, said, _ = fix("pay.csv", "--format", "json")

    for one in json.loads(said)["remedies"]:
        assert "max" not in one["header"]
        assert one["kinds"][0] == "drop-column"


def test_a_table_that_passes_has_nothing_to_mend(desk, fix):
    status, said, _ = fix("safe.csv", "--out", "out")

    assert status == 0
    assert "nothing to mend" in said
    assert not (desk / "out").exists()


def test_nothing_is_written_over(desk, fix):
    fix("table.csv", "--out", "out")
    before = {path.name: path.read_text() for path in (desk / "out").iterdir()}

    status, _, heard = fix("table.csv", "--out", "out")

    assert status == 2
    assert "is there already" in heard
    assert {path.name: path.read_text() for path in (desk / "out").iterdir()} == before


def test_one_version_can_be_chosen(desk, fix):
    status, said, _ = fix("table.csv", "--choose", "2", "--out", "out")

    assert status == 0
    assert "version 2:" in said
    assert sorted(path.name for path in (desk / "out").iterdir()) == [
        "table-2.csv", "table-2.csv.spec.json",
    ]  # fmt: skip


def test_what_was_released_before_counts(desk, fix, checked):
    """The count of everybody but two, released before, gives two people away."""
    (desk / "before").mkdir()
    spec = {"rows": ["region"], "where": {"pay": {"op": "!=", "value": 200}}}
    kept = [row for row in people() if row[2] != "200"]
    save(desk / "before" / "was.csv", [["region", "n"], *Counter(r[0] for r in kept).items()])
    (desk / "before" / "was.csv.spec.json").write_text(json.dumps(spec))
    assert checked("safe.csv", "--released", "before") == 20

    status, said, _ = fix("safe.csv", "--released", "before", "--out", "out", "--format", "json")

    assert status == 0
    assert "round" in {kind for one in json.loads(said)["remedies"] for kind in one["kinds"]}
    for path in sorted((desk / "out").glob("*.csv")):
        assert checked(path, "--released", "before") == 0


def test_what_no_version_can_mend_is_said(desk, fix):
    save(desk / "ends.csv", [["region", "max"], ["north", 216], ["south", 216], ["east", 216]])
    (desk / "ends.csv.spec.json").write_text(
        json.dumps({"rows": ["region"], "values": "pay", "aggregate": "max"})
    )

    status, said, _ = fix("ends.csv")

    assert status == 20
    assert "no version that passes was found" in said


def test_wrong_numbers_are_not_made_right_in_silence(desk, fix):
    rows = a_crosstab()
    rows[1][1] += 1
    save(desk / "table.csv", rows)

    status, said, _ = fix("table.csv")

    assert status in (10, 20)
    assert "not the source's" in said


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("notes.txt", "the mean of pay is 207", "holds 0 tables"),
        ("odd.csv", "who,what\na,b\n", "not known what its numbers are"),
        ("model.csv", "term,coef\nx,1\n", "declares another output"),
    ],
)
def test_what_is_no_table_of_the_source_is_said(desk, fix, name, text, words):
    (desk / name).write_text(text)
    (desk / "model.csv.spec.json").write_text('{"kind": "regression", "formula": "pay ~ pay"}')

    status, said, _ = fix(name)

    assert status in (10, 20)
    assert words in said


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["gone.csv"], "no such file"),
        (["."], "folder"),
        (["table.csv", "--seconds", "0"], "--seconds"),
        (["table.csv", "--choose", "9"], "--choose"),
        (["table.csv", "--spec", "gone.json"], "no such file"),
        (["table.csv", "--released", "gone"], "--released"),
        (["table.csv", "--policy", "sacro-11"], "sacro-11"),
        (["table.csv", "--released", "unexplained"], "explained by no source"),
    ],
)
def test_a_wrong_command_is_answered_with_status_2(desk, fix, args, words):
    (desk / "unexplained").mkdir()
    (desk / "unexplained" / "odd.txt").write_text("words")

    status, _, heard = fix(*args)

    assert status == 2
    assert words in heard


def test_without_a_source_nothing_can_be_made_anew(desk, capsys):
    assert app(args=["table.csv"]) == 2
    assert "--source" in capsys.readouterr().err


def test_what_there_was_no_time_for_is_said(desk, fix):
    status, said, _ = fix("table.csv", "--seconds", "0.000001")

    assert status == 20
    assert "no time" in said


def test_the_report_of_a_check_names_the_command(desk, capsys):
    for shape in ("text", "json", "markdown", "html"):
        check.app(args=["table.csv", "--source", "people.csv", "--format", shape])

        assert "haven fix table" in capsys.readouterr().out.replace("\\", "")


def test_other_formats_come_back_as_csv(desk, fix):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in a_crosstab():
        book.active.append(row)
    book.save(desk / "book.xlsx")
    (desk / "book.xlsx.spec.json").write_text(json.dumps(SPEC))

    status, _, _ = fix("book.xlsx", "--out", "out")

    assert status == 0
    assert (desk / "out" / "book-1.csv").is_file()
