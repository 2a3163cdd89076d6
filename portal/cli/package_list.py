"""`haven package-list`: what `haven packages` needs of the ledger, which runs it."""

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.application.package_list import record_allowed, record_imported, record_refused

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def package_list() -> None:
    """Decisions about packages, for the ledger."""


@app.command()
def allow(package: str, versions: str, note: str) -> None:
    """Record that a package may be installed."""
    with registry_parts() as parts:
        record_allowed(
            parts.unit_of_work(), package=package, versions=versions, note=note, actor=parts.actor
        )


@app.command()
def refuse(package: str, why: str) -> None:
    """Record that a package may not be installed."""
    with registry_parts() as parts:
        record_refused(parts.unit_of_work(), package=package, why=why, actor=parts.actor)


@app.command()
def imported(wheels: int, sha256: str) -> None:
    """Record that files were put into the store."""
    with registry_parts() as parts:
        record_imported(parts.unit_of_work(), wheels=wheels, sha256=sha256, actor=parts.actor)
