"""The forwarder is one of the parts that a workspace keeps running, in both tiers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.workspace import screen


def test_the_pixel_tier_keeps_it_running(tmp_path, monkeypatch):
    monkeypatch.setattr(screen, "PROFILE", str(tmp_path / "profile"))
    environment = {"HAVEN_SOCKET": "/run/workspace/lab.sock", "HAVEN_BASE_URL": "/"}

    assert "packages" in {part.name for part in screen.parts(environment)}


# As in the image, where the program finds its modules without PYTHONPATH.
KEEP = """
import sys
from hub.workspace import forwarder
from hub.workspace.supervisor import Part, Supervisor
once = (sys.executable, "-c", f"import sys; sys.path.insert(0, {sys.argv[1]!r});"
        "from pathlib import Path; from hub.workspace.forwarder import Forwarder;"
        "Forwarder(Path('/nowhere.sock'), port=0).run()")
forwarder.part = lambda environment: Part(name="packages", command=once, environment=environment)
forwarder.main([])
"""


@pytest.mark.slow
def test_the_browser_tiers_keeper_starts_it_again():
    keeper = subprocess.Popen(
        [sys.executable, "-c", KEEP, str(Path.cwd())],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    try:
        first = child_of(keeper.pid)
        os.kill(first, signal.SIGKILL)

        assert child_of(keeper.pid, other_than=first) != first
    finally:
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(20) == 0


def child_of(pid, other_than=0):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        for child in map(int, children):
            if child != other_than:
                return child
        time.sleep(0.02)
    raise AssertionError("it did not start in time")
