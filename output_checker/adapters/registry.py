"""The registry's answers, in this package's words."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from output_checker.application.ports import Dataset, Project
from output_checker.domain.actor import Actor
from output_checker.domain.release_class import ReleaseClass
from output_checker.domain.terms import REQUIRED_OVERRIDES, ClassTerms, RerunRule, Terms
from registry.application import queries
from registry.application.queries import ActorView, ProjectView


class RegistryQueries:
    """Ask on the caller's session, so that what is read is of the caller's transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def project(self, project_id: str) -> Project | None:
        return self.projects([project_id]).get(project_id)

    def projects(self, project_ids: Collection[str]) -> Mapping[str, Project]:
        found = queries.projects(self._session, project_ids)
        return {name: _project(one) for name, one in found.items()}

    def why_frozen(self, project_id: str) -> str | None:
        return queries.why_egress_is_frozen(self._session, project_id)

    def admins(self) -> Sequence[str]:
        return queries.admins(self._session)

    def actor(self, username: str) -> Actor | None:
        return self.actors([username]).get(username)

    def actors(self, usernames: Collection[str]) -> Mapping[str, Actor]:
        found = queries.actors(self._session, usernames)
        return {name: _actor(one) for name, one in found.items()}


def _project(found: ProjectView) -> Project:
    return Project(
        project_id=found.project_id,
        is_open=found.open,
        policy=found.policy,
        members=found.members,
        terms=_terms(found),
        checkers=found.checkers,
        overriders=tuple(sorted(found.release.override)),
        owners={name: tuple(sorted(people)) for name, people in found.release.owners.items()},
        datasets=tuple(
            Dataset(
                dataset_id=dataset.dataset_id,
                version=dataset.version,
                path=dataset.path,
                sha256=dataset.sha256,
                policy=dataset.policy,
                evidence=dataset.evidence,
                view_digest=dataset.view_digest,
                others=dataset.others,
            )
            for dataset in found.datasets
        ),
    )


def _actor(found: ActorView) -> Actor:
    return Actor(
        username=found.username,
        is_auditor=found.is_auditor,
        is_admin=found.is_admin,
        checks=frozenset(found.checks),
        member_of=frozenset(found.member_of),
        overrides=frozenset(found.overrides),
        signs_off=frozenset(found.signs_off),
        conflicts=frozenset(found.conflicts),
    )


def _terms(project: ProjectView) -> Terms:
    """What the project and each of its datasets ask, together."""
    own, datasets = project.release, project.datasets
    return Terms(
        reviews=max([own.reviews, *(one.release.reviews for one in datasets)]),
        sign_offs=frozenset(one.dataset_id for one in datasets if one.release.owner_sign_off),
        allows_override=len(own.override) >= REQUIRED_OVERRIDES,
        due_days=own.due_days,
        draft_days=own.draft_days,
        uncollected_days=own.uncollected_days,
        rerun=RerunRule(own.rerun.value),
        rerun_seconds=own.rerun_seconds,
        classes={
            ReleaseClass(name): ClassTerms(
                reviews=one.reviews,
                link_days=one.link_days,
                retention_days=one.retention_days,
            )
            for name, one in own.classes.items()
        },
    )
