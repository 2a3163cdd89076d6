"""`haven views`: what of datasets projects are given, whether it is made, and what is found."""

from collections.abc import Iterator
from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.application.make_view_again import make_view_again
from registry.application.override_view import override_view_on_host
from registry.application.view_lists import ViewLine, copies_avoided
from registry.application.view_lists import views as all_views
from registry.domain.dataset import VersionId

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def views() -> None:
    """Views of datasets: minimised forms that projects share."""


@app.command("list")
def list_views() -> None:
    """List views, who shares each, and what was found in it: shares and counts, no values."""
    with registry_parts() as parts, parts.reading() as session:
        found, spared = all_views(session), copies_avoided(session)
    for one in found:
        typer.echo("\n".join(_told(one)))
    if not found:
        typer.echo("no project is given a view; a project file names one beneath a grant")
    typer.echo(f"copies avoided: {spared.copies} ({spared.size_bytes / 2**20:.1f} MiB of views)")


@app.command()
def override(
    dataset: Annotated[str, typer.Argument(help="Its name")],
    version: Annotated[str, typer.Argument(help="Its version")],
    digest: Annotated[str, typer.Argument(help="Of the view, or how it begins")],
    reason: Annotated[str, typer.Option(help="Why it may be given; kept in the ledger")],
) -> None:
    """Let a view be given although some of its values look like identifiers."""
    with registry_parts() as parts:
        override_view_on_host(
            parts.unit_of_work(),
            parts.clock,
            version_id=VersionId(dataset_id=dataset, version=version),
            digest=digest,
            reason=reason,
            host_user=parts.actor,
        )
    typer.echo("overridden")


@app.command()
def again(
    dataset: Annotated[str, typer.Argument(help="Its name")],
    version: Annotated[str, typer.Argument(help="Its version")],
    digest: Annotated[str, typer.Argument(help="Of the view, or how it begins")],
) -> None:
    """Have a view tried again that could not be made."""
    with registry_parts() as parts:
        make_view_again(
            parts.unit_of_work(),
            parts.clock,
            version_id=VersionId(dataset_id=dataset, version=version),
            digest=digest,
            actor=parts.actor,
        )
    typer.echo("waits to be made")


def _told(one: ViewLine) -> Iterator[str]:
    rows = "" if one.rows is None else f"  {one.rows} rows"
    shared = ", ".join(one.projects) or "nobody"
    yield f"{one.state:<10} {one.dataset_id} {one.version} {one.digest[:12]}{rows}  of {shared}"
    if one.failure:
        yield f"           {one.failure}"
    if one.findings is None:
        return
    for shaped in one.findings.shaped:
        yield f"           {shaped.column}: {shaped.share:.2%} look like a {shaped.kind}"
    for unique in one.findings.unique:
        names = " x ".join(unique.columns)
        yield f"           {names}: {unique.people} combinations are of one person only"
