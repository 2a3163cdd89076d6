"""`haven people`: accounts."""

from typing import Annotated

import typer

from portal.cli.help_options import HELP
from portal.cli.registry_parts import registry_parts
from registry.adapters.passwords import Argon2Passwords
from registry.application.second_factor import reset
from registry.application.set_password import set_password as change

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)


@app.callback()
def people() -> None:
    """People with an account."""


@app.command()
def set_password(username: Annotated[str, typer.Argument(help="Whose password")]) -> None:
    """Set a person's password. It is asked for, never given as an argument: those are seen."""
    password = typer.prompt("New password", hide_input=True, confirmation_prompt=True)
    with registry_parts() as parts:
        change(
            parts.unit_of_work(),
            Argon2Passwords(),
            username=username,
            password=password,
            actor=parts.actor,
        )
    typer.echo(f"The password of {username} is set.")


@app.command()
def reset_second_factor(username: Annotated[str, typer.Argument(help="Whose factor")]) -> None:
    """Have a person set up their second factor anew, with another phone; signs them out."""
    with registry_parts() as parts:
        reset(parts.unit_of_work(), username=username, actor=parts.actor)
    typer.echo(f"{username} sets up a new second factor at the next sign-in.")
