"""`haven isolation`: what `haven probe` needs of the database. It is run by `haven probe`."""

from pathlib import Path
from typing import Annotated

import typer

from infra.probes.signed import NotGenuine, read
from portal.cli.help_options import HELP
from portal.cli.registry_parts import (
    EXIT_WRONG,
    RegistryParts,
    read_settings_or_stop,
    registry_parts,
    stop,
)
from portal.connections import database
from portal.isolation.record import record_run
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.project_file import read_project_file
from registry.application import prober
from registry.application.apply_project import apply_project
from registry.application.freeze import freeze as freeze_workspaces
from registry.domain.freeze import LONGEST_REASON

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def isolation() -> None:
    """The isolation probes' own projects, and their results."""


@app.command()
def stage(
    files: Annotated[list[Path], typer.Argument(help="Project files")],
    end: Annotated[str, typer.Option(help="Also make yesterday this project's last day")] = "",
) -> None:
    """Apply the probers' project files."""
    with registry_parts() as parts:
        for file in files:
            _apply(parts, file)
        if end:
            prober.end_project(parts.unit_of_work(), parts.clock, project_id=end, actor=parts.actor)


@app.command()
def admit(project: str, username: str) -> None:
    """Make the prober a member of a project, for a run in it."""
    with registry_parts() as parts:
        prober.admit(parts.unit_of_work(), parts.clock, project_id=project, username=username,
                     actor=parts.actor)  # fmt: skip


@app.command()
def dismiss(project: str, username: str) -> None:
    """Take the prober off a project."""
    with registry_parts() as parts:
        prober.dismiss(parts.unit_of_work(), parts.clock, project_id=project, username=username,
                       actor=parts.actor)  # fmt: skip


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="A signed result")],
    *,
    freeze: Annotated[bool, typer.Option(help="Freeze new workspaces when a door is open")] = True,
) -> None:
    """Keep a signed result, and raise the alarm when it shows an open door."""
    engine, sessions = database(read_settings_or_stop())
    try:
        with registry_parts() as parts, sessions() as session:
            holes = record_run(session, read(file), actor=parts.actor, now=parts.clock.now())
            session.commit()
            if holes and freeze:
                _freeze(parts, holes)
    except NotGenuine as problem:
        stop(str(problem), EXIT_WRONG)
    finally:
        engine.dispose()
    typer.echo(f"recorded; {len(holes)} open" if holes else "recorded")


def _freeze(parts: RegistryParts, holes: tuple[str, ...]) -> None:
    freeze_workspaces(
        parts.unit_of_work(),
        parts.clock,
        project_id=None,
        reason=f"The isolation probes found an open door ({', '.join(holes)})."[:LONGEST_REASON],
        actor=parts.actor,
        stops_running=False,
    )


def _apply(parts: RegistryParts, file: Path) -> None:
    apply_project(
        parts.unit_of_work(),
        Argon2Passwords(),
        parts.clock,
        wanted=read_project_file(file, parts.datasets_dir),
        file=str(file),
        actor=parts.actor,
        policies=parts.policies,
    )
