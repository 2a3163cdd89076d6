"""People in PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry.adapters.database.tables import PersonRow
from registry.domain.person import Account, Person


class SqlPeople:
    def __init__(self, session: Session) -> None:
        self._session = session

    def everyone(self) -> Mapping[str, Person]:
        return {row.username: _person(row) for row in self._session.scalars(select(PersonRow))}

    def find_account(self, username: str) -> Account | None:
        row = self._session.get(PersonRow, username)
        return Account(person=_person(row), password_hash=row.password_hash) if row else None

    def save(self, person: Person, *, at: datetime) -> None:
        values = {
            "display_name": person.display_name,
            "is_admin": person.is_admin,
            "is_auditor": person.is_auditor,
            "is_active": person.is_active,
            "email": person.email,
            "organisation_id": person.organisation_id,
        }
        self._session.execute(
            insert(PersonRow)
            .values(username=person.username, created_at=at, **values)
            .on_conflict_do_update(index_elements=[PersonRow.username], set_=values)
        )

    def set_password_hash(self, username: str, password_hash: str) -> None:
        self._session.execute(
            update(PersonRow)
            .where(PersonRow.username == username)
            .values(password_hash=password_hash)
        )


def _person(row: PersonRow) -> Person:
    return Person(
        username=row.username,
        display_name=row.display_name,
        is_admin=row.is_admin,
        is_auditor=row.is_auditor,
        is_active=row.is_active,
        email=row.email,
        organisation_id=row.organisation_id,
    )
