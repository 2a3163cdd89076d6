"""A request's notebook, run again in a fresh workspace, and how far it made the same files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from output_checker.domain.ledger import JsonValue


class RerunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class Outcome(StrEnum):
    """What a re-run made in place of a file.

    `reproduced`: the same bytes, or bytes that hold the same values. `equivalent`: the same but for
    the last digits of numbers, shades nobody sees, or what a program writes anew each time.
    """

    REPRODUCED = "reproduced"
    EQUIVALENT = "equivalent"
    DIFFERS = "differs"
    MISSING = "missing"

    @property
    def is_the_same(self) -> bool:
        return self in {Outcome.REPRODUCED, Outcome.EQUIVALENT}


OPEN: Final = frozenset({RerunState.QUEUED, RerunState.RUNNING})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOutcome:
    """One output of the request.

    Attributes:
        position: Of the file in the request, from 0.
        different: How many of `units` differ; 0 where nothing was counted.
        units: What was counted: cells, lines, points, pixels or parts.
    """

    position: int
    outcome: Outcome
    different: int = 0
    units: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerun:
    """One run of one turn's notebook.

    Attributes:
        notebook: Its path in the outputs folder.
        files: The turn's files, as the manifest named them: path, spec, dataset, role, group.
        seconds: How long it may run.
        reason: Why it has no outcome, one word of a fixed list; empty while there may be one.
        image: Content id of the image that it ran in.
        cell: Which cell ended it, from 1; 0 when none did.
        error: Name of the built-in exception that did, or `Error` for one of another class.
        outcomes: One a file that would leave; empty until it is done.
        extra: Files that it made and the request does not name.
        taken_turn: The turn that its bytes are the files of; None when they are not.
        taken_sha256: That turn's snapshot.
        sends_on: Whether what it made goes to review by itself; not after a mere check.
    """

    rerun_id: str
    request_id: str
    project_id: str
    author: str
    turn: int
    notebook: str
    files: tuple[Mapping[str, Any], ...]
    seconds: int
    asked_at: datetime
    state: RerunState = RerunState.QUEUED
    reason: str = ""
    image: str = ""
    cell: int = 0
    error: str = ""
    outcomes: tuple[FileOutcome, ...] = ()
    extra: int = 0
    ended_at: datetime | None = None
    taken_turn: int | None = None
    taken_sha256: str = ""
    sends_on: bool = True

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def made_the_same(self) -> bool:
        """Whether it made every file that would leave, and each the same."""
        is_done = self.state is RerunState.DONE and bool(self.outcomes)
        return is_done and all(one.outcome.is_the_same for one in self.outcomes)

    def made(self, *, turn: int, snapshot_sha256: str) -> bool:
        """Whether these very files are its own."""
        is_taken = (self.taken_turn, self.taken_sha256) == (turn, snapshot_sha256)
        return self.made_the_same and is_taken

    def told(self) -> dict[str, JsonValue]:
        """For the ledger: identifiers, states and counts."""
        return {
            "rerun": self.rerun_id,
            "turn": self.turn,
            "state": self.state.value,
            "reason": self.reason,
            "image": self.image,
            "extra": self.extra,
            **{outcome.value: self.count(outcome) for outcome in Outcome},
        }

    def count(self, outcome: Outcome) -> int:
        return sum(one.outcome is outcome for one in self.outcomes)
