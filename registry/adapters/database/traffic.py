"""Traffic in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime

from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.traffic_tables import (
    WorkspaceTrafficAllowanceRow,
    WorkspaceTrafficLevelRow,
    WorkspaceTrafficRow,
)
from registry.domain.traffic import Allowance, DayOfSession, Figures, Owner, Reached

_FIGURES = tuple(one.name for one in fields(Figures))


class SqlTraffic:
    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, one: DayOfSession) -> None:
        row = WorkspaceTrafficRow
        values = asdict(one.owner) | asdict(one.figures)
        values |= {"tier": one.tier, "day": one.day, "last_at": datetime.now(UTC)}
        statement = upsert(row).values(values)
        # Reports may overtake each other; a count never goes back.
        highest = {
            name: func.greatest(getattr(row, name), statement.excluded[name]) for name in _FIGURES
        }
        self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[row.started_id, row.day],
                set_=highest | {"last_at": statement.excluded.last_at},
                # Whose session it is was said when it was first heard of.
                where=(row.username == one.owner.username)
                & (row.project_id == one.owner.project_id),
            )
        )

    def note(self, reached: Reached) -> bool:
        values = asdict(reached.owner) | {
            "concerns": reached.concerns,
            "level": reached.level.value,
            "scope": reached.scope.value,
            "budget_bytes": reached.budget_bytes,
            "day": reached.day,
            "used_bytes": reached.used_bytes,
            "at": reached.at,
        }
        added = self._session.execute(
            upsert(WorkspaceTrafficLevelRow)
            .values(values)
            .on_conflict_do_nothing()
            .returning(WorkspaceTrafficLevelRow.concerns)
        )
        return added.first() is not None

    def of_session(self, owner: Owner) -> Figures:
        sums = [func.coalesce(func.sum(getattr(WorkspaceTrafficRow, n)), 0) for n in _FIGURES]
        found = self._session.execute(
            select(*sums).where(WorkspaceTrafficRow.started_id == owner.started_id)
        ).one()
        return Figures(**{name: int(value) for name, value in zip(_FIGURES, found, strict=True)})

    def shown_bytes(self, username: str, project_id: str, day: date) -> int:
        row = WorkspaceTrafficRow
        shown = row.http_to_browser + row.kernel_to_browser + row.pixels_to_browser
        found = self._session.scalar(
            select(func.coalesce(func.sum(shown), 0)).where(
                row.username == username, row.project_id == project_id, row.day == day
            )
        )
        return int(found or 0)

    def allow(self, allowance: Allowance, *, by: str) -> None:
        values = asdict(allowance) | {"allowed_by": by}
        self._session.execute(insert(WorkspaceTrafficAllowanceRow).values(values))

    def allowances(self, *, since: date) -> Sequence[Allowance]:
        row = WorkspaceTrafficAllowanceRow
        key = (row.username, row.project_id, row.day)
        rows = self._session.execute(
            select(*key, func.sum(row.bytes)).where(row.day >= since).group_by(*key)
        )
        return [
            Allowance(username=username, project_id=project_id, day=day, bytes=int(total))
            for username, project_id, day, total in rows
        ]
