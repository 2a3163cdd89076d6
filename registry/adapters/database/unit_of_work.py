"""The registry's transaction on PostgreSQL."""

from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from registry.adapters.database.applications import SqlApplications
from registry.adapters.database.attempts import SqlAttempts
from registry.adapters.database.catalogue import SqlCatalogue
from registry.adapters.database.closures import SqlClosures
from registry.adapters.database.datasets import SqlDatasets
from registry.adapters.database.organisations import SqlOrganisations
from registry.adapters.database.people import SqlPeople
from registry.adapters.database.projects import SqlProjects
from registry.adapters.database.provider_sign_ins import SqlIdentities, SqlTickets
from registry.adapters.database.second_factors import SqlSecondFactors
from registry.adapters.database.sign_ins import SqlSignIns
from registry.adapters.database.site_policies import SqlSitePolicies
from registry.adapters.database.tables import PersonRow
from registry.adapters.database.terms import SqlTerms
from registry.adapters.database.traffic import SqlTraffic
from registry.adapters.database.training import SqlTraining
from registry.adapters.database.views import SqlViews
from registry.adapters.database.workspaces import SqlWorkspaces
from registry.application.ports import Record
from registry.domain.apply_plan import Registered

_ONE_AT_A_TIME: Final = text("SELECT pg_advisory_xact_lock(hashtext('haven.registry'))")


class SqlUnitOfWork:
    """A transaction; enter it again for the next one.

    Args:
        sessions: Makes a session.
        record_on: Makes what writes ledger lines on a session.
        key: Secret under which attempted usernames are hashed.
    """

    applications: SqlApplications
    people: SqlPeople
    datasets: SqlDatasets
    catalogue: SqlCatalogue
    projects: SqlProjects
    organisations: SqlOrganisations
    training: SqlTraining
    policies: SqlSitePolicies
    closures: SqlClosures
    attempts: SqlAttempts
    workspaces: SqlWorkspaces
    traffic: SqlTraffic
    second_factors: SqlSecondFactors
    sign_ins: SqlSignIns
    terms: SqlTerms
    identities: SqlIdentities
    tickets: SqlTickets
    views: SqlViews
    record: Record

    def __init__(
        self,
        sessions: sessionmaker[Session],
        *,
        record_on: Callable[[Session], Record],
        key: bytes,
    ) -> None:
        self._sessions = sessions
        self._record_on = record_on
        self._key = key

    def registered(self, project_id: str | None) -> Registered:
        self._session.execute(_ONE_AT_A_TIME)
        hashes = select(PersonRow.username).where(PersonRow.password_hash.is_not(None))
        return Registered(
            people=self.people.everyone(),
            with_password=frozenset(self._session.scalars(hashes)),
            datasets=self.datasets.every_version(),
            project=self.projects.find(project_id) if project_id else None,
            organisations=self.organisations.every(),
            roles=self.organisations.every_role(),
            training=self.training.every(),
            policies=self.policies.every(),
        )

    def commit(self) -> None:
        self._session.commit()

    def __enter__(self) -> Self:
        self._session = self._sessions()
        self.applications = SqlApplications(self._session)
        self.people = SqlPeople(self._session)
        self.datasets = SqlDatasets(self._session)
        self.catalogue = SqlCatalogue(self._session)
        self.projects = SqlProjects(self._session)
        self.organisations = SqlOrganisations(self._session)
        self.training = SqlTraining(self._session)
        self.policies = SqlSitePolicies(self._session)
        self.closures = SqlClosures(self._session)
        self.attempts = SqlAttempts(self._session, self._key)
        self.workspaces = SqlWorkspaces(self._session)
        self.traffic = SqlTraffic(self._session)
        self.second_factors = SqlSecondFactors(self._session)
        self.sign_ins = SqlSignIns(self._session)
        self.terms = SqlTerms(self._session)
        self.identities = SqlIdentities(self._session)
        self.tickets = SqlTickets(self._session)
        self.views = SqlViews(self._session)
        self.record = self._record_on(self._session)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._session.close()
