"""How much may pass from a workspace to its person's browser, for one session and for one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from hub.registrations import Registration

MEBIBYTE: Final = 1024**2


class Scope(StrEnum):
    SESSION = "session"
    DAY = "day"


class Level(StrEnum):
    """How far a budget is used up. The value is what the portal and the ledger say."""

    ALERT = "alert"
    THROTTLE = "throttle"
    CUT = "cut"


SHARES: Final[Mapping[Level, float]] = {Level.ALERT: 0.5, Level.THROTTLE: 0.8, Level.CUT: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What one workspace may show.

    Attributes:
        session_bytes: From a start of the workspace to its end.
        day_bytes: For a person and project, on one day in UTC, over all starts.
        throttled_bytes_per_second: How fast it goes from 80 % on.
    """

    session_bytes: int
    day_bytes: int
    throttled_bytes_per_second: int


DEFAULTS: Final[Mapping[str, Budgets]] = {
    "browser": Budgets(
        session_bytes=64 * MEBIBYTE,
        day_bytes=128 * MEBIBYTE,
        throttled_bytes_per_second=32 * 1024,
    ),
    # A picture of a page weighs more than the page, and holds less of what can be used again.
    "pixel": Budgets(
        session_bytes=2048 * MEBIBYTE,
        day_bytes=4096 * MEBIBYTE,
        throttled_bytes_per_second=256 * 1024,
    ),
}
# A tier that nobody has named gets nothing.
_NOTHING: Final = Budgets(session_bytes=0, day_bytes=0, throttled_bytes_per_second=1)


def of(registration: Registration) -> Budgets:
    """The project's own budgets where it states them, else those of its tier."""
    default = DEFAULTS.get(registration.tier, _NOTHING)
    stated = registration.budgets
    return Budgets(
        session_bytes=stated.get("session_bytes", default.session_bytes),
        day_bytes=stated.get("day_bytes", default.day_bytes),
        throttled_bytes_per_second=default.throttled_bytes_per_second,
    )


class Spent(Exception):
    """A budget is used up; the message tells the person what to do."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        super().__init__(WORDS[scope])


WORDS: Final[Mapping[Scope, str]] = {
    Scope.SESSION: (
        "This session has shown as much as a session may. Your work in the workspace is safe. "
        "Stop the workspace and open it again to go on; hand in what you want to take out."
    ),
    Scope.DAY: (
        "This project has shown you as much as it may today. Your work in the workspace is safe. "
        "Ask an administrator to raise today's limit, or go on after midnight UTC; hand in what "
        "you want to take out."
    ),
}
