"""`haven policy`: the disclosure policies that ship with Haven, and those of one's own.

Exit status of `lint`: 0 when there is nothing to say, 10 for remarks, 20 for what is wrong.
"""

from pathlib import Path
from typing import Annotated

import typer

from output_checker.disclosure.errors import BadPolicy
from output_checker.disclosure.policies.lint import Remark, remarks
from output_checker.disclosure.policies.load import load, presets
from output_checker.disclosure.policies.strictness import (
    SETTINGS,
    differences,
    strictest,
    written,
)
from output_checker.disclosure.policy import Policy
from portal.cli.help_options import HELP

EXIT_USAGE = 2
_EXITS = {"wrong": 20, "remark": 10}

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of a policy, or a file")]


@app.command("list")
def list_policies() -> None:
    """The policies that ship with Haven."""
    for name in presets():
        policy = load(name)
        typer.echo(f"{name:<16} {policy.version:<9} {policy.title}")


@app.command()
def show(
    policies: Annotated[list[str], typer.Argument(help="Names or files; of several the strictest")],
) -> None:
    """What a policy asks; of several, what all of them ask together."""
    policy = strictest([_load(name) for name in policies])
    typer.echo(f"{policy.name} {policy.version}: {policy.title}")
    if policy.source:
        typer.echo(f"source: {policy.source}")
    for setting in SETTINGS:
        value = written(getattr(policy, setting.key))
        typer.echo(f"  {setting.key:<20} {value:<24} {setting.words}")


@app.command()
def diff(first: Name, second: Name) -> None:
    """Where two policies differ, and which of them asks more."""
    mine, theirs = _load(first), _load(second)
    found = differences(mine, theirs)
    if not found:
        typer.echo(f"{mine.name} and {theirs.name} ask the same")
        return
    names = {"first": mine.name, "second": theirs.name, "neither": "neither"}
    typer.echo(f"{'setting':<20} {mine.name:<24} {theirs.name:<24} stricter")
    for key, one, other, stricter in found:
        typer.echo(f"{key:<20} {one:<24} {other:<24} {names[stricter]}")


@app.command()
def lint(files: Annotated[list[Path], typer.Argument(help="Policy files")]) -> None:
    """What is wrong with policy files, and what a reader should know of them."""
    found = [(path, remark) for path in files for remark in remarks(path)]
    for path, remark in found:
        typer.echo(f"{path.name}: {remark.kind}: {remark.words}")
    if not found:
        typer.echo("nothing to remark")
    raise typer.Exit(max([_exit_of(remark) for _, remark in found], default=0))


def _exit_of(remark: Remark) -> int:
    return _EXITS[remark.kind]


def _load(name: str) -> Policy:
    try:
        return load(name)
    except BadPolicy as error:
        typer.echo(f"haven policy: {error}", err=True)
        raise typer.Exit(EXIT_USAGE) from None
