"""Commands that run the platform on this machine: up, down, status, logs, doctor, demo, probe."""

import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from hub.client.browser import BrowserError
from infra import closing, lifecycle, services
from infra import instance as instances
from infra.compose import compose
from infra.doctor.catalogue import WORDS
from infra.doctor.check import Weight
from infra.doctor.examine import examine
from infra.errors import HavenError
from infra.probes import schedule
from infra.progress import console, tell
from portal.cli import packages

NO_SUCH_SERVICE = 2


class Output(StrEnum):
    TEXT = "text"
    JSON = "json"


def register(app: typer.Typer) -> None:
    for command in (up, down, status, logs, doctor, close_out, demo, probe):
        app.command()(command)
    app.add_typer(packages.app, name="packages")
    app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(test)


def up() -> None:
    """Build what is missing and start everything."""
    instance = instances.from_environment()
    lifecycle.up(instance)
    tell(f"The isolation probes run {schedule.start(instance)}.")
    tell(f"\nHaven is up: [bold]{instance.public_url}[/bold]")
    tell("Next: `haven probe` for the first look at its isolation, then `haven project apply FILE`")
    tell("for people, data and a project; or `haven demo`.")


def down(
    *,
    volumes: Annotated[
        bool, typer.Option(help="Also remove all data, secrets and images of this installation")
    ] = False,
) -> None:
    """Stop everything; data stays unless --volumes is given."""
    removed = list(lifecycle.down(instances.from_environment(), volumes=volumes))
    for one in removed:
        tell(f"  removed {one.kind} {one.name}")
    if not removed:
        tell("Nothing was running.")
    elif volumes:
        tell("Kept: the Debian packages that were installed, and .venv in this checkout.")
    else:
        tell("Data and secrets are kept; `haven down --volumes` removes them too.")


def status() -> None:
    """Show the services, their health and the running workspaces."""
    instance = instances.from_environment()
    table = Table("service", "state", "health", "since (UTC)", box=None, pad_edge=False)
    states = services.states(instance)
    for one in states:
        colour = "green" if one.well else "red"
        table.add_row(one.name, f"[{colour}]{one.state}[/{colour}]", one.health, one.since)
    console.print(table)
    for username, project, since in services.workspaces(instance):
        tell(f"workspace of {username} in {project}, started {since}")
    tell(f"address: {instance.public_url}")
    if not all(one.well for one in states):
        tell("Not everything is well; `haven up` starts what is missing.")
        raise typer.Exit(1)


def logs(
    service: Annotated[str, typer.Argument(help="One service; all when left out")] = "",
    lines: Annotated[int, typer.Option(help="How many lines of each")] = 100,
) -> None:
    """Show what the services wrote. Logs carry identifiers, counts and states, never data."""
    instance = instances.from_environment()
    if service and service not in (there := services.names(instance)):
        tell(f"There is no service {service}; there are: {', '.join(there)}")
        raise typer.Exit(NO_SUCH_SERVICE)
    wanted = ["logs", "--no-color", "--tail", str(lines), *([service] if service else [])]
    console.out(compose(instance, *wanted), highlight=False)


def close_out(
    project: Annotated[str, typer.Argument(help="A project that is over")],
) -> None:
    """Archive or destroy the files of PROJECT as its file says (`closure`), with a certificate.

    Exit status: 0 done, 2 it may not be done now (nothing was).
    """
    tell(closing.close_out(instances.from_environment(), project).strip())


def doctor() -> None:
    """Examine the running installation for what would break a promise, and say what to do."""
    unwell = 0
    for result in examine(instances.from_environment()):
        check, is_advice = result.check, result.check.weight is Weight.ADVICE
        unwell += not result.well and not is_advice
        mark = (
            "[green]✓[/green]"
            if result.well
            else "[yellow]i[/yellow]"
            if is_advice
            else "[red]✗[/red]"
        )
        console.print(f"  {mark} {check.check_id:<3} {check.title}: ", result.seen, sep="")
        if not result.well:
            console.print(f"        {WORDS[check.weight]}: {check.means}\n        {check.mend}")
    if unwell:
        tell(f"\n{unwell} not well.")
        raise typer.Exit(1)


def demo() -> None:
    """Install, start, and walk the whole way once, telling it as it happens."""
    from infra.demo.telling import tell_the_story

    instance = instances.from_environment()
    lifecycle.up(instance)
    schedule.start(instance)
    tell_the_story(instance)


def probe(
    only: Annotated[list[str] | None, typer.Option(help="Run only this probe; repeatable")] = None,
    project: Annotated[str, typer.Option(help="In this project; the prober joins it")] = "",
    output: Annotated[Output, typer.Option("--format", help="How to print")] = Output.TEXT,
    verify: Annotated[Path | None, typer.Option(help="Check a signed result instead")] = None,
    key: Annotated[Path | None, typer.Option(help="The public key to check it with")] = None,
) -> None:
    """Run the isolation probes in a real workspace, each with its positive control.

    Exit status: 0 all shut, 1 an open door, a broken probe or a changed result.
    """
    from infra.probes.telling import run_and_tell, verify_and_tell

    if verify is not None:
        raise typer.Exit(verify_and_tell(verify, key))
    instance = instances.from_environment()
    raise typer.Exit(
        run_and_tell(instance, only or (), project or None, as_json=output is Output.JSON)
    )


def test(
    context: typer.Context,
    *,
    fast: Annotated[bool, typer.Option(help="Only what needs no container")] = False,  # noqa: PT028
) -> None:
    """Run the test suite; --fast runs what needs no container."""
    from infra.suite import run_suite

    raise typer.Exit(run_suite(fast=fast, more=context.args))


def guarded(app: typer.Typer) -> int:
    """Run the app; an error that a person can act on is one message, not a traceback."""
    try:
        app(prog_name="haven")
    except HavenError as error:
        typer.echo(f"haven: {error}", err=True)
        return error.exit_code
    except BrowserError as error:
        typer.echo(f"haven: a page did not answer as it should: {error}", err=True)
        return HavenError.exit_code
    except subprocess.TimeoutExpired as error:
        typer.echo(f"haven: {error.cmd[0]} did not end in {error.timeout:.0f} s", err=True)
        return HavenError.exit_code
    return 0
