"""Which manifests lie in which workspace, looked up anew each time round."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from output_checker.adapters.workspaces.beneath import Unreadable, directory_beneath
from output_checker.adapters.workspaces.outputs import MANIFESTS

MAX_ENTRIES: Final = 1000

_PROJECT = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")
_USERNAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestPlace:
    """A manifest and the state of its directory entry: a new stamp is worth a new look."""

    project: str
    username: str
    name: str
    stamp: tuple[int, ...]

    @property
    def reference(self) -> str:
        """For the log: a name is what its person made it, and could hold data."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:12]


def manifests(outputs_dir: Path) -> Iterator[ManifestPlace]:
    """Every manifest now there; what is not a workspace or not a manifest is passed over.

    Entries past the first thousand of one workspace wait until some are removed.
    """
    for project in _folders(outputs_dir, _PROJECT):
        for username in _folders(outputs_dir / project, _USERNAME):
            yield from _of_workspace(outputs_dir, project, username)


def _folders(parent: Path, pattern: re.Pattern[str]) -> list[str]:
    try:
        with os.scandir(parent) as entries:
            return sorted(
                entry.name
                for entry in entries
                if pattern.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []


def _of_workspace(outputs_dir: Path, project: str, username: str) -> list[ManifestPlace]:
    try:
        with directory_beneath(outputs_dir, (project, username, MANIFESTS)) as folder:
            return list(_entries(folder, project, username))
    except (Unreadable, OSError):
        # No manifests yet, or a link or pipe by that name: neither concerns the others.
        return []


def _entries(folder: int, project: str, username: str) -> Iterator[ManifestPlace]:
    readable = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=folder)
    try:
        with os.scandir(readable) as entries:
            for entry in islice(entries, MAX_ENTRIES):
                if not _NAME.fullmatch(entry.name):
                    continue
                info = entry.stat(follow_symlinks=False)
                stamp = (
                    info.st_ino,
                    info.st_mode,
                    info.st_size,
                    info.st_mtime_ns,
                    info.st_ctime_ns,
                )
                yield ManifestPlace(
                    project=project, username=username, name=entry.name, stamp=stamp
                )
    finally:
        os.close(readable)


def _stamp(info: os.stat_result) -> tuple[int, ...]:
    return (info.st_ino, info.st_mode, info.st_size, info.st_mtime_ns, info.st_ctime_ns)
