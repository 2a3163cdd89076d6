"""One of several workers at a time does something; the database knows which."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError

from output_checker.domain.errors import DependencyUnavailable


@contextmanager
def alone(engine: Engine, what: str) -> Iterator[bool]:
    """Whether nobody else is at it now; for as long as the block lasts nobody else will be.

    Whoever dies, or loses the database, is at nothing any more.

    Raises:
        DependencyUnavailable: The database did not answer.
    """
    taken, given = (
        text(f"SELECT {function}(hashtextextended(:what, 0))")
        for function in ("pg_try_advisory_lock", "pg_advisory_unlock")
    )
    try:
        connection = engine.connect()
    except (OperationalError, InterfaceError) as error:
        raise DependencyUnavailable("The database did not answer") from error
    with connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        try:
            is_mine = bool(connection.scalar(taken, {"what": what}))
        except (OperationalError, InterfaceError) as error:
            raise DependencyUnavailable("The database did not answer") from error
        try:
            yield is_mine
        finally:
            if is_mine:
                try:
                    connection.scalar(given, {"what": what})
                except (OperationalError, InterfaceError):
                    # The lock went with the connection.
                    connection.invalidate()
