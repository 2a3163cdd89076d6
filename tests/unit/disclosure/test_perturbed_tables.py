"""Tables that are perturbed by cell keys: made, judged, and held against each other."""

import csv
import json

import pytest

from output_checker.disclosure import specs
from output_checker.disclosure.differencing.published import from_json
from output_checker.disclosure.engine import check_files
from output_checker.disclosure.errors import BadSpec
from output_checker.disclosure.model import Source
from output_checker.disclosure.perturbation.p_table import Noise
from output_checker.disclosure.policies.read import parse
from portal.cli.check import app as check
from portal.cli.perturb import app as perturb

NOISE = {"method": "cell-key", "most": 5, "variance": 4}
POLICY = parse("ten", {"threshold": 10})


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    people = [
        (f"p{region}{sex}{at}", region, sex)
        for region, size in (("north", 45), ("south", 33), ("east", 27))
        for sex in "mf"
        for at in range(size)
    ]
    (tmp_path / "people.csv").write_text(
        "id,region,sex\n" + "".join(",".join(one) + "\n" for one in people)
    )
    (tmp_path / "key").write_bytes(bytes(range(32)))
    return tmp_path


def write(desk, name, text, **spec):
    (desk / name).write_text(text)
    said = {"rows": ["region"], "aggregate": "count", **spec}
    (desk / f"{name}.spec.json").write_text(json.dumps(said))


def perturbed(desk, name, *more):
    status = perturb(args=[name, "--source", "people.csv", "--entity", "id",
                           "--perturbation-key", "key", "--out", f"new-{name}", *more])  # fmt: skip
    said = desk / f"{name}.spec.json"
    (desk / f"new-{name}.spec.json").write_text(said.read_text())
    return status, rows_of(desk / f"new-{name}")


def rows_of(path):
    return list(csv.reader(path.read_text().splitlines()))


def judged(desk, *names, key=bytes(range(32)), earlier=()):
    source = Source(name="people.csv", path=desk / "people.csv", entity="id", version="1",
                    perturbation_key=key)  # fmt: skip
    return check_files(
        [desk / name for name in names], sources=[source],
        specs={name: specs.load(desk / f"{name}.spec.json") for name in names},
        policy=POLICY, earlier=earlier,
    )  # fmt: skip


ALL = "region,n\nnorth,90\nsouth,66\neast,54\nTotal,210\n"


def test_what_the_method_gives_passes_and_any_other_number_fails(desk):
    write(desk, "all.csv", ALL, margins=True, perturbation=NOISE)

    status, rows = perturbed(desk, "all.csv")

    counts = [int(n) for _, n in rows[1:]]
    assert status == 0
    assert counts != [90, 66, 54, 210]
    assert all(abs(a - b) <= 5 for a, b in zip(counts, [90, 66, 54, 210], strict=True))
    assert judged(desk, "new-all.csv").verdict.value == "pass"
    rows[1][1] = str(counts[0] + 1)
    (desk / "new-all.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    report = judged(desk, "new-all.csv")
    assert report.verdict.value == "fail"
    assert "not the one that the cell key method gives" in report.files[0].findings[0].reason


def test_true_numbers_that_are_said_to_be_perturbed_fail(desk):
    write(desk, "all.csv", ALL, margins=True, perturbation=NOISE)

    assert judged(desk, "all.csv").verdict.value == "fail"


def test_the_same_people_show_the_same_number_in_another_table_and_order(desk):
    write(desk, "all.csv", ALL, margins=True, perturbation=NOISE)
    write(desk, "wide.csv", "region,m,f,Total\nsouth,33,33,66\nnorth,45,45,90\n",
          columns=["sex"], margins=True, perturbation=NOISE)  # fmt: skip

    _, alone = perturbed(desk, "all.csv")
    lines = (desk / "people.csv").read_text().splitlines()
    (desk / "people.csv").write_text("\n".join([lines[0], *reversed(lines[1:])]) + "\n")
    _, crossed = perturbed(desk, "wide.csv")

    assert dict(alone[1:])["south"] == crossed[1][3]
    assert dict(alone[1:])["north"] == crossed[2][3]


def test_a_table_of_a_dataset_without_a_key_cannot_be_checked(desk):
    write(desk, "all.csv", ALL, margins=True, perturbation=NOISE)

    report = judged(desk, "all.csv", key=b"")

    assert report.verdict.value == "fail"
    assert "no perturbation key" in report.files[0].findings[0].reason


def test_the_command_checks_with_the_key_and_says_what_is_missing(desk, capsys):
    write(desk, "all.csv", ALL, margins=True, perturbation=NOISE)
    perturbed(desk, "all.csv")
    asked = ["new-all.csv", "--source", "people.csv", "--entity", "id"]

    assert check(args=[*asked, "--perturbation-key", "key"]) == 0
    assert check(args=asked) == 2
    assert check(args=[*asked, "--perturbation-key", "people.csv"]) == 2
    assert "file of 32 bytes" in capsys.readouterr().err


def test_no_finding_and_no_source_shows_the_key(desk):
    source = Source(name="s", path=desk / "people.csv", perturbation_key=b"secret" * 6)

    assert "secret" not in repr(source)


def test_marks_stay_and_small_counts_still_fail(desk):
    with (desk / "people.csv").open("a") as file:
        file.write("".join(f"w{at},west,m\n" for at in range(4)))
    write(desk, "few.csv", "region,n\nnorth,90\nwest,4\n", perturbation=NOISE)
    write(desk, "hid.csv", "region,n\nnorth,90\nwest,*\n", perturbation=NOISE)

    _, shown = perturbed(desk, "few.csv")
    _, hidden = perturbed(desk, "hid.csv")

    assert hidden[2] == ["west", "*"]
    assert shown[1] == hidden[1]
    assert judged(desk, "new-few.csv").verdict.value == "fail"


def test_perturbed_counts_leave_as_much_room_between_tables_as_both_have(desk):
    write(desk, "all.csv", "region,n\nnorth,90\nsouth,66\n", perturbation=NOISE)
    with (desk / "people.csv").open("a") as file:
        file.write("p1,north,x\np2,north,x\np3,north,x\n")
    write(desk, "all.csv", "region,n\nnorth,93\nsouth,66\n", perturbation=NOISE)
    write(desk, "some.csv", "region,n\nnorth,90\nsouth,66\n", perturbation=NOISE,
          where={"sex": ["m", "f"]})  # fmt: skip
    true = {"where": {"sex": ["m", "f"]}}
    write(desk, "true.csv", "region,n\nnorth,93\nsouth,66\n")
    write(desk, "true-some.csv", "region,n\nnorth,90\nsouth,66\n", **true)
    perturbed(desk, "all.csv")
    perturbed(desk, "some.csv")

    def differences(*names):
        report = judged(desk, *names)
        return [one.verdict.value for file in report.files for one in file.findings
                if one.rule == "differencing"]  # fmt: skip

    assert "fail" in differences("true.csv", "true-some.csv")
    assert "fail" not in differences("new-all.csv", "new-some.csv")


def test_what_is_kept_of_a_perturbed_table_tells_its_numbers_and_its_noise(desk):
    write(desk, "all.csv", "region,n\nnorth,90\nsouth,66\n", perturbation=NOISE)
    _, rows = perturbed(desk, "all.csv")

    kept = json.loads(json.dumps(judged(desk, "new-all.csv").files[0].published[0]))
    found = from_json(kept)

    assert (found.noise, found.base, found.is_exact) == (5, 0, False)
    assert [one.value for one in found.shown] == [float(n) for _, n in rows[1:]]
    del kept["noise"], kept["values"], kept["is_midpoint"]
    assert from_json(kept).is_exact


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"method": "other"}, "must be cell-key"), ({"most": 5}, "must be cell-key"),
        ({"method": "cell-key", "most": 99}, "greatest change"),
        ({"method": "cell-key", "most": 2.5}, "whole number"),
        ({"method": "cell-key", "sort": 1}, "unknown sort"),
    ],
)  # fmt: skip
def test_a_spec_with_another_perturbation_is_refused(said, words):
    with pytest.raises(BadSpec, match=words):
        specs.parse({"rows": ["region"], "perturbation": said})


def test_a_spec_says_how_counts_are_perturbed():
    found = specs.parse({"rows": ["region"], "perturbation": NOISE})

    assert found.perturbation == Noise(most=5, variance=4.0)


@pytest.mark.parametrize(
    ("text", "spec", "words"),
    [
        ("region,n\nnorth,91\n", {"perturbation": NOISE}, "not the counts"),
        ("region,n\nnorth,90\n", {}, "perturbation must be given"),
        ("region,n\nnorth,90\n", {"kind": "synthetic", "rows": None, "aggregate": None}, "spec"),
    ],
)
def test_what_cannot_be_perturbed_is_said(desk, capsys, text, spec, words):
    write(desk, "t.csv", text, **spec)

    status = perturb(args=["t.csv", "--source", "people.csv", "--perturbation-key", "key",
                           "--out", "new.csv"])  # fmt: skip

    assert status == 2
    assert words in capsys.readouterr().err
    assert not (desk / "new.csv").exists()


def test_without_an_entity_records_are_told_apart_by_what_they_hold(desk):
    write(desk, "all.csv", "region,n\nnorth,90\nsouth,66\n", perturbation=NOISE)

    status = perturb(args=["all.csv", "--source", "people.csv", "--perturbation-key", "key",
                           "--out", "new.csv"])  # fmt: skip

    counts = [int(n) for _, n in rows_of(desk / "new.csv")[1:]]
    assert status == 0
    assert all(abs(a - b) <= 5 for a, b in zip(counts, [90, 66], strict=True))
