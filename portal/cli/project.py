"""`haven project`: provision people, data and a project from one file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from portal.site_policies import require_usable
from registry.adapters.passwords import Argon2Passwords
from registry.adapters.project_file import read_project_file
from registry.application.apply_files import FromFile
from registry.application.apply_project import apply_project
from registry.domain.apply_change import Change
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
        require_usable([FromFile(wanted=wanted)], str(file))
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
    say_changes(changes, dry_run=dry_run)
    warn_of_too_few_checkers(wanted.project)


def say_changes(changes: Sequence[Change], *, dry_run: bool) -> None:
    for change in changes:
        typer.echo(str(change))
    if not changes:
        typer.echo("no changes")
    elif dry_run:
        typer.echo(f"{len(changes)} changes would be made; nothing was changed")


def warn_of_too_few_checkers(project: Project | None) -> None:
    """Say whose requests nobody could approve, in a project that is there and open."""
    if project is None or project.is_closed:
        return
    needed = project.release.reviews
    for member, count in project.short_of_checkers(needed).items():
        typer.echo(
            f"warning: nothing that {member} asks for can be released: {needed} checkers "
            f"other than {member} must approve, and project.checkers names {count}.",
            err=True,
        )
