"""Projects, with their people and grants, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.tables import (
    ProjectCheckerRow,
    ProjectGrantRow,
    ProjectMemberRow,
    ProjectRow,
)
from registry.application.stored_limits import from_stored, to_stored
from registry.domain.dataset import VersionId
from registry.domain.project import Project
from registry.domain.tier import Tier


class SqlProjects:
    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, project_id: str) -> Project | None:
        row = self._session.get(ProjectRow, project_id)
        if row is None:
            return None
        grants = self._session.scalars(
            select(ProjectGrantRow).where(ProjectGrantRow.project_id == project_id)
        )
        return Project(
            project_id=row.project_id,
            title=row.title,
            ends_on=row.ends_on,
            policy=row.policy,
            tier=Tier(row.tier),
            limits=from_stored(row.limits),
            is_closed=row.is_closed,
            members=self._usernames(ProjectMemberRow, project_id),
            checkers=self._usernames(ProjectCheckerRow, project_id),
            grants=frozenset(
                VersionId(dataset_id=grant.dataset_id, version=grant.version) for grant in grants
            ),
        )

    def save(self, project: Project, *, at: datetime) -> None:
        values = {
            "title": project.title,
            "ends_on": project.ends_on,
            "policy": project.policy,
            "tier": project.tier.value,
            "limits": to_stored(project.limits),
            "is_closed": project.is_closed,
        }
        self._session.execute(
            upsert(ProjectRow)
            .values(project_id=project.project_id, created_at=at, **values)
            .on_conflict_do_update(index_elements=[ProjectRow.project_id], set_=values)
        )
        people = [{"username": name} for name in sorted(project.members)]
        self._replace(ProjectMemberRow, project.project_id, people)
        people = [{"username": name} for name in sorted(project.checkers)]
        self._replace(ProjectCheckerRow, project.project_id, people)
        grants = [
            {"dataset_id": grant.dataset_id, "version": grant.version}
            for grant in sorted(project.grants)
        ]
        self._replace(ProjectGrantRow, project.project_id, grants)

    def _usernames(
        self, rows: type[ProjectMemberRow | ProjectCheckerRow], project_id: str
    ) -> frozenset[str]:
        found = select(rows.username).where(rows.project_id == project_id)
        return frozenset(self._session.scalars(found))

    def _replace(
        self,
        rows: type[ProjectMemberRow | ProjectCheckerRow | ProjectGrantRow],
        project_id: str,
        values: list[dict[str, str]],
    ) -> None:
        self._session.execute(delete(rows).where(rows.project_id == project_id))
        if values:
            self._session.execute(
                insert(rows), [{"project_id": project_id, **value} for value in values]
            )
