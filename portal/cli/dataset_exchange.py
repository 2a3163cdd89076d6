"""`haven dataset export`, `import`, `inventory`: descriptions that come, go and are counted."""

import csv
import json
import sys
from dataclasses import asdict, fields
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from portal.cli.registry_parts import EXIT_WRONG, registry_parts, stop
from registry.adapters.exchange.formats import Format, exported, import_draft
from registry.application.inventory import InventoryRow, inventory

# A spreadsheet runs what begins so.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


class ListFormat(StrEnum):
    CSV = "csv"
    JSON = "json"


def export(
    dataset: Annotated[str, typer.Argument(help="The dataset's id")],
    format_: Annotated[Format, typer.Option("--format", help="What to write")] = Format.DCAT,
    version: Annotated[str, typer.Option(help="The version added last when left out")] = "",
) -> None:
    """Write a dataset's description for another catalogue. No data, and no place of it."""
    with registry_parts() as parts:
        with parts.unit_of_work() as uow:
            versions = uow.datasets.versions_of(dataset)
        chosen = [one for one in versions if version in ("", one.version_id.version)]
        if not chosen:
            stop(f"No dataset is registered as {dataset} {version}".rstrip(), EXIT_WRONG)
        _print_json(exported(chosen[0], format_))


def import_(
    file: Annotated[
        Path, typer.Argument(help="What another catalogue wrote: JSON, or YAML of the UK model")
    ],
    format_: Annotated[Format, typer.Option("--format", help="How it is written")],
    to: Annotated[Path, typer.Option(help="The descriptor's draft to write or fill up")] = Path(
        "draft.yaml"
    ),
) -> None:
    """Make a descriptor's draft of FILE; what the draft says already stays as it is."""
    with registry_parts() as parts:
        made = import_draft(file, format_, to, today=parts.clock.now().date())
    typer.echo(f"{to}: {'written' if made.is_changed else 'nothing to change'}")
    for place in made.missing:
        typer.echo(f"{to}: {place}: still to be said")


def show_inventory(
    format_: Annotated[ListFormat, typer.Option("--format", help="How to print it")] = (
        ListFormat.CSV
    ),
) -> None:
    """List every version of every dataset: who decides, by which law, until when it is kept."""
    with registry_parts() as parts:
        rows = inventory(parts.unit_of_work(), today=parts.clock.now().date())
    if format_ is ListFormat.JSON:
        _print_json([asdict(row) for row in rows])
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([one.name for one in fields(InventoryRow)])
    writer.writerows([_cell(value) for value in asdict(row).values()] for row in rows)


def _cell(value: object) -> str:
    said = str(value)
    return f"'{said}" if said.startswith(_FORMULAS) else said


def _print_json(document: object) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
