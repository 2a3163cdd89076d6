"""One PostgreSQL transaction, and everything that takes part in it."""

from types import TracebackType
from typing import Final, Self

import procrastinate
from procrastinate.exceptions import ConnectorException
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from output_checker.adapters.database.files import SqlFiles
from output_checker.adapters.database.ingress import SqlIncomingFiles
from output_checker.adapters.database.ledger import SqlLedger
from output_checker.adapters.database.notices import SqlNotices
from output_checker.adapters.database.outbox import SqlOutbox
from output_checker.adapters.database.releases import SqlLinks, SqlReceipts, SqlReleases
from output_checker.adapters.database.requests import SqlRequests
from output_checker.adapters.database.reruns import SqlReruns
from output_checker.adapters.database.reviews import SqlConsents, SqlReviews
from output_checker.adapters.database.statistics import SqlStatistics
from output_checker.adapters.queue.jobs import SessionJobs, deferring_app
from output_checker.adapters.registry import RegistryQueries
from output_checker.domain.errors import DependencyUnavailable


def database_engine(url: str) -> Engine:
    """An engine that notices a restarted server before it uses a connection."""
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        # An error that quotes its parameters would carry findings and names into a log.
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "haven"},
    )


# The queue writes on the same connection, and has its own word for its loss.
_AWAY: Final = (OperationalError, InterfaceError, ConnectorException)


class SqlUnitOfWork:
    """Args: `token` is the id of the one by which its person asks; ledger lines name it."""

    requests: SqlRequests
    files: SqlFiles
    reviews: SqlReviews
    consents: SqlConsents
    notices: SqlNotices
    outbox: SqlOutbox
    ledger: SqlLedger
    statistics: SqlStatistics
    releases: SqlReleases
    links: SqlLinks
    receipts: SqlReceipts
    reruns: SqlReruns
    ingress: SqlIncomingFiles
    registry: RegistryQueries
    jobs: SessionJobs

    def __init__(
        self,
        sessions: sessionmaker[Session],
        jobs: procrastinate.App | None = None,
        *,
        token: str | None = None,
    ) -> None:
        self._sessions = sessions
        self._also = {} if token is None else {"token": token}
        self._jobs = jobs or deferring_app()

    def __enter__(self) -> Self:
        session = self._session = self._sessions()
        self.requests = SqlRequests(session)
        self.files = SqlFiles(session)
        self.reviews = SqlReviews(session)
        self.consents = SqlConsents(session)
        self.notices = SqlNotices(session)
        self.outbox = SqlOutbox(session)
        self.ledger = SqlLedger(session, also=self._also)
        self.statistics = SqlStatistics(session)
        self.releases = SqlReleases(session)
        self.links = SqlLinks(session)
        self.receipts = SqlReceipts(session)
        self.reruns = SqlReruns(session)
        self.ingress = SqlIncomingFiles(session)
        self.registry = RegistryQueries(session)
        self.jobs = SessionJobs(self._jobs, session)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._session.close()
        except DBAPIError as broken:
            # Rolling back on a connection that has gone; there is nothing left to undo.
            if exc is None:
                raise DependencyUnavailable("The database did not answer") from broken
        if isinstance(exc, _AWAY):
            raise DependencyUnavailable("The database did not answer") from exc

    def commit(self) -> None:
        self._session.commit()
