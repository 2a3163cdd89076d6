"""`haven ledger`: what happened, and whether anybody has altered the account of it."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError

from output_checker.adapters.database.unit_of_work import SqlUnitOfWork
from output_checker.adapters.release_store.ledger_seals import S3LedgerSeals
from output_checker.adapters.signing import NotGenuine
from output_checker.adapters.system import SystemClock
from output_checker.application.ledger_search import export_ledger
from output_checker.application.verify_ledger import LedgerVerdict
from output_checker.domain.actor import Actor
from output_checker.domain.errors import DependencyUnavailable
from output_checker.domain.ledger import LedgerEntry, LedgerFilter
from output_checker.domain.ledger_export import (
    NotALine,
    as_line,
    as_ocsf,
    entry_of,
    verify_export,
)
from portal.cli.checkpoints import Watched, head_of_file, last_sealed, signed_head
from portal.cli.help_options import HELP
from portal.cli.ledger_spans import verify_in_spans
from portal.cli.registry_parts import EXIT_UNAVAILABLE, operator, read_settings_or_stop, stop
from portal.connections import database, store_client
from portal.settings import read_release_key, read_store_settings

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

EXIT_BROKEN = 1
EXIT_USAGE = 2
_WATCH_SECONDS: Final = 1.0
_DAY: Final = "(2026-11-23, UTC)"


class Form(StrEnum):
    TEXT = "text"
    JSON = "json"
    OCSF = "ocsf"


@app.callback()
def ledger() -> None:
    """The ledger: one sealed line for everything that happened."""


@app.command()
def verify(
    *,
    without_store: Annotated[
        bool, typer.Option(help="Do not compare with the heads sealed in the store")
    ] = False,
    file: Annotated[
        Path | None, typer.Option(help="Check an export instead; needs no database and no store")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(help="With --file: what `haven ledger checkpoint` printed")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="The installation's public key, from its page /release-key"),
    ] = None,
) -> None:
    """Walk the whole chain, and compare it with the heads signed and sealed in the store.

    Exit status: 0 whole, 1 broken, 3 no database or no store.
    """
    if file is not None:
        _verify_file(file, checkpoint, key)
        return
    engine, sessions = database(read_settings_or_stop())
    try:
        # Read first: whatever was sealed before must be in the ledger now.
        seals = [] if without_store else list(_seals().all())
        signed = None if without_store else last_sealed(_seals())
        verdict = verify_in_spans(SqlUnitOfWork(sessions), seals)
    except DependencyUnavailable as error:
        stop(str(error), EXIT_UNAVAILABLE)
    finally:
        engine.dispose()
    if verdict.broken_at is not None:
        stop(f"The ledger is broken at line {verdict.broken_at}.", EXIT_BROKEN)
    by = None if signed is None else _signed_by(signed, key)
    _tell(verdict, by, without_store=without_store)


def _tell(verdict: LedgerVerdict, by: str | None, *, without_store: bool) -> None:
    typer.echo(
        f"The ledger is whole: {verdict.head.seq} lines, {verdict.anchors} of them anchored in "
        f"release records; head {verdict.head.entry_hash}"
    )
    if without_store:
        typer.echo("It was not compared with the store: a cut end may not show.")
        return
    typer.echo(
        f"{verdict.seals} heads are sealed in the store, the last at line {verdict.sealed_seq}."
    )
    if by is not None:
        typer.echo(f"The last is signed by the installation's key ({by}).")


@app.command()
def checkpoint() -> None:
    """Print the last head that was signed and sealed, for somebody who keeps it elsewhere.

    Exit status: 0 printed, 1 none is sealed yet, 3 no store.
    """
    try:
        found = last_sealed(_seals())
    except DependencyUnavailable as error:
        stop(str(error), EXIT_UNAVAILABLE)
    if found is None:
        stop("No head is sealed yet; the worker does it every five minutes.", EXIT_BROKEN)
    typer.echo(found.decode())


@app.command()
def show(
    project: Annotated[str, typer.Option(help="Only lines about this project")] = "",
    lines: Annotated[int, typer.Option(min=1, max=500, help="How many, newest last")] = 50,
) -> None:
    """Show the latest lines."""
    wanted = LedgerFilter(project=project)
    with _ledger() as uow, uow:
        entries = uow.ledger.page(before=None, size=lines, wanted=wanted)
    for entry in reversed(entries):
        typer.echo(_line(entry))


@app.command()
def export(
    *,
    project: Annotated[str, typer.Option(help="Only lines about this project")] = "",
    since: Annotated[datetime | None, typer.Option(help=f"Only from this day on {_DAY}")] = None,
    until: Annotated[datetime | None, typer.Option(help=f"Only before this day {_DAY}")] = None,
    ocsf: Annotated[bool, typer.Option("--ocsf", help="With the fields of OCSF")] = False,
) -> None:
    """Print the lines as JSON, one a line; `haven ledger verify --file` checks them.

    That it was done is a line itself. Exit status: 0 printed, 3 no database.
    """
    wanted = LedgerFilter(project=project, since=_utc(since), until=_utc(until))
    make = _FORMS[Form.OCSF if ocsf else Form.JSON]
    with _ledger() as uow:
        for entry in export_ledger(uow, SystemClock(), _reader(), wanted=wanted):
            typer.echo(make(entry))


@app.command()
def watch(
    *,
    project: Annotated[str, typer.Option(help="Only lines about this project")] = "",
    event: Annotated[str, typer.Option(help="Only this event; `request.` for all of them")] = "",
    output: Annotated[Form, typer.Option("--format", help="How a line is written")] = Form.TEXT,
) -> None:
    """Show each line as it is written, until you press Ctrl-C; for a terminal, or into a SIEM."""
    make = _FORMS[output]
    wanted = LedgerFilter(project=project, event=event)
    with _ledger() as uow, suppress(KeyboardInterrupt):
        with uow:
            last = uow.ledger.head().seq
        while True:
            with uow:
                for entry in uow.ledger.all(wanted=wanted, after=last):
                    typer.echo(make(entry))
                    last = entry.seq
            sys.stdout.flush()
            time.sleep(_WATCH_SECONDS)


@contextmanager
def _ledger() -> Iterator[SqlUnitOfWork]:
    engine, sessions = database(read_settings_or_stop())
    try:
        yield SqlUnitOfWork(sessions)
    except DependencyUnavailable as error:
        stop(str(error), EXIT_UNAVAILABLE)
    finally:
        engine.dispose()


def _reader() -> Actor:
    """Whoever may run this may read the database."""
    return Actor(username=operator(), is_auditor=True)


def _verify_file(path: Path, checkpoint: Path | None, key: Path | None) -> None:
    try:
        signed = None if checkpoint is None else head_of_file(checkpoint, key)
        watched = Watched(None if signed is None else signed[0])
        with path.open() as lines:
            found = verify_export(watched.passing(entry_of(json.loads(line)) for line in lines))
    except OSError as error:
        stop(f"{error.filename} is not there, or may not be read.", EXIT_USAGE)
    except NotGenuine as error:
        stop(f"The checkpoint is not genuine. {error}", EXIT_BROKEN)
    except (ValueError, NotALine):
        stop(f"{path} holds a line that is no line of a ledger.", EXIT_BROKEN)
    if found.broken_at is not None:
        stop(f"The export is broken at line {found.broken_at}.", EXIT_BROKEN)
    if signed is not None and not watched.is_seen:
        stop(f"The export does not have line {signed[0].seq} as it was signed.", EXIT_BROKEN)
    typer.echo(
        f"Each of the {found.lines} lines is as it was written; head {found.head.entry_hash}"
    )
    if signed is not None:
        whose = "the key you gave" if key else "a key that you have not given with --key"
        typer.echo(f"Line {signed[0].seq} is as it was signed, by {whose} ({signed[1]}).")
    if found.missing:
        typer.echo(
            f"{found.missing} lines between them are left out, so nothing shows that none is "
            "missing. Export without a filter to see the whole chain."
        )


def _signed_by(signed: bytes, key: Path | None) -> str:
    """The number of the key that signed a checkpoint; it must be this installation's."""
    try:
        return signed_head(signed, key.read_text() if key else read_release_key())[1]
    except ValidationError:
        stop("The installation's public key is not here. Give it with --key.", EXIT_UNAVAILABLE)
    except OSError:
        stop(f"{key} is not there, or may not be read.", EXIT_USAGE)
    except NotGenuine as error:
        stop(f"The last sealed head is not genuine. {error}", EXIT_BROKEN)


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)


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


_FORMS: Final[Mapping[Form, Callable[[LedgerEntry], str]]] = {
    Form.TEXT: _line,
    Form.JSON: lambda entry: json.dumps(as_line(entry), ensure_ascii=False),
    Form.OCSF: lambda entry: json.dumps(as_ocsf(entry), ensure_ascii=False),
}
