"""What the worker needs of a workspace's files, and of the engine that judges them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from output_checker.application.ports import Dataset
from output_checker.disclosure.model import Finding, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A private copy of one output; `copy` is in quarantine."""

    path: str
    copy: Path
    sha256: str
    size_bytes: int


class Outputs(Protocol):
    def manifest(self, *, project: str, username: str, name: str) -> bytes:
        """Read a manifest without following links.

        Raises:
            InvalidManifest: It is not a readable regular file of a sane size.
        """

    def snapshot(
        self, *, project: str, username: str, request_id: str, turn: int, paths: Sequence[str]
    ) -> Sequence[Snapshot]:
        """Copy files into quarantine; from here on only the copies exist.

        Raises:
            InvalidOutput: With words, for the first file that cannot be taken.
        """

    def keep(
        self, *, project: str, request_id: str, turn: int, contents: Mapping[str, bytes]
    ) -> Sequence[Snapshot]:
        """Keep files in quarantine that did not come from a workspace, by path and in order."""

    def quarantined(
        self, *, project: str, request_id: str, turn: int, position: int, sha256: str
    ) -> bytes:
        """The reviewed bytes, hashed again.

        Raises:
            IntegrityLost: They are gone or changed.
        """


class Answers(Protocol):
    def answer(
        self, *, project: str, username: str, name: str, body: Mapping[str, Any]
    ) -> None: ...

    def publish(
        self, *, project: str, username: str, request_id: str, body: Mapping[str, Any]
    ) -> None: ...

    def published(
        self, *, project: str, username: str, request_id: str
    ) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCheck:
    """A file to judge; one that only is shown is judged apart from those that may leave."""

    snapshot: Snapshot
    spec: Mapping[str, Any] | None
    dataset: str | None
    may_leave: bool = True


class Checks(Protocol):
    def check(
        self,
        files: Sequence[ToCheck],
        *,
        datasets: Sequence[Dataset],
        policies: Sequence[str],
        earlier: Sequence[Mapping[str, Any]] = (),
    ) -> Report:
        """Judge files against the datasets the project was granted, by the strictest of policies.

        The report has one entry a file, in order, under the file's own path.

        Args:
            earlier: Tables that these are held against, as `FileReport.published` has them.
        """

    def compare(
        self,
        tables: Sequence[Mapping[str, Any]],
        *,
        earlier: Sequence[Mapping[str, Any]],
        datasets: Sequence[Dataset],
        policies: Sequence[str],
    ) -> Sequence[Finding]:
        """What tables that were checked tell together with others; both as reports have them."""

    def judged_by(
        self, *, datasets: Sequence[Dataset], policies: Sequence[str]
    ) -> Mapping[str, Any]:
        """What `check` judges by, for the release record.

        Returns:
            `datasets` (id, version, sha256 of each), `policies` (their names), `thresholds` (the
            numbers that they ask for together), `versions` (of the engine and its libraries).
        """
