"""The registry's answers, in this package's words."""

from sqlalchemy.orm import Session

from output_checker.application.ports import Dataset, Project
from output_checker.domain.actor import Actor
from registry.application import queries


class RegistryQueries:
    """Ask on the caller's session, so that what is read is of the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def project(self, project_id: str) -> Project | None:
        found = queries.project(self._session, project_id)
        if found is None:
            return None
        return Project(
            project_id=found.project_id,
            is_open=found.open,
            policy=found.policy,
            members=found.members,
            datasets=tuple(
                Dataset(
                    dataset_id=dataset.dataset_id,
                    version=dataset.version,
                    path=dataset.path,
                    sha256=dataset.sha256,
                    entity=dataset.entity,
                    identifiers=dataset.identifiers,
                    policy=dataset.policy,
                    holding=dataset.holding,
                    structural_zeros=dataset.structural_zeros,
                    bounds=dataset.bounds,
                    other_versions=dataset.other_versions,
                )
                for dataset in found.datasets
            ),
        )

    def actor(self, username: str) -> Actor | None:
        found = queries.actor(self._session, username)
        if found is None:
            return None
        return Actor(
            username=found.username,
            is_auditor=found.is_auditor,
            is_admin=found.is_admin,
            checks=frozenset(found.checks),
            member_of=frozenset(found.member_of),
        )
