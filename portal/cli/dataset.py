"""`haven dataset`: register versions of datasets, and exchange their descriptions."""

from pathlib import Path
from typing import Annotated

import typer

from portal.cli import dataset_exchange
from portal.cli.dataset_profile import make_profile, profile
from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.adapters.descriptor import read_descriptor
from registry.adapters.gateways.register_file import known_gateways
from registry.adapters.passwords import Argon2Passwords
from registry.application.add_dataset import add_dataset

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def dataset() -> None:
    """Datasets, and their versions."""


@app.command()
def add(
    descriptor: Annotated[Path, typer.Argument(help="YAML that describes the version")],
) -> None:
    """Register the version that DESCRIPTOR describes; a version never changes afterwards."""
    with registry_parts() as parts:
        dataset = read_descriptor(descriptor, parts.datasets_dir, gateways=known_gateways())
        changes = add_dataset(
            parts.unit_of_work(),
            Argon2Passwords(),
            parts.clock,
            dataset=dataset,
            file=str(descriptor),
            actor=parts.actor,
            policies=parts.policies,
        )
        typer.echo("\n".join(map(str, changes)) or "no changes")
        if changes and not make_profile(parts, dataset):
            typer.echo("No profile was made: the data file cannot be read.", err=True)


app.command()(profile)
app.command("export")(dataset_exchange.export)
app.command("import")(dataset_exchange.import_)
app.command("inventory")(dataset_exchange.show_inventory)
