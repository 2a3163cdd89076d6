"""What passed between people's browsers and their workspaces, as the gateway counted it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum

from registry.domain.names import is_project_id, is_username


class Scope(StrEnum):
    SESSION = "session"
    DAY = "day"


class Level(StrEnum):
    """How far a budget was used up; `CLOSED` is a session's end."""

    ALERT = "alert"
    THROTTLE = "throttle"
    CUT = "cut"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Bytes and counts. Those of `static` are Haven's own files, which hold no data."""

    http_to_browser: int = 0
    http_to_workspace: int = 0
    kernel_to_browser: int = 0
    kernel_to_workspace: int = 0
    pixels_to_browser: int = 0
    pixels_to_workspace: int = 0
    static_to_browser: int = 0
    requests: int = 0
    refused: int = 0
    dropped: int = 0

    @property
    def shown_bytes(self) -> int:
        """What a budget counts."""
        return self.http_to_browser + self.kernel_to_browser + self.pixels_to_browser

    def counted(self) -> dict[str, str]:
        """The figures as a ledger line holds them."""
        return {one.name: str(getattr(self, one.name)) for one in fields(self)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose session it is."""

    started_id: str
    username: str
    project_id: str

    def is_plausible(self) -> bool:
        return is_username(self.username) and is_project_id(self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfSession:
    owner: Owner
    tier: str
    day: date
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A level of a budget, reached by a session."""

    owner: Owner
    scope: Scope
    level: Level
    day: date
    used_bytes: int
    budget_bytes: int
    at: datetime

    @property
    def concerns(self) -> str:
        """What the budget belongs to: a session, or a person's day in a project."""
        if self.scope is Scope.SESSION:
            return self.owner.started_id
        return f"{self.owner.username}/{self.owner.project_id}/{self.day.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What an administrator adds to a person's day in a project."""

    username: str
    project_id: str
    day: date
    bytes: int
