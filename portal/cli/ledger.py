"""`haven ledger`: what happened, and whether anybody has altered the account of it."""

from typing import Annotated

import typer

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.ledger import LedgerEntry
from portal.cli.registry_parts import EXIT_UNAVAILABLE, read_settings_or_stop, stop
from portal.wiring import database

app = typer.Typer(add_completion=False, no_args_is_help=True)

EXIT_BROKEN = 1


@app.callback()
def ledger() -> None:
    """The ledger: one sealed line for everything that happened."""


@app.command()
def verify() -> None:
    """Walk the whole chain. Exit status: 0 whole, 1 broken, 3 no database."""
    engine, sessions = database(read_settings_or_stop())
    try:
        verdict = verify_ledger(SqlUnitOfWork(sessions))
    except DependencyUnavailable as error:
        stop(str(error), EXIT_UNAVAILABLE)
    finally:
        engine.dispose()
    if verdict.broken_at is not None:
        stop(f"The ledger is broken at line {verdict.broken_at}.", EXIT_BROKEN)
    typer.echo(
        f"The ledger is whole: {verdict.head.seq} lines, {verdict.anchors} of them anchored in "
        f"release records; head {verdict.head.entry_hash}"
    )


@app.command()
def show(
    project: Annotated[str, typer.Option(help="Only lines about this project")] = "",
    lines: Annotated[int, typer.Option(min=1, max=500, help="How many, newest last")] = 50,
) -> None:
    """Show the latest lines."""
    engine, sessions = database(read_settings_or_stop())
    try:
        with SqlUnitOfWork(sessions) as uow:
            entries = uow.ledger.page(before=None, size=lines, project=project or None)
    except DependencyUnavailable as error:
        stop(str(error), EXIT_UNAVAILABLE)
    finally:
        engine.dispose()
    for entry in reversed(entries):
        typer.echo(_line(entry))


def _line(entry: LedgerEntry) -> str:
    details = " ".join(f"{key}={value}" for key, value in sorted(entry.details.items()))
    where = entry.project or "-"
    line = f"{entry.seq:>6}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.event}  "
    return f"{line}{entry.subject}  {where}  {details}".rstrip()
