"""What the use cases need of where files and what is kept beside them lie."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from output_checker.domain.output_file import OutputFile


class Files(Protocol):
    def add(self, files: Sequence[OutputFile]) -> None: ...

    def of(self, request_id: str, *, turn: int) -> Sequence[OutputFile]: ...

    def find(self, request_id: str, file_id: str) -> OutputFile | None:
        """A file of any turn of a request."""

    def last_released(self, project_id: str, name: str, *, but: str) -> OutputFile | None:
        """What left last under this name, of a project and not of one request."""

    def keep_table(self, file_id: str, part: int, content: bytes) -> None: ...

    def table(self, file_id: str, part: int) -> bytes | None: ...

    def keep_image(self, file_id: str, part: int, content: bytes) -> None: ...

    def image(self, file_id: str, part: int) -> bytes | None: ...

    def keep_published(self, file_id: str, tables: Sequence[Mapping[str, Any]]) -> None:
        """Keep what a file's tables say of datasets, as the engine's report has it."""

    def published(self, request_id: str, *, turn: int) -> Sequence[Mapping[str, Any]]:
        """What was kept of the tables of a request."""
