"""The registry's transaction on PostgreSQL."""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from registry.adapters.database.attempts import SqlAttempts
from registry.adapters.database.datasets import SqlDatasets
from registry.adapters.database.people import SqlPeople
from registry.adapters.database.projects import SqlProjects
from registry.adapters.database.tables import PersonRow
from registry.adapters.database.traffic import SqlTraffic
from registry.adapters.database.workspaces import SqlWorkspaces
from registry.application.ports import Record
from registry.domain.apply_plan import Registered

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('haven.registry'))")


class SqlUnitOfWork:
    """A transaction; enter it again for the next one.

    Args:
        sessions: Makes a session.
        record_on: Makes what writes ledger lines on a session.
        key: Secret under which attempted usernames are hashed.
    """

    people: SqlPeople
    datasets: SqlDatasets
    projects: SqlProjects
    attempts: SqlAttempts
    workspaces: SqlWorkspaces
    traffic: SqlTraffic
    record: Record

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        record_on: Callable[[Session], Record],
        key: bytes,
    ) -> None:
        self._sessions = sessions
        self._record_on = record_on
        self._key = key

    def registered(self, project_id: str | None) -> Registered:
        self._session.execute(_ONE_AT_A_TIME)
        hashes = select(PersonRow.username).where(PersonRow.password_hash.is_not(None))
        return Registered(
            people=self.people.everyone(),
            with_password=frozenset(self._session.scalars(hashes)),
            datasets=self.datasets.every_version(),
            project=self.projects.find(project_id) if project_id else None,
        )

    def commit(self) -> None:
        self._session.commit()

    def __enter__(self) -> Self:
        self._session = self._sessions()
        self.people = SqlPeople(self._session)
        self.datasets = SqlDatasets(self._session)
        self.projects = SqlProjects(self._session)
        self.attempts = SqlAttempts(self._session, self._key)
        self.workspaces = SqlWorkspaces(self._session)
        self.traffic = SqlTraffic(self._session)
        self.record = self._record_on(self._session)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()
