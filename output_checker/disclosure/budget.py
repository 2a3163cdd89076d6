"""How long one file may keep whoever judges it: all that is asked for it shares these seconds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from threading import Event, Lock, Thread
from time import monotonic
from typing import Final, Self

SECONDS: Final = 60.0
# Of these, for finding out what tables are. The search for people needs the rest.
_INFERRING: Final = 0.5
# How often it is looked whether a question is to be stopped; and again, should it go on.
_LOOK_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.05


class Spent(Exception):
    """The seconds of a file are used up."""


class Budget:
    """Begins when it is made, for one file and one thread; enter it to have questions stopped.

    Attributes: `seconds` are what it began with.
    """

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = monotonic) -> None:
        self.seconds = seconds
        self.clock = clock
        self._inferring = seconds * _INFERRING
        self._ends = clock() + seconds
        self._is_paused = False
        self._stop: Callable[[], None] | None = None
        self._stop_lock = Lock()
        self._is_over = Event()
        self._watch = Thread(target=self._stop_in_time, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watch.join()

    @property
    def left(self) -> float:
        return inf if self._is_paused else self._ends - self.clock()

    def require(self) -> None:
        """Raises: Spent, when nothing is left."""
        if self.left <= 0:
            raise Spent

    @contextmanager
    def inferring(self, most: float) -> Iterator[float]:
        """Until when it may go on: as long as asked for, or as the file's share for it goes."""
        begun = self.clock()
        try:
            yield begun + min(most, self._inferring)
        finally:
            self._inferring -= self.clock() - begun

    @contextmanager
    def paused(self) -> Iterator[None]:
        """For what is made of a dataset once, whichever file asks for it first."""
        begun, was_paused, self._is_paused = self.clock(), self._is_paused, True
        try:
            yield
        finally:
            self._is_paused = was_paused
            if not was_paused:
                self._ends += self.clock() - begun

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """What outlasts the budget is told to stop, from another thread.

        Raises: Spent, when nothing is left to begin with.
        """
        self.require()
        self._stop = stop
        try:
            yield
        finally:
            # Whoever is told to stop is still there.
            with self._stop_lock:
                self._stop = None

    def _stop_in_time(self) -> None:
        while not self._is_over.wait(max(_AGAIN_SECONDS, min(self.left, _LOOK_SECONDS))):
            with self._stop_lock:
                if self._stop is not None and self.left <= 0:
                    self._stop()
