"""What the use cases need from outside, named by what it does for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol, Self

from output_checker.application.file_ports import Files
from output_checker.application.ingress.ports import IncomingFiles
from output_checker.application.ledger_ports import Ledger
from output_checker.application.notice_ports import Notices
from output_checker.application.receipt_ports import Receipts
from output_checker.application.rerun_ports import Reruns
from output_checker.application.review_ports import Consents, Reviews, Statistics
from output_checker.domain.actor import Actor
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.link import Link
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.terms import DEFAULT_TERMS, Terms
from output_checker.domain.workflow import State
from registry.application.view_queries import Evidence


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

    Attributes:
        sha256: What outputs made of it are kept under.
        evidence: What the engine's `Source` knows of it.
        view_digest: Of the view that was granted; None for the whole version.
        others: What else outputs of the dataset can have been made from, by what these are kept
            under.
    """

    dataset_id: str
    version: str
    path: str
    sha256: str
    policy: str | None
    evidence: Evidence
    view_digest: str | None = None
    others: Mapping[str, Evidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project. `owners` are those of its datasets who sign off, by dataset."""

    project_id: str
    is_open: bool
    policy: str
    members: tuple[str, ...]
    datasets: tuple[Dataset, ...]
    terms: Terms = DEFAULT_TERMS
    checkers: tuple[str, ...] = ()
    overriders: tuple[str, ...] = ()
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Registry(Protocol):
    def project(self, project_id: str) -> Project | None: ...

    def projects(self, project_ids: Collection[str]) -> Mapping[str, Project]:
        """As `project`, of many at once; those that are not there are left out."""

    def actor(self, username: str) -> Actor | None: ...

    def actors(self, usernames: Collection[str]) -> Mapping[str, Actor]:
        """As `actor`, of many at once; nobody, and who is switched off, is left out."""

    def why_frozen(self, project_id: str) -> str | None:
        """Why nothing of a project may leave now, in words; None when it may."""

    def admins(self) -> Sequence[str]:
        """The administrators whose accounts are on."""


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

    def in_states(self, states: Iterable[State], *, unmoved_since: datetime) -> Sequence[str]:
        """Ids of requests in one of these states that came there by then."""

    def never_collected(self, *, released_before: datetime) -> Sequence[str]:
        """Ids of released requests of which nobody has fetched a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What is sealed, decided before the first byte is put.

    Attributes:
        record: The release record, canonical JSON, exactly as stored and hashed.
        ledger_head: The account's head when the record was written: an anchor.
        signature: Of the record; empty for releases from before there were any.
    """

    request_id: str
    record: bytes
    record_sha256: str
    started_at: datetime
    retain_until: datetime
    ledger_head: LedgerHead
    signature: bytes = b""
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

    def all(self) -> Iterable[Release]:
        """Decided ones, whether they are sealed by now or not."""

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

    def ending(self, *, after: datetime, until: datetime) -> Sequence[str]:
        """Ids of released requests with a link that still works and ends in this time."""


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
    def consents(self) -> Consents: ...

    @property
    def notices(self) -> Notices: ...

    @property
    def ledger(self) -> Ledger: ...

    @property
    def statistics(self) -> Statistics: ...

    @property
    def releases(self) -> Releases: ...

    @property
    def links(self) -> Links: ...

    @property
    def receipts(self) -> Receipts: ...

    @property
    def registry(self) -> Registry: ...

    @property
    def reruns(self) -> Reruns: ...

    @property
    def ingress(self) -> IncomingFiles: ...

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
