"""`haven release`: whether files are those that were released, with nothing else at hand."""

import json
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from output_checker.adapters.signing import NotGenuine
from output_checker.adapters.signing import verify as verify_signature
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.release_record import RECORD_NAME, SIGNATURE_SUFFIX
from portal.cli.help_options import HELP

app = typer.Typer(context_settings=HELP, add_completion=False, no_args_is_help=True)

EXIT_NOT_GENUINE = 1
EXIT_USAGE = 2


@app.callback()
def release() -> None:
    """Released files and the record that was sealed with them."""


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="With the record, its signature and files")],
    key: Annotated[
        Path | None,
        typer.Option(help="The installation's public key, from its page /release-key"),
    ] = None,
) -> None:
    """Check the record's signature, and each file beside it against the record.

    Exit status: 0 as released, 1 changed or signed by another, 2 not there.
    """
    record, signature = _read(folder, RECORD_NAME), _read(folder, RECORD_NAME + SIGNATURE_SUFFIX)
    trusted = None if key is None else _read(key.parent, key.name).decode(errors="replace")
    try:
        number = verify_signature(record, signature, trusted)
    except (NotGenuine, ValueError) as error:
        _stop(f"The record is not genuine. {error}", EXIT_NOT_GENUINE)
    known = "the key you gave" if trusted else "a key that you have not given with --key"
    typer.echo(f"The record is as it was signed, by {known} ({number}).")
    changed = [_checked(folder, one) for one in _files(record)].count(False)
    if changed:
        _stop(f"{changed} files are not those that were released.", EXIT_NOT_GENUINE)


def _checked(folder: Path, file: dict[str, Any]) -> bool:
    """Also says how it stands."""
    # The store names a file by its whole path, a download by its last part.
    name = Path(file["name"])
    found = next((at for at in (folder / name, folder / name.name) if at.is_file()), None)
    if found is None:
        typer.echo(f"  not here   {name}")
        return True
    is_same = sha256_hex(found.read_bytes()) == str(file["sha256"])
    typer.echo(f"  {'as released' if is_same else 'CHANGED    '} {name}")
    return is_same


def _files(record: bytes) -> list[dict[str, Any]]:
    return [one for one in json.loads(record)["@graph"] if one["@type"] == "File"]


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        _stop(f"{folder / name} is not there, or may not be read.", EXIT_USAGE)


def _stop(words: str, status: int) -> NoReturn:
    typer.echo(words, err=True)
    raise typer.Exit(status)
