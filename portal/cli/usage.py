"""`haven usage`: for the bill."""

import json
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import EXIT_WRONG, registry_parts, stop
from registry.application.workspace_queries import UsageRow, month_of, usage
from registry.web.workspaces import usage_csv

app = typer.Typer(context_settings=HELP, add_completion=False)


class Format(StrEnum):
    TEXT = "text"
    CSV = "csv"
    JSON = "json"


@app.command()
def show(
    project: Annotated[str, typer.Option(help="Only this project")] = "",
    month: Annotated[str, typer.Option(help="YYYY-MM; this one when left out")] = "",
    format_: Annotated[Format, typer.Option("--format", help="How to print it")] = Format.TEXT,
) -> None:
    """Show what each person's workspaces took: hours, CPU-hours, memory GiB-hours.

    CPU and memory are a workspace's size times the hours it ran; used CPU-hours are measured.
    """
    with registry_parts() as parts, parts.reading() as session:
        try:
            wanted = month_of(month, parts.clock.now())
        except ValueError:
            stop("A month is written like 2026-11.", EXIT_WRONG)
        rows = usage(session, month=wanted, projects=[project] if project else None)
    if format_ is Format.CSV:
        typer.echo(usage_csv(rows), nl=False)
    elif format_ is Format.JSON:
        typer.echo(json.dumps([asdict(row) for row in rows], indent=1))
    else:
        typer.echo(f"{wanted:%B %Y}, UTC")
        for row in rows:
            typer.echo(_line(row))


def _line(row: UsageRow) -> str:
    used = "not measured" if row.cpu_used_hours is None else f"{row.cpu_used_hours:.2f}"
    return (
        f"{row.project_id}  {row.username}  {row.starts} runs  {row.hours:.2f} h  "
        f"{row.cpu_hours:.2f} CPU-h ({used} used)  {row.memory_gib_hours:.2f} GiB-h"
    )
