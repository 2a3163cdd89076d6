"""What the administrator's commands need of the registry and its database."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from output_checker.disclosure.policies.load import presets
from portal.clock import SystemClock
from portal.connections import database, new_key
from portal.ledger_lines import ledger_lines
from portal.settings import DatabaseSettings, read_database_settings
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.domain.errors import RegistryError, WrongFile

EXIT_WRONG = 2
EXIT_UNAVAILABLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryParts:
    unit_of_work: Callable[[], SqlUnitOfWork]
    clock: SystemClock
    datasets_dir: Path | None
    policies: frozenset[str]
    actor: str
    reading: Callable[[], Session]


@contextmanager
def registry_parts() -> Iterator[RegistryParts]:
    """The parts, and every expected failure as words and an exit status."""
    settings = read_settings_or_stop()
    engine, sessions = database(settings)
    clock = SystemClock()
    try:
        yield RegistryParts(
            unit_of_work=lambda: SqlUnitOfWork(
                sessions, record_on=ledger_lines(clock), key=new_key()
            ),
            clock=clock,
            datasets_dir=settings.datasets_dir,
            policies=frozenset(presets()),
            actor=operator(),
            reading=sessions,
        )
    except WrongFile as wrong:
        _stop(wrong)
    except RegistryError as error:
        stop(str(error), EXIT_WRONG)
    except OperationalError:
        stop("The database does not answer. Is Haven running? See: haven status", EXIT_UNAVAILABLE)
    finally:
        engine.dispose()


def stop(words: str, status: int) -> NoReturn:
    typer.echo(f"haven: {words}", err=True)
    raise typer.Exit(status)


def _stop(wrong: WrongFile) -> NoReturn:
    for problem in wrong.problems:
        typer.echo(f"{wrong.file}: {problem}", err=True)
    found = len(wrong.problems)
    words = "1 problem" if found == 1 else f"{found} problems"
    stop(f"{words}; nothing was changed.", EXIT_WRONG)


def read_settings_or_stop() -> DatabaseSettings:
    try:
        return read_database_settings()
    except ValidationError as invalid:
        missing = ", ".join(f"HAVEN_{str(error['loc'][0]).upper()}" for error in invalid.errors())
        stop(f"Missing or wrong settings: {missing}", EXIT_UNAVAILABLE)


def operator() -> str:
    # Parentheses cannot be in a username: the ledger shows that no account did this.
    return f"({os.environ.get('HAVEN_ACTOR') or f'cli:{getpass.getuser()}'})"
