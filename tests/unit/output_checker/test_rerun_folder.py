"""What the worker writes for a run, and what it believes of one."""

import contextlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from output_checker.adapters.workspaces.reruns import RerunFolder
from output_checker.application.rerun_ports import Progress, Stopped
from output_checker.domain.rerun import Rerun, RerunState

RERUN = Rerun(
    rerun_id="a" * 32, request_id="b" * 32, project_id="labour", author="ada", turn=1,
    notebook="n/make.ipynb", files=(), seconds=60, asked_at=datetime(2026, 11, 23, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    for name in ("orders", "notebooks", "states", "outputs"):
        (tmp_path / name).mkdir()
    (tmp_path / "outputs" / RERUN.rerun_id).mkdir()
    return RerunFolder(folder=tmp_path, max_file_bytes=1000)


def made(folder, name, content):
    place = folder.folder / "outputs" / RERUN.rerun_id / name
    place.parent.mkdir(exist_ok=True)
    place.write_text(content)
    return place


def test_an_order_comes_with_its_code(folder):
    folder.order(RERUN, {"n/make.ipynb": b"{}", "tools.py": b"x = 1"}, sources=["d/1"])

    laid_out = folder.folder / "notebooks" / RERUN.rerun_id
    assert (laid_out / "n" / "make.ipynb").read_bytes() == b"{}"
    assert (laid_out / "tools.py").read_bytes() == b"x = 1"
    order = json.loads((folder.folder / "orders" / f"{RERUN.rerun_id}.json").read_text())
    assert (order["notebook"], order["sources"], order["seconds"]) == ("n/make.ipynb", ["d/1"], 60)


def test_a_run_nobody_ordered_has_no_progress_and_one_that_waits_is_queued(folder):
    assert folder.progress(RERUN.rerun_id) is None
    folder.order(RERUN, {}, sources=[])
    assert folder.progress(RERUN.rerun_id) == Progress(state=RerunState.QUEUED)


def test_what_the_hub_says_is_read_and_its_reasons_are_of_a_list(folder):
    folder.order(RERUN, {}, sources=[])
    said = {"state": "failed", "reason": "Ada, 34 Elm Street", "image": "sha256:1"}
    (folder.folder / "states" / f"{RERUN.rerun_id}.json").write_text(json.dumps(said))

    assert folder.progress(RERUN.rerun_id) == Progress(
        state=RerunState.FAILED, reason="not_started", image="sha256:1"
    )


def test_files_are_read_beneath_the_run_only(folder):
    made(folder, "t.csv", "a")
    made(folder, "large.csv", "a" * 2000)
    link = folder.folder / "outputs" / RERUN.rerun_id / "link.csv"
    link.symlink_to("/etc/passwd")

    assert folder.made(RERUN.rerun_id, "t.csv") == b"a"
    assert folder.made(RERUN.rerun_id, "large.csv") is None
    assert folder.made(RERUN.rerun_id, "link.csv") is None
    assert folder.made(RERUN.rerun_id, "none.csv") is None


def test_others_are_counted(folder):
    made(folder, "t.csv", "a")
    made(folder, "deep/u.csv", "a")
    made(folder, ".haven-rerun.json", "{}")

    assert folder.others(RERUN.rerun_id, {"t.csv"}) == 1


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('{"cell": 3, "error": "KeyError"}', Stopped(cell=3, error="KeyError")),
        ('{"cell": 3, "error": "Ada34ElmStreet"}', Stopped(cell=3, error="Error")),
        ('{"cell": 3, "error": ["KeyError"]}', Stopped(cell=3, error="Error")),
        ('{"cell": 19341122, "error": "KeyError"}', None),
        ('{"cell": true, "error": "KeyError"}', None),
        ('{"cell": 0, "error": ""}', None),
        ("[]", None),
        ("no JSON", None),
        ("[" * 50_000, None),
    ],
)
def test_of_what_a_run_says_of_its_end_a_cell_and_a_built_in_exception_are_believed(
    folder, said, expected
):
    made(folder, ".haven-rerun.json", said)

    assert folder.stopped(RERUN.rerun_id) == expected


def test_orders_that_are_over_are_taken_back(folder):
    folder.order(RERUN, {"make.ipynb": b"{}"}, sources=[])

    folder.keep_only({RERUN.rerun_id})
    assert folder.progress(RERUN.rerun_id) is not None
    folder.keep_only(set())

    assert folder.progress(RERUN.rerun_id) is None
    assert [*(folder.folder / "notebooks").iterdir()] == []


def test_folders_as_deep_as_a_run_can_make_them_are_walked(folder):
    made(folder, "t.csv", "a")
    with contextlib.chdir(folder.folder / "outputs" / RERUN.rerun_id):
        for _ in range(1_200):
            Path("d").mkdir()
            os.chdir("d")
        try:
            assert folder.others(RERUN.rerun_id, set()) <= 1
        finally:
            # Whoever clears the folder of the test recurses.
            for _ in range(1_200):
                os.chdir("..")
                Path("d").rmdir()


def test_folders_count_against_the_limit(folder, monkeypatch):
    monkeypatch.setattr("output_checker.adapters.workspaces.reruns.MOST_COUNTED", 10)
    looked_at = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looked_at.append(path) or scandir(path))
    for at in range(20):
        made(folder, f"{at}/u.csv", "a")

    assert folder.others(RERUN.rerun_id, set()) == 0
    assert len(looked_at) == 1
