"""Where files that come in wait, and where workspaces find them."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from output_checker.adapters.workspaces.beneath import Unreadable, directory_beneath, read_file
from output_checker.adapters.workspaces.outputs import write_atomically
from output_checker.domain.errors import DependencyUnavailable, IntegrityLost
from output_checker.domain.integrity import is_intact, sha256_hex

# The worker is of the portal's folder's group; a workspace of its inputs' group.
_KEPT_MODE: Final = 0o440
_LAID_MODE: Final = 0o444
_PROJECT_MODE: Final = 0o2770


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressQuarantine:
    """Each file under its own hash in `folder`, written once; the portal writes, the worker reads.

    Attributes: `max_project_bytes` is of all that a project ever sent in.
    """

    folder: Path
    max_file_bytes: int
    max_project_bytes: int = 0

    def keep(self, content: bytes) -> str:
        name = sha256_hex(content)
        try:
            with directory_beneath(self.folder, ()) as folder:
                write_atomically(folder, name, content, mode=_KEPT_MODE)
        except OSError as error:
            raise DependencyUnavailable("The quarantine takes no files now") from error
        return name

    def read(self, sha256: str) -> bytes:
        try:
            with directory_beneath(self.folder, ()) as folder:
                content = read_file(folder, sha256, max_bytes=self.max_file_bytes)
        except Unreadable as reason:
            raise IntegrityLost(f"The kept copy {reason}") from None
        if not is_intact(content, sha256):
            raise IntegrityLost("The kept copy is not what was brought in")
        return content


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectInputs:
    """`folder`/project/name, which workspaces of the project mount read-only."""

    folder: Path
    max_file_bytes: int

    def lay(self, *, project: str, name: str, content: bytes) -> None:
        self._make(project)
        try:
            with directory_beneath(self.folder, (project,)) as folder:
                if _is_there(folder, name):
                    self._require_same(folder, name, sha256_hex(content))
                    return
                write_atomically(folder, name, content, mode=_LAID_MODE)
        except Unreadable as reason:
            raise IntegrityLost(f"The project's inputs: the folder {reason}") from None

    def remove(self, *, project: str, name: str, sha256: str) -> None:
        if not (self.folder / project).exists():
            return
        try:
            with directory_beneath(self.folder, (project,)) as folder:
                if not _is_there(folder, name):
                    return
                self._require_same(folder, name, sha256)
                os.unlink(name, dir_fd=folder)
        except Unreadable as reason:
            raise IntegrityLost(f"The project's inputs: the folder {reason}") from None

    def _require_same(self, folder: int, name: str, sha256: str) -> None:
        try:
            content = read_file(folder, name, max_bytes=self.max_file_bytes)
        except Unreadable as reason:
            raise IntegrityLost(f"What lies in /inputs under this name {reason}") from None
        if not is_intact(content, sha256):
            raise IntegrityLost("Something else lies in /inputs under this name")

    def _make(self, project: str) -> None:
        """As the hub makes it, whoever comes first."""
        place = self.folder / project
        if not place.exists():
            place.mkdir()
            place.chmod(_PROJECT_MODE)


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True
