"""The Docker engine: found, or started where no init system does it, and stopped only if ours."""

import os
import signal
import subprocess
import time
from pathlib import Path

from infra.errors import NotReady
from infra.shell import run, succeeds

OLDEST = (20, 10)
PID_FILE = Path("/run/haven-dockerd.pid")
DOCKER_PID_FILE = Path("/var/run/docker.pid")
LOG_FILE = Path("/var/log/haven-dockerd.log")


def answers() -> bool:
    return succeeds(["docker", "version", "--format", "{{.Server.Version}}"], timeout_seconds=20)


def version() -> tuple[int, int]:
    text = run("docker", "version", "--format", "{{.Server.Version}}").strip()
    major, minor, *_ = text.split(".")
    return int(major), int(minor)


def ensure_running() -> None:
    """Make the engine answer.

    Raises:
        NotReady: It does not answer within a minute, or is older than 20.10.
    """
    if not answers():
        _start()
    if version() < OLDEST:
        raise NotReady(
            f"Docker engine {'.'.join(map(str, version()))} is too old; 20.10 or newer is needed. "
            "Install the distribution's docker.io package, then run this again."
        )


def _start() -> None:
    by_init = Path("/run/systemd/system").is_dir()
    if by_init:
        run("systemctl", "start", "docker")
    else:
        _start_daemon()
    deadline = time.monotonic() + 60
    while not answers():
        if time.monotonic() > deadline:
            raise NotReady(f"The Docker engine does not answer; its log is {LOG_FILE}")
        time.sleep(0.3)
    if not by_init:
        PID_FILE.write_text(DOCKER_PID_FILE.read_text())


def _start_daemon() -> None:
    _forget_a_dead_daemon()
    # It is nobody's child: whoever started it may end, or forget it, and it goes on.
    with LOG_FILE.open("ab") as log:
        subprocess.run(
            ["setsid", "--fork", "dockerd"],  # noqa: S607
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
        )


def _forget_a_dead_daemon() -> None:
    # A daemon that was killed leaves its number behind; once another process has that number, the
    # next daemon would refuse to start.
    if DOCKER_PID_FILE.exists() and _daemon(DOCKER_PID_FILE) is None:
        DOCKER_PID_FILE.unlink()


def ours() -> int | None:
    """The process id of a daemon that Haven started and that still runs."""
    return _daemon(PID_FILE)


def _daemon(file: Path) -> int | None:
    """The process that a file names, if it is a Docker daemon."""
    try:
        pid = int(file.read_text())
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return None
    return pid if name == "dockerd" else None


def stop_if_ours() -> bool:
    """Stop the daemon if Haven started it and nothing runs on it any more."""
    pid = ours()
    if pid is None or run("docker", "ps", "-q").strip():
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while ours() is not None and time.monotonic() < deadline:
        time.sleep(0.1)
    PID_FILE.unlink(missing_ok=True)
    return True
