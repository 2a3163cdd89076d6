"""Run the reader child on one file's bytes, bounded in time, memory and answer."""

import os
import selectors
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers.artefacts import Artefact, from_child

_ROOT = Path(__file__).parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from output_checker.disclosure.readers.child import main; "
    "main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    memory_bytes: int = 1024**3
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    answer_bytes: int = 160 * 1024**2


LIMITS = Limits()


def command(kind: str, limits: Limits) -> list[str]:
    # Isolated mode looks neither at the environment nor at the folder it starts in.
    options = [sys.executable, "-I", "-S", "-B", "-c", _START, str(_ROOT)]
    return [*options, kind, str(limits.memory_bytes), str(limits.cpu_seconds)]


def read(
    kind: str, data: bytes, limits: Limits = LIMITS, *, child: Sequence[str] | None = None
) -> Artefact:
    """Parse bytes in a process that can do nothing else.

    Args:
        kind: Name of the reader, `csv` or `png`.
        data: The whole file.
        limits: Of memory, time and answer.
        child: Another command to run, for tests of a reader that misbehaves.

    Raises:
        Unreadable: Refused, crashed, hung, too large or garbled.
    """
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC)
    with os.fdopen(descriptor, "r+b") as stdin:
        stdin.write(data)
        stdin.seek(0)
        process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            child or command(kind, limits),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        with process:
            try:
                assert process.stdout is not None
                answer = _collect(process.stdout, limits)
                status = process.wait(timeout=limits.wall_seconds)
            except subprocess.TimeoutExpired:
                raise Unreadable(_TOO_SLOW) from None
            finally:
                process.kill()
    if status != 0:
        raise Unreadable("the reader stopped before it had read the file")
    return from_child(answer)


_TOO_SLOW = "the file takes too long to read"


def _collect(stdout: IO[bytes], limits: Limits) -> bytes:
    deadline = time.monotonic() + limits.wall_seconds
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            part = os.read(stdout.fileno(), 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > limits.answer_bytes:
                raise Unreadable("the file unfolds into more text than can be checked")
    raise Unreadable(_TOO_SLOW)
