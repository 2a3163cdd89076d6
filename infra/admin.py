"""Runs an administrator's command next to the database, from the host.

The database has no port on the host. Commands that need it run in a container of the service's
image, which joins the database's network for as long as the command takes.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.compose import container, running_image
from infra.handed_in import MOUNTED_AT, handed_in, working_folder
from infra.instance import WORKSPACE_UID, Instance
from infra.shell import run

# The commands that need the database, and so run inside.
INSIDE = frozenset(
    {
        "project", "people", "dataset", "ledger", "workspaces", "usage", "isolation",
        "freeze", "unfreeze", "apply", "drift", "terms", "closure", "package-list",
    }
)  # fmt: skip
SECRETS = Path("/run/secrets")


def belongs_inside(arguments: list[str]) -> bool:
    """Whether a command line, typed on the host, must run next to the database."""
    return bool(arguments) and arguments[0] in INSIDE and not SECRETS.joinpath(
        "haven_database_url"
    ).exists() and "HAVEN_DATABASE_URL" not in os.environ  # fmt: skip


def run_inside(instance: Instance, arguments: list[str]) -> int:
    """Run a command inside, on this terminal; returns its exit status.

    Raises:
        NotHandedIn: A file that the command names cannot be given to it.
    """
    with _command(instance, arguments) as command:
        return subprocess.run(command, check=False).returncode  # noqa: S603


def output_of(instance: Instance, *arguments: str) -> str:
    """Run a command inside and return what it printed.

    Raises:
        CommandFailed: It ended with another status than 0.
        NotHandedIn: A file that the command names cannot be given to it.
    """
    with _command(instance, list(arguments)) as command:
        return run(*command, stderr_too=True)


@contextmanager
def _command(instance: Instance, arguments: list[str]) -> Iterator[list[str]]:
    """The command as the host's shell would run it; what it names is there while it runs."""
    if arguments[:2] == ["ledger", "verify"] and "--file" not in arguments:
        # In the portal, which holds the key to read the store's seals.
        yield ["docker", "exec", "-i", container(instance, "portal"), "haven", *arguments]
        return
    image = running_image(instance)
    with handed_in(instance, arguments) as (folder, said):
        yield [
            "docker", "run", "--rm", "--interactive", "--network", f"{instance.name}_data",
            # Root without a single capability: it reads root's own files and the datasets' group's.
            "--user", f"0:{WORKSPACE_UID}",
            "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--read-only",
            "--env", f"HAVEN_DATASETS_DIR={instance.datasets}", "--env", f"HAVEN_ACTOR={_actor()}",
            "--volume", f"{instance.secrets / 'admin'}:/run/secrets:ro",
            "--volume", f"{instance.datasets}:{instance.datasets}:ro",
            "--volume", f"{folder}:{MOUNTED_AT}:ro", "--workdir", str(working_folder()),
            image, "haven", *said,
        ]  # fmt: skip


def _actor() -> str:
    return f"host:{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'root'}"
