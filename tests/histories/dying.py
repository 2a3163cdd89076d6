"""A step run in a process of its own, which is killed with SIGKILL at its n-th chance to die.

Chances are where something might be half done: before each statement to the database, before and
after each commit, around each object put into the store, and before each file that is opened for
writing, renamed or removed. The process dies there as it would of a power cut: nothing is closed,
flushed or rolled back.
"""

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from output_checker.domain.errors import OutputCheckerError

DONE, REFUSED, BROKEN = 0, 3, 4
_OF_FILES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.link"})


@dataclass
class Fate:
    """Attributes: `left`: how many chances to die are survived; None: it lives."""

    left: int | None

    def chance(self) -> None:
        if self.left is None:
            return
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1

    def watch_engine(self, engine: Engine) -> None:
        event.listen(engine, "before_cursor_execute", lambda *_: self.chance())
        event.listen(engine, "commit", lambda *_: self.chance())

    def watch_files(self, folder: Path) -> None:
        within = str(folder)

        def hook(name: str, arguments: tuple[Any, ...]) -> None:
            is_written = name == "open" and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
            if (is_written and str(arguments[0]).startswith(within)) or name in _OF_FILES:
                self.chance()

        sys.addaudithook(hook)


def start(step: Callable[[Fate], object], *, dies_after: int | None) -> int:
    """Begin a step in a process of its own. Returns: its id, for `end`."""
    child = os.fork()
    if child:
        return child
    try:
        step(Fate(left=dies_after))
    except OutputCheckerError:
        os._exit(REFUSED)
    except BaseException:  # noqa: BLE001  what it was is the child's last word
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(BROKEN)
    os._exit(DONE)


def end(child: int) -> int:
    """Wait for it. Returns: DONE, REFUSED, or minus the signal it died of."""
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in {DONE, REFUSED, -signal.SIGKILL}, f"a step ended with {code}"
    return code
