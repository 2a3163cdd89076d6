"""Jobs in the same PostgreSQL, deferred on the connection that saves what they are about."""

from typing import Any, Final

import procrastinate
from sqlalchemy.orm import Session

QUEUE: Final = "output-checker"


def deferring_app() -> procrastinate.App:
    """An app that can defer and never opens a connection of its own."""
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())


class SessionJobs:
    def __init__(self, app: procrastinate.App, session: Session) -> None:
        self._app = app
        self._session = session

    def enqueue(self, task: str, **arguments: str) -> None:
        # On the session's own connection, so that job and change share a fate.
        connection: Any = self._session.connection().connection.driver_connection
        self._app.configure_task(task, queue=QUEUE, connection=connection).defer(**arguments)
