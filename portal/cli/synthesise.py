"""`haven synthesise`: a dataset's synthetic twin, from its descriptor and nothing else."""

from pathlib import Path
from typing import Annotated, Final

import typer

from portal.cli.help_options import HELP
from registry.adapters.descriptor import read_description
from registry.adapters.synthetic_files import write
from registry.domain.errors import WrongFile
from registry.domain.synthetic import NotPossible

app = typer.Typer(context_settings=HELP, add_completion=False)

EXIT_USAGE: Final = 2
MOST_ROWS: Final = 1_000_000


@app.command()
def synthesise(
    descriptors: Annotated[list[Path], typer.Argument(help="YAML that describes datasets")],
    out: Annotated[Path, typer.Option(help="Where the twins go")] = Path("synthetic"),
    rows: Annotated[int, typer.Option(min=1, max=MOST_ROWS, help="Rows of each")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same rows")] = 1,
) -> None:
    """Make rows of nobody that have the columns, types, ranges and keys of datasets.

    Code that says `haven.data("NAME")` runs on them outside, and on the data in a workspace. No
    record is read. Exit status: 0 written, 2 when a descriptor is wrong.
    """
    for descriptor in descriptors:
        try:
            made = write(read_description(descriptor), out, rows=rows, seed=seed)
        except WrongFile as wrong:
            typer.echo("\n".join([str(wrong), *map(str, wrong.problems)]), err=True)
            raise typer.Exit(EXIT_USAGE) from None
        except NotPossible as error:
            typer.echo(f"{descriptor}: {error}", err=True)
            raise typer.Exit(EXIT_USAGE) from None
        except OSError as error:
            typer.echo(f"{error.filename}: {error.strerror}", err=True)
            raise typer.Exit(EXIT_USAGE) from None
        typer.echo(f"{made}: {rows} rows of nobody")
