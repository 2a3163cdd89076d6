"""A line that says for how long somebody has waited, in a notebook or a terminal."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from portal.cli.workspace_words import progress

_SECONDS_BETWEEN: Final = 1.0


@contextlib.contextmanager
def waiting(words: str) -> Iterator[Callable[[], None]]:
    """Gives what is to be called now and then; the line is gone in the end."""
    shell = _notebook()
    if shell is None:
        yield progress(words)
        return
    line = _Line(words)
    try:
        yield line.tick
    finally:
        line.end()


def _notebook() -> Any:
    """IPython's shell where it shows pages; a terminal has a line of its own."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return None if shell is None or sys.stderr.isatty() else shell


class _Line:
    def __init__(self, words: str) -> None:
        from IPython.display import display

        self._words = words
        self._began = self._said = time.monotonic()
        self._handle = display(_text(f"{words} ..."), raw=True, display_id=True)

    def tick(self) -> None:
        now = time.monotonic()
        if now - self._said >= _SECONDS_BETWEEN:
            self._said = now
            self._handle.update(_text(f"{self._words} ... {now - self._began:.0f} s"), raw=True)

    def end(self) -> None:
        self._handle.update(_text(""), raw=True)


def _text(words: str) -> dict[str, str]:
    return {"text/plain": words}
