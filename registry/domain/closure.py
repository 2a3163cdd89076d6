"""What becomes of a project's files once it is over, and when."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ClosureMode(StrEnum):
    """Archived disks stay on the machine, where nobody but its root reads them."""

    ARCHIVE = "archive"
    DESTROY = "destroy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Attributes: `retain_days` is how long files stay where they are after the project is over."""

    mode: ClosureMode
    retain_days: int

    def __str__(self) -> str:
        return f"{self.mode} after {self.retain_days} days"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureState:
    """How a project stands.

    Attributes:
        closed_on: The day it was closed, in UTC; None while it is not.
        closure: What its file says; None where that says nothing.
        running: How many of its workspaces run.
    """

    ends_on: date
    closed_on: date | None
    closure: Closure | None
    running: int

    @property
    def over_on(self) -> date:
        """The day from which on nobody works on it."""
        ended = self.ends_on + timedelta(days=1)
        return ended if self.closed_on is None else min(ended, self.closed_on)

    def due_on(self, closure: Closure) -> date:
        return self.over_on + timedelta(days=closure.retain_days)

    def why_not(self, today: date) -> str | None:
        """Why its files may not be archived or destroyed today, in words; None: they may."""
        if self.closure is None:
            return "The project's file does not say what becomes of its files (`closure`)"
        if today < self.over_on:
            return f"The project is open until {self.ends_on}"
        if today < (due := self.due_on(self.closure)):
            return f"The project's files are kept until {due}"
        if self.running:
            return f"{self.running} of its workspaces run"
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What was archived or destroyed.

    Attributes:
        document: JSON, as it was made on the machine: a line for each file with its hash.
        sha256: Of the document; it is in the ledger too.
    """

    project_id: str
    mode: ClosureMode
    files: int
    size_bytes: int
    document: str
    sha256: str
