"""Runs the probes every night: a small process on the host, started by `haven up`.

It is no container, since what runs the probes must be root on the host in any case, and a second
container with the engine's socket would be a second way to be that. It holds nothing but its
number in a file; when that file names another process or is gone, it ends.

usage: python -m infra.probes.schedule     started by `start`, for the instance in the environment
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from infra.errors import NotReady
from infra.instance import REPOSITORY, Instance, from_environment

LOOK_SECONDS = 30
LONGEST_RUN = timedelta(hours=1)
MODULE = "infra.probes.schedule"
DEFAULT_TIME, NEVER = "02:30", "off"
TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def time_of_day(environment: Mapping[str, str] = os.environ) -> str:
    """HAVEN_PROBE_AT: when the probes run, `HH:MM` in UTC; `off` for never.

    Raises:
        NotReady: It is neither.
    """
    told = environment.get("HAVEN_PROBE_AT", DEFAULT_TIME)
    if told != NEVER and not TIME.fullmatch(told):
        raise NotReady(f"HAVEN_PROBE_AT is {told!r}; say a time such as 02:30 (UTC), or off")
    return told


def next_run(after: datetime, at: str) -> datetime:
    """The first moment of that time of day after another moment, in UTC."""
    hour, minute = (int(part) for part in at.split(":"))
    today = after.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > after else today + timedelta(days=1)


def start(instance: Instance) -> str:
    """Start the process anew; returns when it will run the probes, in words."""
    at = time_of_day()
    stop(instance)
    if at == NEVER:
        return "never (HAVEN_PROBE_AT is off); run `haven probe` yourself every day"
    environment = {
        **os.environ,
        "HAVEN_INSTANCE": instance.name,
        "HAVEN_HOME": str(instance.home),
        "HAVEN_LISTEN": instance.listen,
        "HAVEN_PUBLIC_URL": instance.public_url,
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with log_file(instance).open("ab") as log:
        # It is nobody's child: whoever started it may end, and it goes on.
        subprocess.run(  # noqa: S603  our own module
            ["setsid", "--fork", sys.executable, "-P", "-m", MODULE],  # noqa: S607
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True,
        )  # fmt: skip
    return f"every day at {at} UTC"


def stop(instance: Instance) -> bool:
    """End the process, if one runs for this instance."""
    pid = running(instance)
    pid_file(instance).unlink(missing_ok=True)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM)
    return True


def running(instance: Instance) -> int | None:
    """The process that runs the probes of this instance, if there is one."""
    try:
        pid = int(pid_file(instance).read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if MODULE.encode() in command else None


def pid_file(instance: Instance) -> Path:
    return Path(f"/run/{instance.name}-probes.pid")


def log_file(instance: Instance) -> Path:
    return Path(f"/var/log/{instance.name}-probes.log")


def keep_on(instance: Instance, at: str) -> None:
    """Run the probes at that time each day, until the file with our number is not ours."""
    due = next_run(_now(), at)
    while running(instance) == os.getpid() and instance.home.is_dir():
        if _now() >= due:
            _probe()
            due = next_run(_now(), at)
        time.sleep(LOOK_SECONDS)


def _now() -> datetime:
    return datetime.now(UTC)


def _probe() -> None:
    environment = {**os.environ, "SUDO_USER": "schedule"}
    command = [sys.executable, "-P", "-m", "portal.cli.main", "probe"]
    try:
        subprocess.run(  # noqa: S603  our own command
            command, env=environment, stdin=subprocess.DEVNULL, check=False,
            timeout=LONGEST_RUN.total_seconds(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        print("the probes did not end in an hour", flush=True)  # noqa: T201  to its log


if __name__ == "__main__":
    here = from_environment()
    pid_file(here).write_text(str(os.getpid()))
    keep_on(here, time_of_day())
