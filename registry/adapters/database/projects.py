"""Projects, with their people and grants, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.tables import (
    ProjectCheckerRow,
    ProjectGrantRow,
    ProjectMemberRow,
    ProjectRow,
)
from registry.adapters.database.view_tables import DatasetViewRow
from registry.application import stored_terms
from registry.application.stored_closure import closure_from_stored, closure_to_stored
from registry.application.stored_limits import from_stored, to_stored
from registry.domain.dataset import VersionId
from registry.domain.grant import Grant
from registry.domain.project import Project
from registry.domain.tier import Tier
from registry.domain.view_spec import stored_view, view_from_stored


class SqlProjects:
    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, project_id: str) -> Project | None:
        row = self._session.get(ProjectRow, project_id)
        if row is None:
            return None
        return Project(
            project_id=row.project_id,
            title=row.title,
            ends_on=row.ends_on,
            policy=row.policy,
            tier=Tier(row.tier),
            limits=from_stored(row.limits),
            release=stored_terms.from_stored(row.release),
            is_closed=row.is_closed,
            closure=closure_from_stored(row.closure),
            training=frozenset(row.training),
            networks=frozenset(row.networks),
            members=self._usernames(ProjectMemberRow, project_id),
            checkers=self._usernames(ProjectCheckerRow, project_id),
            grants=self._grants(project_id),
        )

    def save(self, project: Project, *, at: datetime) -> None:
        values = {
            "title": project.title,
            "ends_on": project.ends_on,
            "policy": project.policy,
            "tier": project.tier.value,
            "limits": to_stored(project.limits),
            "release": stored_terms.to_stored(project.release),
            "is_closed": project.is_closed,
            "training": sorted(project.training),
            "networks": sorted(project.networks),
            "closure": closure_to_stored(project.closure),
        }
        closed_on = at.date() if project.is_closed else None
        self._session.execute(
            upsert(ProjectRow)
            .values(project_id=project.project_id, created_at=at, closed_on=closed_on, **values)
            .on_conflict_do_update(
                index_elements=[ProjectRow.project_id],
                # The day on which it was closed stays until it is opened again.
                set_=values
                | {
                    "closed_on": func.coalesce(ProjectRow.closed_on, closed_on)
                    if project.is_closed
                    else None
                },
            )
        )
        for rows, names in (
            (ProjectMemberRow, project.members),
            (ProjectCheckerRow, project.checkers),
        ):
            self._replace(rows, project.project_id, [{"username": one} for one in sorted(names)])
        self._add_views(project, at)
        self._replace(ProjectGrantRow, project.project_id, [*map(_columns, project.grants)])

    def _grants(self, project_id: str) -> frozenset[Grant]:
        named = (
            DatasetViewRow.dataset_id == ProjectGrantRow.dataset_id,
            DatasetViewRow.version == ProjectGrantRow.version,
            DatasetViewRow.digest == ProjectGrantRow.view_digest,
        )
        found = self._session.execute(
            select(ProjectGrantRow.dataset_id, ProjectGrantRow.version, DatasetViewRow.spec)
            .outerjoin(DatasetViewRow, and_(*named))
            .where(ProjectGrantRow.project_id == project_id)
        )
        return frozenset(
            Grant(
                version_id=VersionId(dataset_id=dataset_id, version=version),
                view=None if spec is None else view_from_stored(spec),
            )
            for dataset_id, version, spec in found
        )

    def _add_views(self, project: Project, at: datetime) -> None:
        for grant in project.grants:
            if grant.view is None:
                continue
            spec = {"spec": stored_view(grant.view), "asked_at": at}
            wanted = upsert(DatasetViewRow).values(
                dataset_id=grant.version_id.dataset_id,
                version=grant.version_id.version,
                digest=grant.view.digest,
                **spec,
            )
            self._session.execute(wanted.on_conflict_do_nothing())

    def _usernames(
        self, rows: type[ProjectMemberRow | ProjectCheckerRow], project_id: str
    ) -> frozenset[str]:
        found = select(rows.username).where(rows.project_id == project_id)
        return frozenset(self._session.scalars(found))

    def _replace(
        self,
        rows: type[ProjectMemberRow | ProjectCheckerRow | ProjectGrantRow],
        project_id: str,
        values: Sequence[Mapping[str, str | None]],
    ) -> None:
        self._session.execute(delete(rows).where(rows.project_id == project_id))
        if values:
            self._session.execute(
                insert(rows), [{"project_id": project_id, **value} for value in values]
            )


def _columns(grant: Grant) -> dict[str, str | None]:
    return {
        "dataset_id": grant.version_id.dataset_id,
        "version": grant.version_id.version,
        "view_digest": grant.view.digest if grant.view else None,
    }
