"""`haven apply` and `haven drift`: the registry as files declare it."""

from pathlib import Path
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.project import say_changes, warn_of_too_few_checkers
from portal.cli.registry_parts import registry_parts
from portal.site_policies import require_usable
from registry.adapters.declared_files import read_declared
from registry.adapters.passwords import Argon2Passwords
from registry.application.apply_files import FromFile, apply_files
from registry.domain.apply_change import Change

EXIT_DIFFERS = 1

app = typer.Typer(context_settings=HELP, add_completion=False)
drift_app = typer.Typer(context_settings=HELP, add_completion=False)

Place = Annotated[
    Path,
    typer.Argument(
        help="YAML with organisations, people, policies, datasets, projects; or a folder of it"
    ),
]


@app.command()
def apply(
    place: Place,
    *,
    dry_run: Annotated[
        bool, typer.Option(help="Show what would change, and change nothing")
    ] = False,
    check: Annotated[
        bool, typer.Option(help="As --dry-run; exit status 1 when something would change")
    ] = False,
) -> None:
    """Make the registry what PLACE asks for, all of it or nothing; a second run changes nothing.

    Exit status: 0 done, 1 it differs (with --check), 2 a file is wrong (nothing was changed),
    3 no database.
    """
    changes, files = _apply(place, dry_run=dry_run or check)
    say_changes(changes, dry_run=dry_run or check)
    for one in files:
        warn_of_too_few_checkers(one.wanted.project)
    if check and changes:
        raise typer.Exit(EXIT_DIFFERS)


@drift_app.command()
def drift(place: Place) -> None:
    """Say what of PLACE is registered in another way now; what it does not name is not looked at.

    Exit status: 0 nothing, 1 something, 2 a file is wrong, 3 no database.
    """
    changes, _ = _apply(place, dry_run=True)
    for change in changes:
        typer.echo(str(change))
    typer.echo(f"{len(changes)} differences" if changes else "no differences")
    if changes:
        raise typer.Exit(EXIT_DIFFERS)


def _apply(place: Path, *, dry_run: bool) -> tuple[tuple[Change, ...], tuple[FromFile, ...]]:
    with registry_parts() as parts:
        files = read_declared(place, parts.datasets_dir)
        require_usable(files, str(place))
        changes = apply_files(
            parts.unit_of_work(),
            Argon2Passwords(),
            parts.clock,
            files=files,
            place=str(place),
            actor=parts.actor,
            policies=parts.policies,
            dry_run=dry_run,
        )
    return changes, files
