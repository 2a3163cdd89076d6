"""Organisations and their roles in PostgreSQL."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from registry.adapters.database.organisation_tables import OrganisationRoleRow, OrganisationRow
from registry.adapters.database.tables import PersonRow
from registry.application import queries
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole


class SqlOrganisations:
    def __init__(self, session: Session) -> None:
        self._session = session

    def every(self) -> Mapping[str, Organisation]:
        ordered = select(OrganisationRow).order_by(OrganisationRow.organisation_id)
        return {row.organisation_id: _organisation(row) for row in self._session.scalars(ordered)}

    def save(self, organisation: Organisation, *, at: datetime) -> None:
        values = {
            "title": organisation.title,
            "kind": organisation.kind.value,
            "board_quorum": organisation.board_quorum,
        }
        self._session.execute(
            upsert(OrganisationRow)
            .values(organisation_id=organisation.organisation_id, created_at=at, **values)
            .on_conflict_do_update(index_elements=[OrganisationRow.organisation_id], set_=values)
        )

    def roles_of(self, username: str) -> frozenset[tuple[str, OrganisationRole]]:
        return queries.roles_of(self._session, username)

    def with_role(self, organisation_id: str, role: OrganisationRole) -> Sequence[str]:
        found = (
            select(OrganisationRoleRow.username)
            .join(PersonRow, PersonRow.username == OrganisationRoleRow.username)
            .where(
                OrganisationRoleRow.organisation_id == organisation_id,
                OrganisationRoleRow.role == role.value,
                PersonRow.is_active,
            )
            .order_by(OrganisationRoleRow.username)
        )
        return tuple(self._session.scalars(found))

    def every_role(self) -> Mapping[str, frozenset[tuple[str, OrganisationRole]]]:
        found: dict[str, set[tuple[str, OrganisationRole]]] = {}
        for row in self._session.scalars(select(OrganisationRoleRow)):
            pair = (row.organisation_id, OrganisationRole(row.role))
            found.setdefault(row.username, set()).add(pair)
        return {name: frozenset(pairs) for name, pairs in found.items()}

    def set_roles(self, username: str, roles: AbstractSet[tuple[str, OrganisationRole]]) -> None:
        self._session.execute(
            delete(OrganisationRoleRow).where(OrganisationRoleRow.username == username)
        )
        rows = [
            {"organisation_id": organisation_id, "username": username, "role": role.value}
            for organisation_id, role in sorted(roles)
        ]
        if rows:
            self._session.execute(insert(OrganisationRoleRow), rows)


def _organisation(row: OrganisationRow) -> Organisation:
    return Organisation(
        organisation_id=row.organisation_id,
        title=row.title,
        kind=OrganisationKind(row.kind),
        board_quorum=row.board_quorum,
    )
