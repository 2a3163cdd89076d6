"""Downloads wheels on the host, with the host's own settings of pip: index, proxy, certificates.

This is the only place where packages are fetched, and only an administrator calls it. What the
image of workspaces has already stays at its version: nothing that is installed can replace it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement

from infra.errors import NotListed
from infra.packages.names import NotAName, package_name, wheel_name
from infra.shell import run
from infra.wheels import download_command, requirements

SECONDS: Final = 1800
_IMAGE: Final = "workspace"


def fetch_into(folder: Path, wanted: Sequence[str]) -> list[Path]:
    """Download wheels and all that they need; returns those that the image lacks.

    Raises:
        NotListed: A requirement is none, or names an address.
        CommandFailed: There are no wheels that fit.
    """
    asked = [_requirement(one) for one in wanted]
    there = in_image(requirements(_IMAGE).read_text())
    pins = folder / "constraints.txt"
    pins.write_text("".join(f"{name}=={version}\n" for name, version in there.items()))
    files = folder / "wheels"
    run(*download_command(files), "--constraint", str(pins), *asked, timeout_seconds=SECONDS)
    return [path for path in sorted(files.iterdir()) if _package_of(path) not in there]


def in_image(locked: str) -> dict[str, str]:
    """Name -> version of what a file of locked requirements names."""
    found = {}
    for line in locked.splitlines():
        name, separator, version = line.partition("==")
        if separator and not line.startswith((" ", "#")):
            found[package_name(name.split("[")[0])] = version.split()[0]
    return found


def _requirement(text: str) -> str:
    try:
        read = Requirement(text)
    except InvalidRequirement:
        raise NotListed(f"{text} is not a requirement, as 'name' or 'name>=1.2'") from None
    if read.url:
        raise NotListed(f"{read.name}: packages are asked for by name, not by an address")
    return str(read)


def _package_of(path: Path) -> str:
    try:
        return wheel_name(path.name).package
    except NotAName:
        return ""
