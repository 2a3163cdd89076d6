"""Keeps the parts of a workspace running as its first process: starts, reaps, starts again.

Standard library only. It is process 1, so every orphan in the container becomes its child.
"""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

TICK_SECONDS: Final = 0.05
# A part that ran this long was well; one that ends sooner waits longer each time.
WELL_SECONDS: Final = 10.0
LONGEST_PAUSE_SECONDS: Final = 5.0
END_SECONDS: Final = 2.0
_SIGNALS: Final = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT)


def _always() -> bool:
    return True


@dataclass(slots=True, kw_only=True)
class Part:
    """One program that shall run as long as the workspace does.

    Attributes:
        ready: Whether what it needs is there; it starts when this says so.
        environment: All the variables it gets.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready: Callable[[], bool] = _always
    pid: int | None = None
    started_at: float = 0.0
    not_before: float = 0.0
    pause_seconds: float = field(default=0.0)

    def start(self) -> None:
        # Its own process group, so that what it starts ends with it; no signal stays blocked.
        self.pid = os.posix_spawn(
            self.command[0], list(self.command), dict(self.environment), setpgroup=0, setsigmask=()
        )
        self.started_at = time.monotonic()

    def ended(self) -> None:
        self.signal(signal.SIGKILL)
        now = time.monotonic()
        was_well = now - self.started_at >= WELL_SECONDS
        longer = min(LONGEST_PAUSE_SECONDS, max(TICK_SECONDS, 2 * self.pause_seconds))
        self.pause_seconds = 0.0 if was_well else longer
        self.pid, self.not_before = None, now + self.pause_seconds

    def signal(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, number)


class Supervisor:
    """Runs parts until it is told to end.

    Args:
        parts: In the order in which they start.
        every_tick: Called about 20 times a second.
    """

    def __init__(
        self, parts: Sequence[Part], every_tick: Callable[["Supervisor"], None] | None = None
    ) -> None:
        self._parts = parts
        self._every_tick = every_tick

    def run(self) -> None:
        """Return once SIGTERM or SIGINT has come and the parts have ended."""
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        while True:
            self._start_what_is_ready()
            came = signal.sigtimedwait(_SIGNALS, TICK_SECONDS)
            self._reap()
            if came and came.si_signo in (signal.SIGTERM, signal.SIGINT):
                self._end()
                return
            if self._every_tick:
                self._every_tick(self)

    def restart(self, *names: str) -> None:
        """Kill these parts; they start again at once."""
        for part in self._parts:
            if part.name in names:
                part.signal(signal.SIGKILL)
                part.pause_seconds = 0.0

    def _start_what_is_ready(self) -> None:
        now = time.monotonic()
        for part in self._parts:
            if part.pid is None and now >= part.not_before and part.ready():
                part.start()

    def _reap(self) -> None:
        while True:
            try:
                pid, _ = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for part in self._parts:
                if part.pid == pid:
                    part.ended()

    def _end(self) -> None:
        for part in self._parts:
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        while any(part.pid for part in self._parts) and time.monotonic() < deadline:
            signal.sigtimedwait((signal.SIGCHLD,), TICK_SECONDS)
            self._reap()
        for part in self._parts:
            part.signal(signal.SIGKILL)
