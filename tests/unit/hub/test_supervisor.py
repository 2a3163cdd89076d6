"""The first process of a workspace of the pixel tier, with small parts in place of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAM = """
import ctypes, os, sys
from hub.workspace.supervisor import Part, Supervisor

folder = sys.argv[1]
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # orphans come here, as they come to process 1

def note(name, then):
    return ("/bin/sh", "-c", f"echo $$ >> {folder}/{name}; {then}")

parts = (
    Part(name="steady", command=note("steady", "exec sleep 600"), environment={}),
    Part(name="weak", command=note("weak", "exit 1"), environment={}),
    Part(name="forking", command=note("forking", "(sleep 0.2; exit 0) & exec sleep 600"),
         environment={}),
    Part(name="waiting", command=note("waiting", "exec sleep 600"), environment={},
         ready=lambda: os.path.exists(f"{folder}/go")),
)

def look(supervisor):
    if os.path.exists(f"{folder}/again"):
        os.unlink(f"{folder}/again")
        supervisor.restart("steady")

Supervisor(parts, look).run()
"""


class Running:
    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder)],
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        )

    def starts(self, name):
        path = self.folder / name
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def wait_for(self, holds, seconds=20):
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "did not come to hold in time"
            time.sleep(0.02)


@pytest.fixture
def running(tmp_path):
    one = Running(tmp_path)
    yield one
    one.process.send_signal(signal.SIGTERM)
    one.process.wait(20)


def children(pid):
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {child: Path(f"/proc/{child}/stat").read_text().split()[2] for child in listed}


def test_a_part_that_dies_is_started_again(running):
    running.wait_for(lambda: running.starts("steady"))
    os.kill(running.starts("steady")[0], signal.SIGKILL)

    running.wait_for(lambda: len(running.starts("steady")) == 2)


@pytest.mark.slow
def test_a_part_that_keeps_dying_waits_longer_each_time(running):
    running.wait_for(lambda: len(running.starts("weak")) >= 3)
    time.sleep(1)

    assert len(running.starts("weak")) < 10


def test_a_part_starts_when_what_it_needs_is_there(running):
    running.wait_for(lambda: running.starts("steady"))
    assert running.starts("waiting") == []
    (running.folder / "go").touch()

    running.wait_for(lambda: running.starts("waiting"))


def test_a_part_is_restarted_on_request_and_the_others_go_on(running):
    running.wait_for(lambda: running.starts("steady") and running.starts("forking"))
    (running.folder / "again").touch()

    running.wait_for(lambda: len(running.starts("steady")) == 2)
    assert len(running.starts("forking")) == 1


def test_no_orphan_stays_a_zombie(running):
    running.wait_for(lambda: running.starts("forking"))
    time.sleep(0.6)

    running.wait_for(lambda: "Z" not in children(running.process.pid).values())


def test_the_end_ends_all_parts(running):
    running.wait_for(lambda: running.starts("steady") and running.starts("forking"))
    pids = running.starts("steady") + running.starts("forking")
    running.process.send_signal(signal.SIGTERM)

    assert running.process.wait(20) == 0
    running.wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
