"""What the registry's use cases need from outside."""

from collections.abc import Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from registry.application.organisation_ports import Organisations, TrainingRecords
from registry.domain.applications.told import Told
from registry.domain.apply_plan import Registered
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.person import Account, Person
from registry.domain.project import Project
from registry.domain.site_policy import SitePolicy


class Record(Protocol):
    """Writes a ledger line in the transaction of the change that it describes."""

    def __call__(
        self,
        *,
        event: str,
        actor: str,
        subject: str,
        project_id: str | None,
        details: Mapping[str, str],
    ) -> None: ...

    def tell(self, told: Told) -> bool:
        """Write a notice to a person, once. Returns: whether it was not there yet."""


class People(Protocol):
    def find_account(self, username: str) -> Account | None: ...
    def save(self, person: Person, *, at: datetime) -> None: ...
    def set_password_hash(self, username: str, password_hash: str) -> None: ...


class Datasets(Protocol):
    def every_version(self) -> Mapping[VersionId, DatasetVersion]: ...
    def find(self, version_id: VersionId) -> DatasetVersion | None: ...
    def add(self, dataset: DatasetVersion, *, at: datetime) -> None: ...


class Catalogue(Protocol):
    def note_in_vain(self, words: str, *, on: date) -> None:
        """Count words that found nothing; once a day has very many, new ones are not kept."""

    def keep_profile(
        self, version_id: VersionId, shown: Mapping[str, Any], *, at: datetime
    ) -> bool:
        """Keep what may be shown of a version; False where that was kept before."""


class Projects(Protocol):
    def find(self, project_id: str) -> Project | None: ...
    def save(self, project: Project, *, at: datetime) -> None: ...


class SitePolicies(Protocol):
    def add(self, policy: SitePolicy, *, at: datetime) -> None: ...


class Attempts(Protocol):
    def reserve(self, username: str, *, at: datetime, since: datetime, limit: int) -> int | None:
        """Count this attempt as failed, before the password is looked at.

        Returns:
            How many there are since `since`, this one included; None, and nothing counted,
            when there are `limit` already.
        """

    def forget(self, username: str) -> None: ...


class UnitOfWork(Protocol):
    """One transaction: what is not committed by its end has not happened."""

    @property
    def people(self) -> People: ...
    @property
    def datasets(self) -> Datasets: ...
    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def organisations(self) -> Organisations: ...
    @property
    def training(self) -> TrainingRecords: ...
    @property
    def policies(self) -> SitePolicies: ...
    @property
    def attempts(self) -> Attempts: ...
    @property
    def record(self) -> Record: ...

    def registered(self, project_id: str | None) -> Registered:
        """What is registered now; nobody else changes it before this transaction ends."""

    def commit(self) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class Passwords(Protocol):
    def hash(self, password: str) -> str: ...
    def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; takes as long, and is False, when there is no hash."""


class Clock(Protocol):
    def now(self) -> datetime: ...
