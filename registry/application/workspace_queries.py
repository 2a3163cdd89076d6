"""What pages and commands ask about workspaces. Reads only; nothing is locked.

Plain SQL on the caller's session, like `registry.application.queries`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain.freeze import Freeze, Frozen
from registry.domain.limits import GIBIBYTE, amount


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningView:
    """A running workspace. `stops_at` is None while nothing is about to stop it."""

    username: str
    project_id: str
    tier: str
    cpus: float
    memory_bytes: int
    started_at: datetime
    active_at: datetime
    stops_at: datetime | None
    stop_asked_by: str | None

    @property
    def size_words(self) -> str:
        return f"{amount(self.cpus)} CPU, {amount(self.memory_bytes / GIBIBYTE)} GiB"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRow:
    """What one person's workspaces in one project took in a month.

    Attributes:
        cpu_hours: Cores allocated, times hours.
        memory_gib_hours: Memory allocated, times hours.
        cpu_used_hours: Processor time measured, in hours; None where nothing was measured.
    """

    username: str
    project_id: str
    starts: int
    hours: float
    cpu_hours: float
    memory_gib_hours: float
    cpu_used_hours: float | None


_RUNNING = text("""
    SELECT username, project_id, tier, cpus, memory_bytes, started_at, active_at, stops_at,
           stop_asked_by
    FROM workspace_session
    WHERE ended_at IS NULL
      AND (CAST(:project_id AS text) IS NULL OR project_id = :project_id)
      AND (CAST(:username AS text) IS NULL OR username = :username)
    ORDER BY project_id, username
""")

_FREEZES = text("""
    SELECT project_id, reason, stops_running, frozen_by, frozen_at, kind
    FROM workspace_freeze WHERE thawed_at IS NULL AND kind = :kind ORDER BY project_id NULLS FIRST
""")

_CHOICE = text("""
    SELECT profile FROM workspace_choice WHERE username = :username AND project_id = :project_id
""")

# A run is counted with the part of it that lies in the month; so is what was measured of it.
_USAGE = text("""
    SELECT username, project_id, count(*) AS starts, sum(hours) AS hours,
           sum(hours * cpus) AS cpu_hours,
           sum(hours * memory_bytes / 1073741824.0) AS memory_gib_hours,
           sum(cpu_seconds / 3600 * hours / greatest(all_hours, 0.0001)) AS cpu_used_hours
    FROM (
        SELECT *,
               extract(epoch FROM least(over, :until) - greatest(started_at, :since))::float8
                   / 3600 AS hours,
               extract(epoch FROM over - started_at)::float8 / 3600 AS all_hours
        FROM (
            SELECT *, coalesce(ended_at, greatest(seen_at, started_at)) AS over
            FROM workspace_session
        ) run
        WHERE started_at < :until AND over > :since
    ) run
    WHERE CAST(:projects AS text[]) IS NULL OR project_id = ANY(:projects)
    GROUP BY username, project_id ORDER BY project_id, username
""")


def running(
    session: Session, *, project_id: str | None = None, username: str | None = None
) -> tuple[RunningView, ...]:
    rows = session.execute(_RUNNING, {"project_id": project_id, "username": username}).mappings()
    return tuple(RunningView(**row) for row in rows)


def freezes(session: Session, kind: Frozen = Frozen.WORKSPACES) -> tuple[Freeze, ...]:
    """The freezes of a kind that hold now; that of all projects first."""
    rows = session.execute(_FREEZES, {"kind": kind.value}).mappings()
    return tuple(Freeze(**{**row, "kind": Frozen(row["kind"])}) for row in rows)


def chosen_profile(session: Session, username: str, project_id: str) -> str | None:
    found = session.execute(_CHOICE, {"username": username, "project_id": project_id})
    return found.scalar_one_or_none()


def usage(
    session: Session, *, month: datetime, projects: Sequence[str] | None = None
) -> tuple[UsageRow, ...]:
    """What was taken in the month that begins at `month`; running workspaces until now.

    Args:
        session: To read on.
        month: Its first moment, in UTC.
        projects: Only these; None for all.
    """
    names = None if projects is None else list(projects)
    bounds = {"since": month, "until": next_month(month), "projects": names}
    return tuple(UsageRow(**row) for row in session.execute(_USAGE, bounds).mappings())


def month_of(text_: str, now: datetime) -> datetime:
    """The first moment of a month written `2026-11`; of this one when nothing is written.

    Raises:
        ValueError: It is not a month.
    """
    if not text_:
        return datetime(now.year, now.month, 1, tzinfo=UTC)
    return datetime.strptime(text_, "%Y-%m").replace(tzinfo=UTC)


def next_month(month: datetime) -> datetime:
    return datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
