"""What is kept of refused requests: kinds, lengths and hashes, and never more lines than a few.

What was asked for could be data, so nothing of it is written: only how long it was, and a hash
that tells whether two were the same.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

LINES_A_MINUTE: Final = 60
MINUTE_SECONDS: Final = 60.0


class Refusals:
    """Counts refusals by kind, and writes a bounded number of lines a minute.

    Answers stay the same however many there are: if one workspace could make them change, another
    could read that.

    Args:
        write: Takes one line.
        clock: Seconds that only grow.
    """

    def __init__(
        self, write: Callable[[str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._clock = write, clock
        self._began, self._lines = clock(), 0
        self._unwritten: Counter[str] = Counter()

    def note(self, kind: str, target: str) -> None:
        if self._clock() - self._began >= MINUTE_SECONDS:
            self._next_minute()
        if self._lines >= LINES_A_MINUTE:
            self._unwritten[kind] += 1
            return
        self._lines += 1
        digest = hashlib.sha256(target.encode("utf-8", "replace")).hexdigest()
        self._say(event="package_refused", kind=kind, length=len(target), sha256=digest[:16])

    def _next_minute(self) -> None:
        if self._unwritten:
            self._say(event="package_refusals_unwritten", **dict(self._unwritten))
        self._began, self._lines = self._clock(), 0
        self._unwritten.clear()

    def _say(self, **said: object) -> None:
        self._write(json.dumps(said))
