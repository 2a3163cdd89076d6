"""One run of one person's workspace in one project: from its start to its end, and why it ended."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from registry.domain.limits import Taken
from registry.domain.tier import Tier


class EndReason(StrEnum):
    """Why a workspace ended. The value is what the table, the ledger and the hub say."""

    STOPPED = "stopped"
    STOPPED_BY_ADMIN = "stopped_by_admin"
    IDLE = "idle"
    TOO_LONG = "too_long"
    LAPSED = "lapsed"
    UNTRAINED = "untrained"
    FROZEN = "frozen"
    CRASHED = "crashed"
    REPLACED = "replaced"
    LOST = "lost"
    NOT_STARTED = "not_started"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS: Final = {
    EndReason.STOPPED: "Stopped by its person",
    EndReason.STOPPED_BY_ADMIN: "Stopped by an administrator",
    EndReason.IDLE: "Nobody used it",
    EndReason.TOO_LONG: "It ran for as long as the project allows",
    EndReason.LAPSED: "The right to it ended",
    EndReason.UNTRAINED: "A course that the project asks for no longer counts",
    EndReason.FROZEN: "Workspaces were frozen",
    EndReason.CRASHED: "It ended by itself",
    EndReason.REPLACED: "Another start took its place",
    EndReason.LOST: "The hub no longer had it",
    EndReason.NOT_STARTED: "It did not start",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSession:
    """A workspace's run.

    Attributes:
        started_id: New at each start; the hub and the gateway know the run by it.
        active_at: When its person or a kernel last did something.
        seen_at: When the hub last said that it runs.
        stops_at: When it will be stopped unless somebody goes on with it; None: not soon.
        stop_asked_by: The administrator who wants it stopped.
        reason: Why it ended; None while it runs.
        cpu_seconds: Processor time it used, as measured; None where nobody measured.
    """

    started_id: str
    username: str
    project_id: str
    tier: Tier
    profile: str
    cpus: float
    memory_bytes: int
    started_at: datetime
    active_at: datetime
    seen_at: datetime
    stops_at: datetime | None = None
    stop_asked_by: str | None = None
    ended_at: datetime | None = None
    reason: EndReason | None = None
    cpu_seconds: float | None = None

    @property
    def taken(self) -> Taken:
        return Taken(cpus=self.cpus, memory_bytes=self.memory_bytes)
