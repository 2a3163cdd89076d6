"""`haven` as a shell runs it: help, pipes and names with dashes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.images import WORKSPACE_CODE
from tests.unit.disclosure.office_builders import book

ROOT = str(Path(__file__).resolve().parents[3])

HAVEN = [sys.executable, "-m", "portal.cli.main"]


def haven(*words, **more):
    environment = {**os.environ, "PYTHONPATH": ROOT}
    return subprocess.run(
        [*HAVEN, *words], capture_output=True, text=True, check=False, env=environment, **more
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "words", ["up", "logs", "dataset", "policy lint", "check", "clean", "audit"]
)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_says_what_it_does_by_the_name_that_people_type(words, option, monkeypatch):
    monkeypatch.setenv("HAVEN_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")

    done = haven(*words.split(), option)

    assert done.returncode == 0
    assert f"haven {words}" in done.stdout
    assert "python" not in done.stdout


def test_a_reader_that_goes_away_ends_it_without_a_word():
    with subprocess.Popen([*HAVEN, "help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
        run.stdout.close()
        said = run.stderr.read()

    assert said == b""
    assert run.returncode == 141


def test_a_file_whose_name_begins_with_a_dash_is_checked(tmp_path):
    (tmp_path / "-dash.csv").write_text("region,n\nnorth,20\n")

    done = haven("check", "--format", "json", "--", "-dash.csv", cwd=tmp_path)

    assert done.returncode == 10, done.stderr
    assert '"file": "-dash.csv"' in done.stdout


@pytest.mark.slow
def test_files_are_cleaned_with_what_a_workspace_has_and_the_standard_library(tmp_path):
    for part in WORKSPACE_CODE:
        source, target = Path(ROOT) / part, tmp_path / "code" / part
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, target)
    (tmp_path / "book.xlsx").write_bytes(book([("a", 1)], [("b", 2)], states=("visible", "hidden")))
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "code")}

    # Without the packages of this environment: they are none that a cleaner may need.
    done = subprocess.run(
        [sys.executable, "-S", "-m", "portal.cli.main", "clean", "book.xlsx"],
        capture_output=True, text=True, check=False, env=environment, cwd=tmp_path,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert "without 1 sheets that are hidden" in done.stdout
    assert (tmp_path / "book.clean.xlsx").exists()
