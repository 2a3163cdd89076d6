"""The process that solves larger systems: started when first asked, bounded, killed when late.

It is kept for the next question, as the nursery of readers is. What it cannot answer within its
limits is not worked out: whoever asked says so, and nothing is taken for safe.
"""

import atexit
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final

from output_checker.disclosure.suppression.equations import (
    Contradiction,
    Equation,
    Room,
    TooHard,
)
from output_checker.disclosure.suppression.programme import Cheapest, Programme
from output_checker.disclosure.suppression.task import Task

_ROOT: Final = Path(__file__).parents[3]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from output_checker.disclosure.suppression.solving import main; main(*map(int, sys.argv[1:]))"
)


# Of the whole process, which is replaced when a quarter of its seconds is gone.
_MEMORY_BYTES: Final = 2 * 1024**3
_CPU_SECONDS: Final = 240
# For one question.
BOUNDS_SECONDS: Final = 10.0
PROTECT_SECONDS: Final = 120.0
# Of them, what the process takes before it says that it has not finished.
_OF_THEM: Final = 0.75


class Solver:
    """Safe to use from several threads: they wait for each other."""

    def __init__(self, memory_bytes: int = _MEMORY_BYTES, cpu_seconds: int = _CPU_SECONDS) -> None:
        # Isolated mode looks neither at the environment nor at the folder it starts in.
        self._command = [
            sys.executable, "-I", "-B", "-c", _START, str(_ROOT), str(memory_bytes),
            str(cpu_seconds),
        ]  # fmt: skip
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def bounds(
        self,
        block: Sequence[Equation],
        asked: Collection[int],
        rooms: Mapping[int, Room],
        *,
        counts: bool,
        seconds: float = BOUNDS_SECONDS,
    ) -> dict[int, Room]:
        """The least and greatest of each unknown asked for. Raises: Contradiction, TooHard."""
        said = self._ask({
            "kind": "bounds",
            "equations": as_json(block),
            "asked": [*asked],
            "rooms": {name: [room.low, room.high] for name, room in rooms.items()},
            "counts": counts,
        }, seconds)  # fmt: skip
        return {int(at): Room(low=low, high=high) for at, (low, high) in said["rooms"].items()}

    def protect(self, task: Task, seconds: float = PROTECT_SECONDS) -> frozenset[int]:
        """Which cells to hide so that the small ones stay unknown. Raises: TooHard."""
        said = self._ask({
            "kind": "protect",
            "equations": as_json(task.equations),
            "values": [*task.values],
            "threshold": task.threshold,
            "seconds": seconds * _OF_THEM,
        }, seconds)  # fmt: skip
        return frozenset(said["hidden"])

    def least(self, programme: Programme, seconds: float = BOUNDS_SECONDS) -> Cheapest:
        """The cheapest whole numbers. Raises: Contradiction, where there are none; TooHard."""
        said = self._ask({
            "kind": "least",
            "equations": as_json(programme.equations),
            "at_least": as_json(programme.at_least),
            "costs": [*programme.costs],
            "rooms": [[room.low, room.high] for room in programme.rooms],
            "constant": programme.constant,
            "near": programme.near,
            "seconds": seconds * _OF_THEM,
        }, seconds)  # fmt: skip
        return Cheapest(values=tuple(said["values"]), is_proven=said["is_proven"])

    def close(self) -> None:
        with self._lock:
            self._stop()

    def _ask(self, question: dict[str, Any], seconds: float) -> dict[str, Any]:
        with self._lock:
            answer = self._answer(json.dumps(question).encode() + b"\n", seconds)
        if "error" in answer:
            raise Contradiction if answer["error"] == "contradiction" else TooHard
        return answer

    def _answer(self, line: bytes, seconds: float) -> dict[str, Any]:
        try:
            process = self._process or self._begin()
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line)
            process.stdin.flush()
            answer: dict[str, Any] = json.loads(_line(process.stdout.fileno(), seconds))
        except (OSError, ValueError):
            # Late, dead or garbled: another question gets another process.
            answer = {"error": "too hard", "is_last": True}
        if answer["is_last"]:
            self._stop()
        return answer

    def _begin(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={"OPENBLAS_NUM_THREADS": "1"}, cwd="/",
            start_new_session=True,
        )  # fmt: skip
        return self._process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()
        self._process = None


def as_json(equations: Sequence[Equation]) -> list[list[Any]]:
    return [[[*one.terms], [*one.terms.values()], one.total] for one in equations]


def _line(descriptor: int, seconds: float) -> bytes:
    """Raises: ValueError, when no whole line comes in time."""
    deadline = time.monotonic() + seconds
    parts: list[bytes] = []
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            part = os.read(descriptor, 1 << 20)
            if not part:
                break
            parts.append(part)
            if part.endswith(b"\n"):
                return b"".join(parts)
    raise ValueError


SHARED: Final = Solver()
atexit.register(SHARED.close)
