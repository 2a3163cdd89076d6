"""`haven project`: provision people, data and a project from one file."""

from pathlib import Path
from typing import Annotated

import typer

from output_checker.domain.release_request import REQUIRED_REVIEWS
from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.project_file import read_project_file
from registry.application.apply_project import apply_project
from registry.domain.project import Project

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def project() -> None:
    """Projects: who works on which data, who checks, until when."""


@app.command()
def apply(
    file: Annotated[Path, typer.Argument(help="YAML: people, datasets, project")],
    *,
    dry_run: Annotated[
        bool, typer.Option(help="Show what would change, and change nothing")
    ] = False,
) -> None:
    """Make the registry what FILE asks for; a second run changes nothing.

    Exit status: 0 done, 2 the file is wrong (nothing was changed), 3 no database.
    """
    with registry_parts() as parts:
        wanted = read_project_file(file, parts.datasets_dir)
        changes = apply_project(
            parts.unit_of_work(),
            Argon2Passwords(),
            parts.clock,
            wanted=wanted,
            file=str(file),
            actor=parts.actor,
            policies=parts.policies,
            dry_run=dry_run,
        )
    for change in changes:
        typer.echo(str(change))
    if not changes:
        typer.echo("no changes")
    elif dry_run:
        typer.echo(f"{len(changes)} changes would be made; nothing was changed")
    if wanted.project is not None and not wanted.project.is_closed:
        _warn_of_too_few_checkers(wanted.project)


def _warn_of_too_few_checkers(project: Project) -> None:
    for member, count in project.short_of_checkers(REQUIRED_REVIEWS).items():
        typer.echo(
            f"warning: nothing that {member} asks for can be released: {REQUIRED_REVIEWS} checkers "
            f"other than {member} must approve, and project.checkers names {count}.",
            err=True,
        )
