"""Python packages for the images, fetched on the host with the host's own settings.

The host's package index, proxy and certificate settings are used here and never enter a build:
images are then built with no network at all, from the files in the wheelhouse.
"""

import hashlib
import os
import platform
import sys
from pathlib import Path

from infra.instance import REPOSITORY
from infra.shell import run

# What the Debian 12 root inside the images can run.
PYTHON = "3.11"
GLIBC_MINORS = (36, 35, 34, 31, 28, 27, 26, 24, 17, 12, 5)


def cache_folder() -> Path:
    return Path(os.environ.get("HAVEN_CACHE", "/var/cache/haven"))


def requirements(name: str) -> Path:
    return REPOSITORY / "requirements" / f"{name}.txt"


def wheelhouse(name: str) -> Path:
    """Fetch what a requirements file names, once for each content of that file.

    Returns:
        A folder of wheels whose hashes pip has compared with the requirements file.
    """
    source = requirements(name)
    digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
    folder = cache_folder() / "wheels" / f"{name}-{digest}"
    complete = folder / ".complete"
    if not complete.exists():
        folder.mkdir(parents=True, exist_ok=True)
        run(*_download_command(source, folder), timeout_seconds=3600)
        complete.touch()
    return folder


def _download_command(source: Path, folder: Path) -> list[str]:
    locked = ["--no-deps", "--require-hashes", "--requirement", str(source)]
    return [*download_command(folder), *locked]


def download_command(folder: Path) -> list[str]:
    """How pip is told to download wheels, and only wheels, that the images can run."""
    machine = platform.machine()
    tags = [f"manylinux_2_{minor}_{machine}" for minor in GLIBC_MINORS]
    tags += [f"manylinux2014_{machine}", f"linux_{machine}"]
    command = [sys.executable, "-m", "pip", "download", "--quiet"]
    command += ["--only-binary", ":all:", "--python-version", PYTHON, "--implementation", "cp"]
    for tag in tags:
        command += ["--platform", tag]
    return [*command, "--dest", str(folder)]
