"""What people were taught, in PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from registry.adapters.database.organisation_tables import TrainingRow
from registry.domain.training import Training


class SqlTraining:
    def __init__(self, session: Session) -> None:
        self._session = session

    def every(self) -> Mapping[str, frozenset[Training]]:
        found: dict[str, set[Training]] = {}
        for row in self._session.scalars(select(TrainingRow)):
            record = Training(
                course=row.course, completed_on=row.completed_on, expires_on=row.expires_on
            )
            found.setdefault(row.username, set()).add(record)
        return {name: frozenset(records) for name, records in found.items()}

    def set_of(self, username: str, records: frozenset[Training]) -> None:
        self._session.execute(delete(TrainingRow).where(TrainingRow.username == username))
        rows = [
            {
                "username": username,
                "course": one.course,
                "completed_on": one.completed_on,
                "expires_on": one.expires_on,
            }
            for one in records
        ]
        if rows:
            self._session.execute(insert(TrainingRow), rows)
