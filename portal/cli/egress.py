"""`haven freeze` and `haven unfreeze`: stop all that leaves, of one project or of all."""

from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.application.freeze import freeze, thaw
from registry.domain.freeze import Frozen

freeze_app = typer.Typer(context_settings=HELP, add_completion=False)
unfreeze_app = typer.Typer(context_settings=HELP, add_completion=False)

Project = Annotated[str, typer.Option(help="Only what leaves of this project; all when left out")]


@freeze_app.command()
def freeze_egress(
    reason: Annotated[str, typer.Option(help="For the people concerned to read")],
    project: Project = "",
) -> None:
    """Let nothing leave: no submission, no release, no download."""
    with registry_parts() as parts:
        freeze(
            parts.unit_of_work(),
            parts.clock,
            project_id=project or None,
            reason=reason,
            actor=parts.actor,
            stops_running=False,
            kind=Frozen.EGRESS,
        )
    typer.echo(f"Nothing of {project or 'any project'} leaves.")


@unfreeze_app.command()
def unfreeze_egress(project: Project = "") -> None:
    """Undo a freeze: that of one project, or that of all."""
    with registry_parts() as parts:
        thaw(
            parts.unit_of_work(),
            parts.clock,
            project_id=project or None,
            actor=parts.actor,
            kind=Frozen.EGRESS,
        )
    typer.echo(f"What was frozen of {project or 'all projects'} may leave again.")
