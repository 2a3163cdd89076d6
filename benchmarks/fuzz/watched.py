"""A sandbox like the one in use, whose nursery writes down how each of its children ended.

The children are the same: forked by the same code, with the same filter and limits. What is
written to is open in the nursery alone; a child closes it before it takes its filter.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from output_checker.disclosure.readers import nursery
from output_checker.disclosure.readers.sandbox import Sandbox

ROOT: Final = Path(__file__).parents[2]
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from benchmarks.fuzz.watched import serve; serve(sys.argv[1])"
)
# A child that has answered is ending; what it ends by is not to be the nursery's signal.
_GRACE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Attributes: `status` is 0, another exit status, or a signal below nothing."""

    number: int
    status: int
    peak_bytes: int
    cpu_seconds: float


def serve(log: str) -> None:
    """The nursery's own `main`, with its way of ending children replaced."""
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)

    def end(children: set[int], number: int) -> None:
        if number not in children:
            return
        deadline = time.monotonic() + _GRACE_SECONDS
        ended, status, used = os.wait4(number, os.WNOHANG)
        while not ended and time.monotonic() < deadline:
            time.sleep(0.001)
            ended, status, used = os.wait4(number, os.WNOHANG)
        if not ended:
            os.kill(number, signal.SIGKILL)
            _, status, used = os.wait4(number, 0)
        children.remove(number)
        said = {
            "number": number, "status": os.waitstatus_to_exitcode(status),
            "peak_bytes": used.ru_maxrss * 1024, "cpu_seconds": used.ru_utime + used.ru_stime,
        }  # fmt: skip
        os.write(written, json.dumps(said).encode() + b"\n")

    nursery._end = end  # noqa: SLF001 - the one place where a child's end can be seen
    nursery.main(0)


class Watched(Sandbox):
    """Attributes: `ended` holds what is known of each child, oldest first."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "ended"
        self._log.touch()
        self._seen = 0
        super().__init__([sys.executable, "-I", "-B", "-c", _START, str(ROOT), str(self._log)])

    @property
    def nursery(self) -> int:
        """Its process, 0 where none runs."""
        process = self._process
        return process.pid if process and process.poll() is None else 0

    def news(self, seconds: float = 5.0) -> list[Ended]:
        """Of children that ended since the last question, at least one where there is one."""
        deadline = time.monotonic() + seconds
        while True:
            # What is behind the last line's end is still being written.
            lines: Sequence[bytes] = self._log.read_bytes().split(b"\n")[self._seen : -1]
            if lines or time.monotonic() > deadline:
                self._seen += len(lines)
                return [Ended(**json.loads(line)) for line in lines]
            time.sleep(0.002)


def children_of(process: int) -> list[int]:
    """Those that still have a number: running, or ended and not waited for."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = place.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == process:
            found.append(int(place.parent.name))
    return found
