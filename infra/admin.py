"""Runs an administrator's command next to the database, from the host.

The database has no port on the host. Commands that need it run in a container of the service's
image, which joins the database's network for as long as the command takes.
"""

import os
import subprocess
from pathlib import Path

from infra.compose import container, running_image
from infra.instance import WORKSPACE_UID, Instance
from infra.shell import run

# The commands that need the database, and so run inside.
INSIDE = frozenset({"project", "people", "dataset", "ledger", "workspaces", "usage", "isolation"})
SECRETS = Path("/run/secrets")


def belongs_inside(arguments: list[str]) -> bool:
    """Whether a command line, typed on the host, must run next to the database."""
    return bool(arguments) and arguments[0] in INSIDE and not SECRETS.joinpath(
        "haven_database_url"
    ).exists() and "HAVEN_DATABASE_URL" not in os.environ  # fmt: skip


def run_inside(instance: Instance, arguments: list[str]) -> int:
    """Run a command inside, on this terminal; returns its exit status."""
    return subprocess.run(_command(instance, arguments), check=False).returncode  # noqa: S603


def output_of(instance: Instance, *arguments: str) -> str:
    """Run a command inside and return what it printed.

    Raises:
        CommandFailed: It ended with another status than 0.
    """
    return run(*_command(instance, list(arguments)), stderr_too=True)


def _command(instance: Instance, arguments: list[str]) -> list[str]:
    if arguments[:2] == ["ledger", "verify"]:
        # In the portal, which holds the key to read the store's seals.
        return ["docker", "exec", "-i", container(instance, "portal"), "haven", *arguments]
    here = Path.cwd()
    command = [
        "docker", "run", "--rm", "--interactive", "--network", f"{instance.name}_data",
        # Root without a single capability: it reads root's own files and the datasets' group's.
        "--user", f"0:{WORKSPACE_UID}",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges:true", "--read-only",
        "--env", f"HAVEN_DATASETS_DIR={instance.datasets}", "--env", f"HAVEN_ACTOR={_actor()}",
        "--volume", f"{instance.secrets / 'admin'}:/run/secrets:ro",
        "--volume", f"{instance.datasets}:{instance.datasets}:ro",
        "--volume", f"{here}:{here}:ro", "--workdir", str(here),
    ]  # fmt: skip
    for folder in sorted({Path(a).resolve().parent for a in arguments if Path(a).is_file()}):
        if folder != here:
            command += ["--volume", f"{folder}:{folder}:ro"]
    arguments = [str(Path(a).resolve()) if Path(a).is_file() else a for a in arguments]
    return [*command, running_image(instance), "haven", *arguments]


def _actor() -> str:
    return f"host:{os.environ.get('SUDO_USER') or os.environ.get('USER') or 'root'}"
