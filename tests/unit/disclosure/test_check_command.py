import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.cli.check import app

ROOT = Path(__file__).parents[3]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "source.csv").write_text("region,pay\n" + "north,1\n" * 12 + "south,2\n" * 4)
    (tmp_path / "safe.csv").write_text("region,n\nnorth,12\n")
    (tmp_path / "small.csv").write_text("region,n\nnorth,12\nsouth,4\n")
    (tmp_path / "wrong.csv").write_text("region,n\nnorth,13\n")
    (tmp_path / "spec.json").write_text(json.dumps({"rows": ["region"]}))
    return tmp_path


@dataclass(frozen=True, kw_only=True)
class Done:
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def haven_check(capsys):
    def run(*arguments):
        try:
            status = app(args=arguments)
        except SystemExit as left:
            status = left.code
        printed = capsys.readouterr()
        return Done(exit_code=status, stdout=printed.out, stderr=printed.err)

    return run


@pytest.mark.parametrize(
    ("name", "status", "verdict"),
    [("safe.csv", 0, "pass"), ("wrong.csv", 10, "review"), ("small.csv", 20, "fail")],
)
def test_the_exit_status_is_the_verdict(desk, name, status, verdict, haven_check):
    done = haven_check(name, "--source", "source.csv", "--spec", "spec.json", "--format", "json")

    assert done.exit_code == status
    assert json.loads(done.stdout)["verdict"] == verdict


def test_the_json_has_the_keys_that_programs_rely_on(desk, haven_check):
    done = haven_check("small.csv", "--source", "source.csv", "--spec", "spec.json",
                       "--format", "json")  # fmt: skip

    report = json.loads(done.stdout)
    assert set(report) == {"verdict", "policy", "files"}
    assert set(report["files"][0]) == {"file", "sha256", "verdict", "findings", "fix"}
    finding = report["files"][0]["findings"][0]
    assert set(finding) == {
        "rule", "verdict", "cell", "where", "reason", "statbarn", "mend", "part", "position",
    }  # fmt: skip
    assert (finding["rule"], finding["cell"]) == ("threshold", {"region": "south"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.csv"], "gone.csv: no such file"),
        (["safe.csv", "--source", "gone.csv"], "no such file"),
        (["safe.csv", "--source", "source.csv", "--spec", "gone.json"], "no such file"),
        (["safe.csv", "--source", "source.csv", "--spec", "safe.csv"], "not JSON"),
        (["safe.csv", "--source", "source.csv", "--spec", "odd.json"], "does not have"),
        (["safe.csv", "--source", "source.csv", "--spec", "key.json"], "unknown"),
        (["safe.csv", "--policy", "sacro-11"], "sacro-10"),
        (["safe.csv", "--policy", "safe.csv"], "neither JSON nor TOML"),
        (["safe.csv", "--source", "source.csv", "--entity", "who"], "no column who"),
        (["safe.csv", "--entity", "who"], "--source"),
        (["safe.csv", "--released", "gone"], "--released"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_command_is_answered_with_one_line_and_status_2(
    desk, arguments, words, haven_check
):
    (desk / "odd.json").write_text('{"rows": ["area"]}')
    (desk / "key.json").write_text('{"row": ["region"]}')

    done = haven_check(*arguments)

    assert done.exit_code == 2
    assert done.stderr.startswith("haven check: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, lambda path: Path(path).symlink_to("safe.csv")]
)
def test_what_is_no_regular_file_fails(desk, make, haven_check):
    make("odd.csv")

    done = haven_check("odd.csv", "--source", "source.csv", "--format", "json")

    assert done.exit_code == 20


def test_the_text_names_cell_rule_reason_and_remedy(desk, haven_check):
    done = haven_check("small.csv", "--source", "source.csv", "--spec", "spec.json")

    assert "region=south" in done.stdout
    assert "threshold" in done.stdout
    assert "4 units stand behind the number" in done.stdout
    assert "what would mend it" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_label_cannot_steer_the_terminal(desk, haven_check):
    (desk / "hostile.csv").write_text("region,n\n\x1b[2Jnorth,12\n")

    done = haven_check("hostile.csv", "--source", "source.csv", "--spec", "spec.json")

    assert "\x1b" not in done.stdout
    assert "?[2Jnorth" in done.stdout


def test_earlier_releases_that_no_source_explains_are_for_a_person(desk, haven_check):
    (desk / "released").mkdir()
    arguments = ["safe.csv", "--source", "source.csv", "--spec", "spec.json",
                 "--released", "released"]  # fmt: skip

    nothing_earlier = haven_check(*arguments)
    (desk / "released" / "words.txt").write_text("The south did better.\n")
    a_text = haven_check(*arguments)

    assert nothing_earlier.exit_code == 0
    assert a_text.exit_code == 10
    assert "no source explains: 'released/words.txt'" in " ".join(a_text.stdout.split())


def test_a_table_is_held_against_those_released_before(desk, haven_check):
    people = [("north", "m")] * 20 + [("north", "f")] * 15 + [("south", "m")] * 22
    lines = [f"{region},{sex}" for region, sex in [*people, *[("south", "f")] * 3]]
    (desk / "s.csv").write_text("\n".join(["region,sex", *lines]) + "\n")
    (desk / "men.csv").write_text("region,n\nnorth,20\nsouth,22\n")
    (desk / "men.json").write_text('{"rows": ["region"], "where": {"sex": "m"}}')
    (desk / "released").mkdir()
    arguments = ["men.csv", "--source", "s.csv", "--spec", "men.json"]

    alone = haven_check(*arguments)
    (desk / "released" / "all.csv").write_text("region,n\nnorth,35\nsouth,25\n")
    (desk / "released" / "all.csv.spec.json").write_text('{"rows": ["region"]}')
    beside = haven_check(*arguments, "--released", "released")

    assert (alone.exit_code, beside.exit_code) == (0, 20)
    words = " ".join(beside.stdout.split())
    assert "'south' of 'released/all.csv' minus 'south' here is about 3 units" in words
    assert "'north' of" not in words


def test_the_spec_beside_a_file_is_its_spec_where_none_is_named(desk, haven_check):
    (desk / "s.csv").write_text("region,sex\n" + "north,m\n" * 20 + "north,f\n" * 15)
    (desk / "men.csv").write_text("region,n\nnorth,20\n")
    (desk / "men.csv.spec.json").write_text('{"rows": ["region"], "where": {"sex": "m"}}')
    (desk / "all.csv").write_text("region,n\nnorth,35\n")
    (desk / "all.csv.spec.json").write_text('{"rows": ["region"]}')

    done = haven_check("men.csv", "all.csv", "--source", "s.csv", "--format", "json")

    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (0, "pass")


def test_a_model_is_compared_with_those_released_before(desk, haven_check):
    lines = [f"{at % 7},{at % 5},{at}" for at in range(40)]
    (desk / "s.csv").write_text("\n".join(["y,x,nr", *lines]) + "\n")
    (desk / "m.csv").write_text("term,coef\nx,*\n")
    (desk / "m.json").write_text('{"kind": "regression", "formula": "y ~ x"}')
    (desk / "released" / "2025").mkdir(parents=True)
    older = desk / "released" / "2025" / "m.csv.spec.json"
    arguments = ["m.csv", "--source", "s.csv", "--spec", "m.json", "--released", "released"]

    older.write_text('{"kind": "regression", "formula": "y ~ 1 + x", "where": {"nr": 3}}')
    far = haven_check(*arguments)
    older.write_text(
        '{"kind": "regression", "formula": "y ~ 1 + x", "where": {"nr": {"op": "<", "value": 37}}}'
    )
    near = haven_check(*arguments)
    older.write_text("{")
    broken = haven_check(*arguments)

    assert "a sample that differs" not in far.stdout + broken.stdout
    assert "a model that was released before has a sample that differs by 3 units" in " ".join(
        near.stdout.split()
    )
    assert (near.exit_code, broken.exit_code) == (20, 10)


def test_the_command_runs_by_itself(desk):
    command = [sys.executable, "-m", "portal.cli.check", "check", "safe.csv",
               "--source", "source.csv", "--spec", "spec.json"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "PASS" in done.stdout


def test_the_engine_is_imported_without_web_database_or_frames():
    code = (
        "import sys, portal.cli.check, output_checker.disclosure.engine\n"
        "heavy = {'fastapi', 'sqlalchemy', 'pandas', 'pydantic', 'rich'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
                          check=False)  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
