"""`haven workspaces`: what runs, and stopping it."""

from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.application import workspace_queries
from registry.application.freeze import freeze as freeze_workspaces
from registry.application.freeze import thaw as thaw_workspaces
from registry.application.steer_workspace import stop_workspace

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

Project = Annotated[str, typer.Option(help="Only this project's; all when left out")]


@app.callback()
def workspaces() -> None:
    """Running workspaces, and freezes that keep them from starting."""


@app.command("list")
def list_running(project: Project = "") -> None:
    """List freezes and running workspaces."""
    with registry_parts() as parts, parts.reading() as session:
        freezes = workspace_queries.freezes(session)
        found = workspace_queries.running(session, project_id=project or None)
    for freeze in freezes:
        kind = "new and running" if freeze.stops_running else "new"
        whose = freeze.project_id or "(all)"
        since = f"{freeze.frozen_at:%Y-%m-%d %H:%M}"
        typer.echo(
            f"frozen   {whose}  {kind}, since {since} by {freeze.frozen_by}: {freeze.reason}"
        )
    for one in found:
        since = f"{one.started_at:%Y-%m-%d %H:%M}"
        line = f"running  {one.username}  {one.project_id}  {one.tier}  {one.size_words}"
        stops = f", stops {one.stops_at:%H:%M}" if one.stops_at else ""
        typer.echo(f"{line}  since {since}, last in use {one.active_at:%H:%M}{stops}")
    if not found:
        typer.echo("no workspace runs")


@app.command()
def freeze(
    reason: Annotated[str, typer.Option(help="For the people concerned to read")],
    project: Project = "",
    *,
    new_only: Annotated[bool, typer.Option(help="Leave running ones alone")] = False,
) -> None:
    """Keep workspaces from starting, and stop running ones within a minute."""
    with registry_parts() as parts:
        freeze_workspaces(
            parts.unit_of_work(),
            parts.clock,
            project_id=project or None,
            reason=reason,
            actor=parts.actor,
            stops_running=not new_only,
        )
    typer.echo(f"Workspaces of {project or 'all projects'} are frozen.")


@app.command()
def thaw(project: Project = "") -> None:
    """Undo a freeze: that of one project, or that of all."""
    with registry_parts() as parts:
        thaw_workspaces(
            parts.unit_of_work(), parts.clock, project_id=project or None, actor=parts.actor
        )
    typer.echo(f"Workspaces of {project or 'all projects'} may start again.")


@app.command()
def stop(
    username: Annotated[str, typer.Argument(help="Whose")],
    project: Annotated[str, typer.Argument(help="In which project")],
) -> None:
    """Have one running workspace stopped, within a minute."""
    with registry_parts() as parts:
        stop_workspace(
            parts.unit_of_work(), username=username, project_id=project, actor=parts.actor
        )
    typer.echo(f"The workspace of {username} in {project} is being stopped.")
