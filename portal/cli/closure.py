"""`haven closure`: what `haven close-out` needs of the database. It is run by `haven close-out`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.application.close_out import plan_close_out, record_close_out

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def closure() -> None:
    """What becomes of the files of projects that are over."""


@app.command()
def plan(project: str) -> None:
    """Print, as JSON, what is to be done with a project's files now."""
    with registry_parts() as parts:
        found = plan_close_out(parts.unit_of_work(), parts.clock, project_id=project)
    typer.echo(json.dumps({"project": project, "mode": found.mode.value}))


@app.command()
def record(
    file: Annotated[Path, typer.Argument(help="The certificate, as the machine wrote it")],
) -> None:
    """Keep a certificate, with its line in the ledger."""
    with registry_parts() as parts:
        kept = record_close_out(
            parts.unit_of_work(), parts.clock, document=file.read_text(), actor=parts.actor
        )
    typer.echo(f"certificate {kept.sha256}: {kept.files} files, {kept.size_bytes} bytes")
