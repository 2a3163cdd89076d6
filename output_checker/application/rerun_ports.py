"""What following the re-runs of notebooks needs from outside."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from output_checker.disclosure.readers.artefacts import Document
from output_checker.domain.rerun import Rerun, RerunState


class Reruns(Protocol):
    def add(self, rerun: Rerun) -> None: ...

    def save(self, rerun: Rerun) -> None: ...

    def unfinished(self) -> Sequence[Rerun]:
        """Those that are queued or running, the first asked for first."""

    def of(self, request_id: str, *, turn: int) -> Rerun | None:
        """The run of a turn's notebook, or the one whose bytes are the turn's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is known of a run from outside of its container.

    Attributes:
        reason: Why there was none: one word of a fixed list; empty otherwise.
        image: Content id of the image that it ran in.
    """

    state: RerunState
    reason: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Where a notebook stopped by itself; `error` is the name of a built-in exception."""

    cell: int
    error: str


class Runner(Protocol):
    """Whoever runs notebooks: orders go out, and folders of files come back."""

    def order(self, rerun: Rerun, code: Mapping[str, bytes], *, sources: Collection[str]) -> None:
        """Ask for a run; again, it changes nothing.

        Args:
            code: The notebook, and what it may import, by path.
            sources: Folders of the dataset versions that it must find: others, and it is not run.
        """

    def progress(self, rerun_id: str) -> Progress | None:
        """None for a run that nobody ordered."""

    def stopped(self, rerun_id: str) -> Stopped | None:
        """What the run says of its own end; nobody can rely on it."""

    def made(self, rerun_id: str, path: str) -> bytes | None:
        """A file that the run made; None where there is none that can be read."""

    def others(self, rerun_id: str, known: Collection[str]) -> int:
        """How many other files it made."""

    def keep_only(self, rerun_ids: Collection[str]) -> None:
        """Take back every other order; what came of it is cleared."""


class Reading(Protocol):
    """Parsing in the sandbox."""

    def document(self, name: str, content: bytes) -> Document | None:
        """What readers make of a file; None when they refuse it."""

    def pixels(self, content: bytes) -> bytes | None:
        """Every pixel of a picture as red, green, blue and alpha, line by line; None likewise."""
