"""What the use cases need from outside, named by what it does for them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from output_checker.domain.actor import Actor
from output_checker.domain.ledger import JsonValue, LedgerEntry, LedgerHead
from output_checker.domain.link import Link
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review


class Clock(Protocol):
    def now(self) -> datetime:
        """The present, aware and in UTC."""


class Ids(Protocol):
    def new(self) -> str:
        """An id nobody has seen, 32 hexadecimal digits."""

    def token(self) -> str:
        """A secret nobody can guess, safe in an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """A granted dataset version; `path` is relative to the datasets' directory.

    What the engine's `Source` knows of a dataset's columns is here as well; `other_versions` are
    the paths of its other versions, by the SHA-256 of each.
    """

    dataset_id: str
    version: str
    path: str
    sha256: str
    entity: str | None
    identifiers: tuple[str, ...]
    policy: str | None
    holding: str | None = None
    structural_zeros: tuple[Mapping[str, str], ...] = ()
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    other_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    project_id: str
    is_open: bool
    policy: str
    members: tuple[str, ...]
    datasets: tuple[Dataset, ...]


class Registry(Protocol):
    def project(self, project_id: str) -> Project | None: ...

    def actor(self, username: str) -> Actor | None: ...


class Requests(Protocol):
    def add(self, request: ReleaseRequest) -> None: ...

    def get(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        """Load a request.

        Raises:
            NotFound: There is none, or it is not this actor's to see.
        """

    def lock(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        """Load a request and keep others from moving it until the transaction ends."""

    def save(self, request: ReleaseRequest) -> ReleaseRequest:
        """Store a request that was loaded at its version.

        Raises:
            ConcurrentUpdate: Somebody else saved it in between.
        """

    def of_author(self, username: str) -> Sequence[ReleaseRequest]: ...

    def waiting_for_review(self, projects: Iterable[str]) -> Sequence[ReleaseRequest]: ...

    def waiting_for_release(self) -> Sequence[str]:
        """Ids of requests that are approved or half-way to released."""


class Files(Protocol):
    def add(self, files: Sequence[OutputFile]) -> None: ...

    def of(self, request_id: str, *, turn: int) -> Sequence[OutputFile]: ...

    def keep_image(self, file_id: str, part: int, content: bytes) -> None: ...

    def image(self, file_id: str, part: int) -> bytes | None: ...

    def keep_published(self, file_id: str, tables: Sequence[Mapping[str, Any]]) -> None:
        """Keep what a file's tables say of datasets, as the engine's report has it."""

    def published(self, request_id: str, *, turn: int) -> Sequence[Mapping[str, Any]]:
        """What was kept of the tables of a request."""


class Reviews(Protocol):
    def add(self, review: Review) -> None:
        """Store a vote.

        Raises:
            AlreadyVoted: This checker has voted in this turn.
        """

    def of(self, request_id: str) -> Sequence[Review]: ...


class Ledger(Protocol):
    def append(
        self,
        *,
        at: datetime,
        actor: str,
        event: str,
        subject: str,
        project: str | None,
        details: Mapping[str, JsonValue],
    ) -> LedgerHead:
        """Add a line; it stands or falls with the transaction."""

    def head(self) -> LedgerHead: ...

    def all(self) -> Iterable[LedgerEntry]: ...

    def page(
        self, *, before: int | None, size: int, project: str | None
    ) -> Sequence[LedgerEntry]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is sealed, decided before the first byte is put.

    Attributes:
        record: The release record, canonical JSON, exactly as stored and hashed.
        ledger_head: The account's head when the record was written: an anchor.
    """

    request_id: str
    record: bytes
    record_sha256: str
    started_at: datetime
    retain_until: datetime
    ledger_head: LedgerHead
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasedTable:
    """Attributes: `content` is what it says of a dataset, as the engine's report has it."""

    request_id: str
    project_id: str
    content: Mapping[str, Any]


class Releases(Protocol):
    def add(self, release: Release) -> None: ...

    def hold(self) -> None:
        """Keep every other release from being decided until the transaction ends."""

    def tables(
        self, datasets: Iterable[str], *, but: str, since: datetime | None = None
    ) -> Sequence[ReleasedTable]:
        """Tables, of any project but of one request, whose release was decided since then."""

    def get(self, request_id: str) -> Release | None: ...

    def finish(self, request_id: str, *, at: datetime) -> None: ...

    def anchors(self) -> Mapping[int, str]:
        """Ledger hashes by sequence number, as release records hold them."""


class Links(Protocol):
    def add(self, link: Link) -> None: ...

    def lock_by_token(self, token_sha256: str) -> Link | None: ...

    def lock(self, link_id: str) -> Link | None: ...

    def save(self, link: Link) -> None: ...

    def of_request(self, request_id: str) -> Sequence[Link]: ...

    def of_recipient(self, username: str) -> Sequence[tuple[Link, str]]:
        """Links with the names of their files, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Memory of a manifest: the worker cannot move it away, so it remembers it."""

    project: str
    username: str
    name: str
    sha256: str
    request_id: str | None
    attempts: int
    answer: Mapping[str, Any] | None


class Receipts(Protocol):
    def get(self, *, project: str, username: str, name: str, sha256: str) -> Receipt | None: ...

    def save(self, receipt: Receipt, *, at: datetime) -> None: ...


class Jobs(Protocol):
    def enqueue(self, task: str, **arguments: str) -> None:
        """Queue work that starts only if this transaction commits."""


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit` undoes everything."""

    @property
    def requests(self) -> Requests: ...

    @property
    def files(self) -> Files: ...

    @property
    def reviews(self) -> Reviews: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def releases(self) -> Releases: ...

    @property
    def links(self) -> Links: ...

    @property
    def receipts(self) -> Receipts: ...

    @property
    def registry(self) -> Registry: ...

    @property
    def jobs(self) -> Jobs: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None: ...


class ReleaseStore(Protocol):
    def put(self, key: str, content: bytes, *, content_type: str, retain_until: datetime) -> None:
        """Seal bytes under a key, once; the same bytes again change nothing.

        Raises:
            IntegrityLost: The key holds other bytes.
            DependencyUnavailable: The store did not answer.
        """

    def get(self, key: str, *, sha256: str) -> bytes:
        """Fetch sealed bytes.

        Raises:
            IntegrityLost: They are not the bytes that were sealed.
            DependencyUnavailable: The store did not answer.
        """


class LedgerSeals(Protocol):
    """Heads of the ledger that nobody can change, delete or hide for a time.

    Each method raises DependencyUnavailable when the store does not answer.
    """

    def add(self, head: LedgerHead, *, retain_until: datetime) -> None: ...

    def has(self, head: LedgerHead) -> bool: ...

    def all(self) -> Iterable[LedgerHead]: ...
