"""Programs on the host, run to their end."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.errors import CommandFailed


def run(
    *command: str,
    stdin: bytes | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_seconds: float = 1800,
    stderr_too: bool = False,
) -> str:
    """Run a program and return what it printed.

    Raises:
        CommandFailed: It ended with another status than 0.
    """
    done = subprocess.run(  # noqa: S603  the command line is ours, never a user's text
        command,
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if stderr_too else subprocess.PIPE,
        env=env,
        cwd=cwd,
        timeout=timeout_seconds,
        check=False,
    )
    output = done.stdout.decode(errors="replace")
    if done.returncode:
        errors = (done.stderr or b"").decode(errors="replace")
        raise CommandFailed(command, done.returncode, output + errors)
    return output


def succeeds(command: Sequence[str], timeout_seconds: float = 60) -> bool:
    try:
        run(*command, timeout_seconds=timeout_seconds)
    except (CommandFailed, OSError, subprocess.TimeoutExpired):
        return False
    return True
