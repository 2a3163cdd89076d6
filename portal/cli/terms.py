"""`haven terms`: the terms of use."""

from pathlib import Path
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import EXIT_WRONG, registry_parts, stop
from registry.application.terms_of_use import publish_terms

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def terms() -> None:
    """What people accept before anything is open to them."""


@app.command()
def publish(
    file: Annotated[Path, typer.Argument(help="Plain text, paragraphs apart by empty lines")],
    version: Annotated[str, typer.Option(help="Its name, such as 2 or 2026-11")],
) -> None:
    """Make a text the terms of use; everybody is asked to accept it at their next page."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        stop(f"{file} cannot be read as text.", EXIT_WRONG)
    with registry_parts() as parts:
        publish_terms(
            parts.unit_of_work(), parts.clock, version=version, text=text, actor=parts.actor
        )
    typer.echo(f"Version {version} of the terms of use is published.")
