"""`./haven` on machines that lack something: one clear message, exit 3, nothing installed."""

import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
TOOLS = ("bash", "dirname", "readlink", "id", "awk", "df", "sed", "cat", "env", "sha256sum")


@pytest.fixture
def machine(tmp_path):
    """A PATH with the bare tools and a pretended apt-get and dockerd, which note being called."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    pretend(folder, "apt-get", "exit 0")
    pretend(folder, "dockerd", "echo 'Docker version 24.0.7, build 1'")
    return folder


def pretend(folder: Path, name: str, body: str) -> None:
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{folder}/called"\n{body}\n')
    path.chmod(0o755)


def haven(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", str(REPOSITORY / "haven"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(folder), "HAVEN_VENV": str(folder / "venv"), **environment},
    )


def installed(folder: Path) -> list[str]:
    called = folder / "called"
    lines = called.read_text().splitlines() if called.exists() else []
    return [line for line in lines if line.startswith("apt-get")]


def one_message(done: subprocess.CompletedProcess[str]) -> str:
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("haven: ")
    return lines[0]


@pytest.mark.parametrize("command", ["demo", "up", "test"])
def test_without_root_it_says_so_and_how(machine, command):
    pretend(machine, "id", "echo 1000")

    done = haven(machine, command)

    assert done.returncode == 3
    assert "sudo" in one_message(done)
    assert installed(machine) == []


def test_without_apt_it_names_what_to_install(machine):
    (machine / "apt-get").unlink()

    done = haven(machine, "demo")

    assert done.returncode == 3
    assert "Docker Engine 20.10" in one_message(done)


def test_an_engine_that_is_too_old_is_named_with_its_version(machine):
    pretend(machine, "dockerd", "echo 'Docker version 19.03.13, build 1'")

    done = haven(machine, "demo")

    assert done.returncode == 3
    assert "19.03 is too old" in one_message(done)
    assert installed(machine) == []


def test_too_little_memory_is_named_with_both_figures(machine):
    done = haven(machine, "demo", HAVEN_NEED_MEMORY_MB="99999999")

    assert done.returncode == 3
    assert "needs 99999999 MB" in one_message(done)
    assert installed(machine) == []


def test_too_little_disk_is_named_with_its_place(machine):
    done = haven(machine, "demo", HAVEN_NEED_DISK_MB="999999999")

    assert done.returncode == 3
    assert "/var/" in one_message(done)
    assert installed(machine) == []


def test_nothing_is_left_behind_by_a_refusal(machine):
    pretend(machine, "id", "echo 1000")
    haven(machine, "demo")

    assert not (machine / "venv").exists()


def test_checking_a_file_needs_no_root(machine):
    """`haven check` is for everybody; it stops only for what it really needs."""
    pretend(machine, "id", "echo 1000")
    pretend(machine, "python3", "exit 1")

    done = haven(machine, "check", "x.csv", LC_ALL="C")

    assert done.returncode == 3
    assert "python3-venv" in one_message(done)


@pytest.mark.parametrize("said", ["podman version 4.3.1", "Docker version library-import, build x"])
def test_something_in_the_place_of_the_engine_is_named(machine, said):
    pretend(machine, "dockerd", f"echo '{said}'")

    done = haven(machine, "demo")

    assert done.returncode == 3
    assert "none of Docker Engine" in one_message(done)
    assert installed(machine) == []


def test_a_python_that_is_too_old_is_named_before_anything_is_installed(machine):
    pretend(machine, "python3", 'case "$1" in --version) echo Python 3.10.12;; *) exit 1;; esac')

    done = haven(machine, "demo")

    assert done.returncode == 3
    assert "Python 3.10.12 is too old; 3.11" in one_message(done)
    assert installed(machine) == []


def test_without_apt_the_rest_can_be_installed_by_hand(machine):
    (machine / "apt-get").unlink()

    done = haven(machine, "demo", HAVEN_NO_APT="1", HAVEN_NEED_MEMORY_MB="999999999")

    assert "of memory" in one_message(done)


@pytest.mark.parametrize("words", [("up", "--help"), ("demo", "-h")])
def test_asking_what_a_command_does_needs_no_root_and_installs_nothing(machine, words):
    pretend(machine, "id", "echo 1000")
    pretend(machine, "python3", "exit 1")

    done = haven(machine, *words, LC_ALL="C")

    assert "python3-venv" in one_message(done), "it asked for root first"
    assert installed(machine) == []
