"""What has passed for each start of each workspace: figures, and the files that keep them."""

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from hub.registrations import Registration

log = logging.getLogger("haven.gateway.counts")


class Kind(StrEnum):
    """What the bytes are. Those of `STATIC` are Haven's own files and carry no data."""

    HTTP = "http"
    KERNEL = "kernel"
    PIXELS = "pixels"
    STATIC = "static"


CARRIES_DATA: Final = (Kind.HTTP, Kind.KERNEL, Kind.PIXELS)


@dataclass(slots=True, kw_only=True)
class Day:
    """One day's figures of one session.

    Attributes:
        to_browser, to_workspace: Bytes of bodies and messages, by kind.
        refused: Requests that the route list or a limit turned away.
        dropped: Messages of the workspace that did not pass.
    """

    to_browser: dict[str, int] = field(default_factory=dict)
    to_workspace: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    refused: int = 0
    dropped: int = 0

    @property
    def shown_bytes(self) -> int:
        """What a budget counts."""
        return sum(self.to_browser.get(kind, 0) for kind in CARRIES_DATA)


@dataclass(slots=True, kw_only=True)
class Count:
    """What has passed for one start of one workspace.

    Attributes:
        days: By date in UTC, as `2026-11-22`.
        reached: Which level was reached at which budget, so that each is told once.
        untold: What the portal has not confirmed yet.
        is_damaged: Its file could not be read: how much passed is not known.
        is_closed: The session is over, and the portal knows.
    """

    username: str
    project: str
    started_id: str
    tier: str
    days: dict[str, Day] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    untold: list[dict[str, Any]] = field(default_factory=list)
    is_damaged: bool = False
    is_closed: bool = False

    def on(self, day: str) -> Day:
        return self.days.setdefault(day, Day())

    @property
    def shown_bytes(self) -> int:
        return sum(day.shown_bytes for day in self.days.values())


def new(registration: Registration) -> Count:
    return Count(
        username=registration.username,
        project=registration.project,
        started_id=registration.started_id,
        tier=registration.tier,
    )


def write(folder: Path, count: Count) -> None:
    """Replace a session's file in one step.

    Raises:
        OSError: It could not be written; the one before is still there.
    """
    draft = folder / f"{count.started_id}.new"
    draft.write_text(json.dumps(asdict(count)))
    draft.replace(folder / f"{count.started_id}.json")


def remove(folder: Path, count: Count) -> None:
    (folder / f"{count.started_id}.json").unlink(missing_ok=True)


def every(folder: Path) -> Iterator[Count]:
    for path in folder.glob("*.json"):
        found = _read(path)
        if found is not None:
            yield found


def read(folder: Path, registration: Registration) -> Count | None:
    """A session's figures; None when nothing has passed for it yet."""
    path = folder / f"{registration.started_id}.json"
    if not path.exists():
        return None
    found = _read(path)
    if found is None:
        found = new(registration)
        found.is_damaged = True
    return found


def _read(path: Path) -> Count | None:
    try:
        values = json.loads(path.read_text())
        days = {day: Day(**figures) for day, figures in values.pop("days").items()}
        return Count(**values, days=days)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        log.error("a file of counts cannot be read")
        return None
