"""What the way in needs from outside."""

from collections.abc import Collection, Sequence
from typing import Protocol

from output_checker.domain.ingress import IncomingFile, IngressState, Scan


class IncomingFiles(Protocol):
    def add(self, file: IncomingFile) -> None:
        """Raises: Conflict, where the project has one of this name under way."""

    def find(self, input_id: str) -> IncomingFile | None: ...

    def lock(self, input_id: str) -> IncomingFile | None:
        """As `find`, and others keep from it until the transaction ends."""

    def save(self, file: IncomingFile) -> None: ...

    def of_project(self, project_id: str) -> Sequence[IncomingFile]:
        """The newest first."""

    def in_states(self, states: Collection[IngressState]) -> Sequence[str]:
        """Ids, the oldest first."""

    def hold_project(self, project_id: str) -> int:
        """Bytes that the project has ever sent in; until the transaction ends nobody adds."""


class Quarantine(Protocol):
    """Where files wait, each under its hash."""

    @property
    def max_file_bytes(self) -> int: ...

    @property
    def max_project_bytes(self) -> int: ...

    def keep(self, content: bytes) -> str:
        """Keep bytes; returns their SHA-256. Raises: DependencyUnavailable."""

    def read(self, sha256: str) -> bytes:
        """Raises: IntegrityLost, for bytes that are gone or are others than were kept."""


class InputsFolder(Protocol):
    """`/inputs` of each project, as workspaces see it."""

    def lay(self, *, project: str, name: str, content: bytes) -> None:
        """Lay a file, read-only, whole or not at all; again is once.

        Raises: IntegrityLost, where something else lies there.
        """

    def remove(self, *, project: str, name: str, sha256: str) -> None:
        """Remove a file that has these bytes; one that is gone is no error.

        Raises: IntegrityLost, where something else lies there.
        """


class Scanner(Protocol):
    def scan(self, name: str, content: bytes) -> Scan: ...
