"""Researchers' files, and the private copies that are checked and released."""

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from output_checker.adapters.workspaces.beneath import Unreadable, directory_beneath, read_file
from output_checker.application.workspace_ports import Snapshot
from output_checker.domain.errors import IntegrityLost, InvalidManifest, InvalidOutput
from output_checker.domain.integrity import is_intact, sha256_hex
from output_checker.domain.manifest import MAX_MANIFEST_BYTES
from output_checker.domain.output_name import require_safe_path, shown

MANIFESTS: Final = ".haven"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceOutputs:
    """Reads beneath `outputs_dir`/project/username, writes beneath `quarantine_dir` only."""

    outputs_dir: Path
    quarantine_dir: Path
    max_file_bytes: int
    max_request_bytes: int

    def manifest(self, *, project: str, username: str, name: str) -> bytes:
        try:
            with directory_beneath(self.outputs_dir, (project, username, MANIFESTS)) as folder:
                return read_file(folder, name, max_bytes=MAX_MANIFEST_BYTES)
        except Unreadable as reason:
            raise InvalidManifest(f"The manifest {reason}") from None

    def snapshot(
        self, *, project: str, username: str, request_id: str, turn: int, paths: Sequence[str]
    ) -> Sequence[Snapshot]:
        # All are read before any is kept, so that a refusal leaves no copies behind.
        contents: list[bytes] = []
        for path in paths:
            contents.append(self._read(project, username, path))
            if sum(map(len, contents)) > self.max_request_bytes:
                raise InvalidOutput(
                    f"The files have more than {self.max_request_bytes} bytes together; "
                    "make several requests of them"
                )
        kept = dict(zip(paths, contents, strict=True))
        return self.keep(project=project, request_id=request_id, turn=turn, contents=kept)

    def keep(
        self, *, project: str, request_id: str, turn: int, contents: Mapping[str, bytes]
    ) -> Sequence[Snapshot]:
        names = [
            _copy_name(turn, position, sha256_hex(content))
            for position, content in enumerate(contents.values())
        ]
        with directory_beneath(self.quarantine_dir, (project, request_id), create=True) as folder:
            for name, content in zip(names, contents.values(), strict=True):
                write_atomically(folder, name, content, mode=0o400)
        return [
            Snapshot(
                path=path,
                copy=self.quarantine_dir / project / request_id / name,
                sha256=sha256_hex(content),
                size_bytes=len(content),
            )
            for name, (path, content) in zip(names, contents.items(), strict=True)
        ]

    def quarantined(
        self, *, project: str, request_id: str, turn: int, position: int, sha256: str
    ) -> bytes:
        name = _copy_name(turn, position, sha256)
        try:
            with directory_beneath(self.quarantine_dir, (project, request_id)) as folder:
                content = read_file(folder, name, max_bytes=self.max_file_bytes)
        except Unreadable as reason:
            raise IntegrityLost(f"The kept copy of file {position + 1} {reason}") from None
        if not is_intact(content, sha256):
            raise IntegrityLost(
                f"The kept copy of file {position + 1} is not what was checked and reviewed"
            )
        return content

    def _read(self, project: str, username: str, path: str) -> bytes:
        *folders, name = require_safe_path(path)
        try:
            with directory_beneath(self.outputs_dir, (project, username, *folders)) as folder:
                return read_file(folder, name, max_bytes=self.max_file_bytes)
        except Unreadable as reason:
            raise InvalidOutput(f"{shown(path)}: {reason}") from None


def write_atomically(folder: int, name: str, content: bytes, *, mode: int) -> None:
    """Make a file appear whole or not at all, also when the machine stops half-way."""
    temporary = f".{name}.{os.getpid()}.tmp"
    with suppress(FileNotFoundError):
        os.unlink(temporary, dir_fd=folder)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(temporary, flags, mode, dir_fd=folder), "wb") as file:
        file.write(content)
        file.flush()
        # The process's umask must not decide who can read an answer.
        os.fchmod(file.fileno(), stat.S_IMODE(mode))
        os.fsync(file.fileno())
    os.replace(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)


def _copy_name(turn: int, position: int, sha256: str) -> str:
    return f"{turn}-{position}-{sha256}"
