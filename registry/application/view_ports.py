"""What the use cases about views need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Protocol

from registry.application.ports import UnitOfWork
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.view_findings import ViewFindings
from registry.domain.view_spec import ViewSpec


class NotMade(Exception):
    """A view that could not be made; says why without a value of the source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeView:
    """Files of a view as they were when their hashes were taken.

    Attributes:
        file, beside: Relative to the views directory.
        modified_ns, inode: Of `file`, by which a later look can tell it from another.
    """

    file: PurePosixPath
    beside: PurePosixPath
    sha256: str
    beside_sha256: str
    rows: int
    size_bytes: int
    modified_ns: int
    inode: int


class Maker(Protocol):
    def make(self, view: ViewSpec, dataset: DatasetVersion) -> tuple[MadeView, ViewFindings]:
        """Make a view and look through it, or find it made.

        Raises:
            NotMade: It cannot be made; trying again would find the same.
        """

    def discard(self, view: ViewSpec, version_id: VersionId) -> None:
        """Take its files away, so that it is made anew when it is asked for."""

    def is_as_made(self, made: MadeView) -> bool:
        """Whether both files are there and have the bytes that they had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptView:
    """A view as the registry has it.

    Attributes:
        made: None until it is made.
        failure: Why it could not be made.
        is_overridden: Whether somebody lets it be given although it is not clean.
    """

    version_id: VersionId
    view: ViewSpec
    made: MadeView | None = None
    findings: ViewFindings | None = None
    failure: str | None = None
    is_overridden: bool = False

    @property
    def subject(self) -> str:
        return f"view:{self.version_id} {self.view.digest}"


class Views(Protocol):
    def waiting(self) -> Sequence[KeptView]:
        """Views that some grant names and that nobody has made or failed to make."""

    def made(self) -> Sequence[KeptView]: ...
    def find(self, version_id: VersionId, digest: str) -> KeptView | None:
        """The only view of the version whose digest starts so; locked."""

    def given_to(self, kept: KeptView) -> frozenset[str]:
        """The members of every project that is given it."""

    def keep(self, kept: KeptView, *, at: datetime) -> None:
        """Write down that it was made, or why not."""

    def override(self, kept: KeptView, *, by: str, reason: str, at: datetime) -> None: ...


class ViewUnitOfWork(UnitOfWork, Protocol):
    @property
    def views(self) -> Views: ...
