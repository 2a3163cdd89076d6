"""`haven packages`: what may be installed in workspaces, and the files of it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from infra import instance as instances
from infra.packages import deciding
from infra.packages.listing import Listing, Wheel
from portal.cli.help_options import HELP

app = typer.Typer(
    context_settings=HELP, add_completion=False, no_args_is_help=True,
    help="What may be installed in workspaces: import, fetch, allow, refuse, list.",
)  # fmt: skip

Name = Annotated[str, typer.Argument(help="The package's name")]


@app.command("import")
def bring_in(
    places: Annotated[list[Path], typer.Argument(help="Wheels, or folders of them")],
) -> None:
    """Copy wheels into the store; which of them may be installed is said with `allow`.

    Exit status: 0 all were copied, 2 one is no wheel (none was).
    """
    instance = instances.from_environment()
    _say_taken(deciding.bring_in(instance, places), deciding.listing_of(instance))


@app.command()
def fetch(
    requirements: Annotated[list[str], typer.Argument(help="As pip takes them: name, name>=1.2")],
) -> None:
    """Download wheels and all they need, by this machine's own settings of pip, into the store."""
    instance = instances.from_environment()
    _say_taken(deciding.fetch(instance, requirements), deciding.listing_of(instance))


@app.command()
def allow(
    name: Name,
    note: Annotated[str, typer.Option(help="What was looked at: known vulnerabilities, who "
                                           "maintains it; kept in the ledger")],
    versions: Annotated[str, typer.Argument(help="A range as '>=1.2,<2'; all when left out")] = "",
) -> None:  # fmt: skip
    """Let a package be installed in workspaces, at once."""
    instance = instances.from_environment()
    package = deciding.allow(instance, name, versions, note)
    files = len(deciding.listing_of(instance).served(package))
    typer.echo(f"{package} may be installed; {files} files of it are here")


@app.command()
def refuse(
    name: Name,
    why: Annotated[str, typer.Option(help="For the people who ask; kept in the ledger")],
) -> None:
    """Let a package not be installed any more; what is installed stays in people's homes."""
    package = deciding.refuse(instances.from_environment(), name, why)
    typer.echo(f"{package} may not be installed")


@app.command("list")
def list_packages() -> None:
    """List what is allowed, refused, and here without being allowed."""
    listing = deciding.listing_of(instances.from_environment())
    for name, one in sorted(listing.allowed.items()):
        here = ", ".join(sorted({wheel.version for wheel in listing.served(name)})) or "no file"
        typer.echo(f"allowed  {name} {one.versions or '(all)'}  here: {here}  {one.note}")
    for name, why in sorted(listing.refused.items()):
        typer.echo(f"refused  {name}  {why}")
    for name in _not_allowed(listing, listing.wheels.values()):
        typer.echo(f"waits    {name}")
    if not (listing.allowed or listing.refused or listing.wheels):
        typer.echo("no package may be installed; `haven packages allow NAME` lets one")


def _say_taken(taken: list[Wheel], listing: Listing) -> None:
    for wheel in taken:
        typer.echo(f"{wheel.package} {wheel.version}  sha256:{wheel.sha256}")
    waiting = _not_allowed(listing, taken)
    if waiting:
        typer.echo(f"not allowed yet: {', '.join(waiting)}; see `haven packages allow --help`")


def _not_allowed(listing: Listing, wheels: Iterable[Wheel]) -> list[str]:
    return sorted({one.package for one in wheels} - listing.allowed.keys() - listing.refused.keys())
