"""`haven ledger`: what happened, and whether anybody has altered the account of it."""

from typing import Annotated

import typer
from pydantic import ValidationError

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.application.verify_ledger import verify_ledger
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.ledger import LedgerEntry
from portal.cli.help_options import HELP
from portal.cli.registry_parts import EXIT_UNAVAILABLE, read_settings_or_stop, stop
from portal.connections import database, store_client
from portal.settings import read_store_settings

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

EXIT_BROKEN = 1


@app.callback()
def ledger() -> None:
    """The ledger: one sealed line for everything that happened."""


@app.command()
def verify(
    *,
    without_store: Annotated[
        bool, typer.Option(help="Do not compare with the heads sealed in the store")
    ] = False,
) -> None:
    """Walk the whole chain, and compare it with the heads sealed in the store.

    Exit status: 0 whole, 1 broken, 3 no database or no store.
    """
    engine, sessions = database(read_settings_or_stop())
    try:
        # Read first: whatever was sealed before must be in the ledger now.
        seals = [] if without_store else list(_seals().all())
        verdict = verify_ledger(SqlUnitOfWork(sessions), seals)
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
    if without_store:
        typer.echo("It was not compared with the store: a cut end may not show.")
    else:
        typer.echo(
            f"{verdict.seals} heads are sealed in the store, the last at line {verdict.sealed_seq}."
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


def _seals() -> S3LedgerSeals:
    try:
        settings = read_store_settings()
    except ValidationError:
        words = "No key to the store is here. `--without-store` checks the chain alone."
        stop(words, EXIT_UNAVAILABLE)
    return S3LedgerSeals(store_client(settings), settings.release_bucket)


def _line(entry: LedgerEntry) -> str:
    details = " ".join(f"{key}={value}" for key, value in sorted(entry.details.items()))
    where = entry.project or "-"
    line = f"{entry.seq:>6}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.actor}  {entry.event}  "
    return f"{line}{entry.subject}  {where}  {details}".rstrip()
