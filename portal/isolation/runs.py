"""Runs of the isolation probes, as they were recorded, and what they say together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.isolation.tables import ProbeRunRow

SHUT, OPEN, BROKEN = "shut", "OPEN", "broken"
# A night and two hours: the run itself takes minutes, and clocks change.
OVERDUE_AFTER: Final = timedelta(hours=26)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeRun:
    """One run.

    Attributes:
        at: When it began, in UTC.
        is_whole: Whether every probe that applies was run, not only some.
        states: Probe -> shut, OPEN or broken.
        document: The signed result.
    """

    run_id: int
    at: datetime
    version: str
    image: str
    tier: str
    is_whole: bool
    states: Mapping[str, str]
    document: Mapping[str, Any]

    def having(self, state: str) -> tuple[str, ...]:
        return tuple(name for name, found in self.states.items() if found == state)

    @property
    def is_well(self) -> bool:
        return all(state == SHUT for state in self.states.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How isolation stands now.

    Attributes:
        latest: The last whole run; None before the first.
        since: A later run of some probes that found something, if there was one.
        is_overdue: Whether the last whole run is too old to rely on.
    """

    latest: ProbeRun | None
    since: ProbeRun | None
    is_overdue: bool

    @property
    def holes(self) -> tuple[str, ...]:
        return tuple(sorted({name for run in self._runs for name in run.having(OPEN)}))

    @property
    def broken(self) -> tuple[str, ...]:
        return tuple(sorted({name for run in self._runs for name in run.having(BROKEN)}))

    @property
    def warning(self) -> str | None:
        """What an administrator must know, in one sentence; None when all is well."""
        if self.holes:
            return f"The isolation probes found an open door: {', '.join(self.holes)}."
        if self.latest is None:
            return "The isolation probes have not run yet."
        if self.broken:
            return f"Some isolation probes could not run: {', '.join(self.broken)}."
        if self.is_overdue:
            return "The isolation probes have not run since yesterday."
        return None

    @property
    def _runs(self) -> tuple[ProbeRun, ...]:
        return tuple(run for run in (self.latest, self.since) if run is not None)


def standing(session: Session, now: datetime) -> Standing:
    latest = _one(session, is_whole=True)
    since = None
    if latest is not None:
        later = _one(session, is_whole=False, after=latest.at)
        since = later if later is not None and not later.is_well else None
    is_overdue = latest is None or now - latest.at > OVERDUE_AFTER
    return Standing(latest=latest, since=since, is_overdue=is_overdue)


def history(session: Session, most: int) -> tuple[ProbeRun, ...]:
    """The latest runs, newest first."""
    rows = session.scalars(
        select(ProbeRunRow).order_by(ProbeRunRow.at.desc(), ProbeRunRow.run_id.desc()).limit(most)
    )
    return tuple(_run(row) for row in rows)


def find(session: Session, run_id: int) -> ProbeRun | None:
    row = session.get(ProbeRunRow, run_id)
    return _run(row) if row is not None else None


def _one(session: Session, *, is_whole: bool, after: datetime | None = None) -> ProbeRun | None:
    wanted = select(ProbeRunRow).where(ProbeRunRow.is_whole.is_(is_whole))
    if after is not None:
        wanted = wanted.where(ProbeRunRow.at > after)
    row = session.scalars(wanted.order_by(ProbeRunRow.at.desc()).limit(1)).first()
    return _run(row) if row is not None else None


def _run(row: ProbeRunRow) -> ProbeRun:
    return ProbeRun(
        run_id=row.run_id,
        at=row.at,
        version=row.version,
        image=row.image,
        tier=row.tier,
        is_whole=row.is_whole,
        states=row.states,
        document=row.document,
    )
