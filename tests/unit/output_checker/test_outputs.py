"""Snapshots of real files, with everything a researcher can put there instead."""

# ruff: noqa: ARG005 - what a case does not need

import ctypes
import os
import socket
import time
from pathlib import Path

import pytest

from output_checker.adapters.workspaces import beneath
from output_checker.adapters.workspaces.manifests import MAX_ENTRIES, manifests
from output_checker.adapters.workspaces.outputs import WorkspaceOutputs
from output_checker.domain.errors import IntegrityLost, InvalidManifest, InvalidOutput
from output_checker.domain.integrity import sha256_hex

REQUEST = "a" * 32


@pytest.fixture
def outputs(tmp_path):
    (tmp_path / "outputs" / "labour" / "ada").mkdir(parents=True)
    (tmp_path / "quarantine").mkdir()
    return WorkspaceOutputs(
        outputs_dir=tmp_path / "outputs",
        quarantine_dir=tmp_path / "quarantine",
        max_file_bytes=1000,
        max_request_bytes=1500,
    )


@pytest.fixture
def home(outputs):
    return outputs.outputs_dir / "labour" / "ada"


def snapshot(outputs, *paths):
    return outputs.snapshot(
        project="labour", username="ada", request_id=REQUEST, turn=1, paths=paths
    )


def test_a_snapshot_is_a_private_copy(outputs, home):
    (home / "tables").mkdir()
    (home / "tables" / "a.csv").write_bytes(b"n\n12\n")

    (taken,) = snapshot(outputs, "tables/a.csv")
    (home / "tables" / "a.csv").write_bytes(b"n\n1\n")

    assert taken.copy.read_bytes() == b"n\n12\n"
    assert (taken.sha256, taken.size_bytes) == (sha256_hex(b"n\n12\n"), 5)
    assert taken.copy.stat().st_mode & 0o777 == 0o400


def a_link(home: Path) -> None:
    (home / "x.csv").symlink_to("/etc/passwd")


def a_link_inside(home: Path) -> None:
    (home / "real.csv").write_text("n")
    (home / "x.csv").symlink_to("real.csv")


def a_pipe(home: Path) -> None:
    os.mkfifo(home / "x.csv")


def a_directory(home: Path) -> None:
    (home / "x.csv").mkdir()


def a_device(home: Path) -> None:
    os.mknod(home / "x.csv", 0o20666, os.makedev(1, 3))


def a_socket(home: Path) -> None:
    here = os.open(home, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"/proc/self/fd/{here}/x.csv")
    os.close(here)


def a_hard_link(home: Path) -> None:
    (home / "other.csv").write_text("n")
    (home / "x.csv").hardlink_to(home / "other.csv")


def nothing(home: Path) -> None:
    assert not (home / "x.csv").exists()


def a_sparse_gigabyte(home: Path) -> None:
    with (home / "x.csv").open("wb") as file:
        file.truncate(1024**3)


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (a_link, "is a link"),
        (a_link_inside, "is a link"),
        (a_pipe, "is a pipe"),
        (a_directory, "is a directory"),
        (a_device, "is a device"),
        (a_socket, "is a socket"),
        (a_hard_link, "hard link"),
        (nothing, "is not there"),
        (a_sparse_gigabyte, "1073741824 bytes; at most 1000"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_no_ordinary_file_is_refused_at_once_in_words(outputs, home, put, words):
    put(home)

    with pytest.raises(InvalidOutput, match=words):
        snapshot(outputs, "x.csv")

    assert list(outputs.quarantine_dir.rglob("*.csv")) == []


def test_a_directory_that_is_a_link_is_not_followed(outputs, home, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.csv").write_text("secret")
    (home / "tables").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidOutput, match="behind a link"):
        snapshot(outputs, "tables/x.csv")


@pytest.mark.parametrize("path", ["../bob/x.csv", "/etc/passwd", "a/../../x.csv", "a\x00b", ".x"])
def test_a_path_that_leads_out_is_refused_even_without_a_manifest(outputs, path):
    with pytest.raises(InvalidOutput):
        snapshot(outputs, path)


@pytest.fixture
def _another_account():
    """For this thread, files are opened as by an account that owns none of them."""
    libc = ctypes.CDLL(None)
    if os.geteuid() != 0:
        yield
        return
    libc.setfsuid(65534)
    yield
    libc.setfsuid(0)


def test_a_file_that_may_not_be_read_is_refused_with_the_cure(outputs, home, request):
    (home / "x.csv").write_text("n")
    (home / "x.csv").chmod(0)
    for folder in (home, *home.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    request.getfixturevalue("_another_account")

    with pytest.raises(InvalidOutput, match=r"chmod a\+r"):
        snapshot(outputs, "x.csv")


def test_too_much_together_is_refused_and_leaves_nothing(outputs, home):
    for name in ("a.csv", "b.csv"):
        (home / name).write_bytes(b"x" * 900)

    with pytest.raises(InvalidOutput, match="1500 bytes together"):
        snapshot(outputs, "a.csv", "b.csv")
    assert list(outputs.quarantine_dir.iterdir()) == []


def test_one_bad_file_leaves_no_copy_of_the_good_ones(outputs, home):
    (home / "a.csv").write_bytes(b"n")

    with pytest.raises(InvalidOutput):
        snapshot(outputs, "a.csv", "gone.csv")
    assert list(outputs.quarantine_dir.iterdir()) == []


def test_a_file_that_changes_while_it_is_read_is_refused(outputs, home, monkeypatch):
    (home / "x.csv").write_bytes(b"n\n12\n")
    read = os.read

    def read_while_somebody_writes(descriptor, size):
        piece = read(descriptor, size)
        with (home / "x.csv").open("r+b") as file:
            file.write(b"m\n")
        return piece

    monkeypatch.setattr(beneath.os, "read", read_while_somebody_writes)

    with pytest.raises(InvalidOutput, match="changed while it was read"):
        snapshot(outputs, "x.csv")


def test_a_file_that_is_still_being_written_is_waited_for_and_then_refused(
    outputs, home, monkeypatch
):
    (home / "x.csv").write_bytes(b"n\n")
    naps = []

    def write_meanwhile(seconds):
        naps.append(seconds)
        time.sleep(0.001)
        (home / "x.csv").write_bytes(b"n\n1\n")

    monkeypatch.setattr(beneath, "time", Napping(write_meanwhile))

    with pytest.raises(InvalidOutput, match="is being written to"):
        snapshot(outputs, "x.csv")
    assert len(naps) == 5


class Napping:
    """The clock, with something happening whenever somebody sleeps."""

    def __init__(self, sleep):
        self.sleep = sleep

    def time_ns(self):
        return time.time_ns()


def test_a_file_exchanged_for_a_link_after_the_first_look_is_not_followed(
    outputs, home, monkeypatch
):
    (home / "x.csv").write_text("n")
    look = os.stat

    def look_then_swap(path, **options):
        info = look(path, **options)
        if path == "x.csv":
            (home / "x.csv").unlink()
            (home / "x.csv").symlink_to("/etc/hostname")
        return info

    monkeypatch.setattr(beneath.os, "stat", look_then_swap)

    with pytest.raises(InvalidOutput, match="is a link"):
        snapshot(outputs, "x.csv")


def test_a_file_exchanged_for_a_pipe_does_not_hold_the_worker(outputs, home, monkeypatch):
    (home / "x.csv").write_text("n")
    look = os.stat

    def look_then_swap(path, **options):
        info = look(path, **options)
        if path == "x.csv":
            (home / "x.csv").unlink()
            os.mkfifo(home / "x.csv")
        return info

    monkeypatch.setattr(beneath.os, "stat", look_then_swap)

    with pytest.raises(InvalidOutput, match="is a pipe"):
        snapshot(outputs, "x.csv")


def quarantined(outputs, content):
    return outputs.quarantined(
        project="labour", request_id=REQUEST, turn=1, position=0, sha256=sha256_hex(content)
    )


def test_the_kept_copy_is_hashed_again(outputs, home):
    (home / "x.csv").write_bytes(b"n\n12\n")
    (taken,) = snapshot(outputs, "x.csv")
    assert quarantined(outputs, b"n\n12\n") == b"n\n12\n"

    taken.copy.chmod(0o600)
    taken.copy.write_bytes(b"n\n13\n")
    with pytest.raises(IntegrityLost, match="not what was checked"):
        quarantined(outputs, b"n\n12\n")

    taken.copy.unlink()
    with pytest.raises(IntegrityLost, match="is not there"):
        quarantined(outputs, b"n\n12\n")


def manifest(outputs):
    return outputs.manifest(project="labour", username="ada", name="x.json")


@pytest.mark.parametrize(
    ("put", "words"),
    [
        (lambda folder: (folder / "x.json").symlink_to("/etc/passwd"), "is a link"),
        (lambda folder: os.mkfifo(folder / "x.json"), "is a pipe"),
        (lambda folder: (folder / "x.json").mkdir(), "is a directory"),
        (lambda folder: (folder / "x.json").write_bytes(b" " * 300_000), "300000 bytes"),
        (lambda folder: None, "is not there"),
    ],
    ids=["link", "pipe", "directory", "huge", "missing"],
)
def test_a_manifest_is_an_ordinary_file(outputs, home, put, words):
    (home / ".haven").mkdir()
    put(home / ".haven")

    with pytest.raises(InvalidManifest, match=words):
        manifest(outputs)


def found(outputs):
    return [(p.project, p.username, p.name) for p in manifests(outputs.outputs_dir)]


def test_manifests_are_found_in_every_workspace(outputs, home):
    other = outputs.outputs_dir / "health" / "bob"
    for folder in (home, other):
        (folder / ".haven").mkdir(parents=True)
        (folder / ".haven" / "1.json").write_text("{}")
        (folder / ".haven" / ".1.json.tmp").write_text("{}")
        (folder / ".haven" / "note.txt").write_text("")

    assert found(outputs) == [("health", "bob", "1.json"), ("labour", "ada", "1.json")]


@pytest.mark.parametrize(
    "put",
    [
        lambda home, elsewhere: (home / ".haven").symlink_to(elsewhere),
        lambda home, elsewhere: os.mkfifo(home / ".haven"),
        lambda home, elsewhere: (home / ".haven").write_text("{}"),
        lambda home, elsewhere: (home / ".haven").mkdir(mode=0),
    ],
    ids=["link", "pipe", "file", "closed"],
)
def test_a_manifest_folder_that_is_none_is_passed_over(outputs, home, tmp_path, put):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "1.json").write_text("{}")
    put(home, tmp_path / "elsewhere")
    (home.parent / "bob" / ".haven").mkdir(parents=True)
    (home.parent / "bob" / ".haven" / "1.json").write_text("{}")

    assert found(outputs) == [("labour", "bob", "1.json")]


def test_folders_that_are_no_workspaces_are_passed_over(outputs):
    for name in ("Labour", "x", ".git", "a_b"):
        (outputs.outputs_dir / name / "ada" / ".haven").mkdir(parents=True)
        (outputs.outputs_dir / name / "ada" / ".haven" / "1.json").write_text("{}")
    (outputs.outputs_dir / "linked").symlink_to(outputs.outputs_dir / "Labour")

    assert found(outputs) == []


def test_a_flood_of_manifests_is_looked_at_in_parts(outputs, home):
    (home / ".haven").mkdir()
    for number in range(MAX_ENTRIES + 50):
        (home / ".haven" / f"{number}.json").touch()

    assert len(found(outputs)) == MAX_ENTRIES


def test_a_manifest_exchanged_for_another_has_a_new_stamp(outputs, home):
    (home / ".haven").mkdir()
    (home / ".haven" / "1.json").write_text("{}")
    (before,) = manifests(outputs.outputs_dir)
    (home / ".haven" / "2.tmp").write_text("[]")
    (home / ".haven" / "2.tmp").rename(home / ".haven" / "1.json")
    (after,) = manifests(outputs.outputs_dir)

    assert before.stamp != after.stamp
