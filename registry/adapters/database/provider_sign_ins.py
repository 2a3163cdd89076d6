"""What an identity provider calls people, and tickets for the hub, in PostgreSQL."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry.adapters.database.sign_in_tables import ProviderIdentityRow, SignInTicketRow


class SqlIdentities:
    def __init__(self, session: Session) -> None:
        self._session = session

    def bind(self, username: str, issuer: str, subject: str) -> bool:
        self._session.execute(
            insert(ProviderIdentityRow)
            .values(username=username, issuer=issuer, subject=subject)
            .on_conflict_do_nothing()
        )
        found = self._session.execute(
            select(ProviderIdentityRow.issuer, ProviderIdentityRow.subject).where(
                ProviderIdentityRow.username == username
            )
        ).one_or_none()
        return found is not None and tuple(found) == (issuer, subject)


class SqlTickets:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ticket_hash: str, username: str, *, expires_at: datetime) -> None:
        self._session.add(
            SignInTicketRow(ticket_hash=ticket_hash, username=username, expires_at=expires_at)
        )
        self._session.flush()

    def take(self, ticket_hash: str, *, at: datetime) -> str | None:
        found = self._session.execute(
            delete(SignInTicketRow)
            .where(SignInTicketRow.ticket_hash == ticket_hash)
            .returning(SignInTicketRow.username, SignInTicketRow.expires_at)
        ).one_or_none()
        self._session.execute(delete(SignInTicketRow).where(SignInTicketRow.expires_at <= at))
        return str(found.username) if found and found.expires_at > at else None
