"""Who is signed in where, in PostgreSQL: the portal's sessions and the hub's generation."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from registry.adapters.database.sign_in_tables import SignInGenerationRow
from registry.adapters.database.tables import PersonRow, PortalSessionRow


class SqlSignIns:
    def __init__(self, session: Session) -> None:
        self._session = session

    def generation(self, username: str) -> str | None:
        return self._session.scalar(
            select(SignInGenerationRow.generation)
            .join(PersonRow, PersonRow.username == SignInGenerationRow.username)
            .where(SignInGenerationRow.username == username, PersonRow.is_active)
        )

    def end_all(self, username: str, *, why: str, but: str | None = None) -> str:
        # Kept with the reason, so that the browser that comes back can be told it.
        mine = (PortalSessionRow.username == username) & PortalSessionRow.ended_because.is_(None)
        self._session.execute(
            update(PortalSessionRow)
            .where(mine, PortalSessionRow.session_hash != (but or ""))
            .values(ended_because=why)
        )
        fresh = secrets.token_urlsafe(32)
        self._session.execute(
            insert(SignInGenerationRow)
            .values(username=username, generation=fresh)
            .on_conflict_do_update(
                index_elements=[SignInGenerationRow.username], set_={"generation": fresh}
            )
        )
        return fresh

    def vouched_at(self, username: str) -> datetime | None:
        return self._session.scalar(
            select(SignInGenerationRow.vouched_at).where(SignInGenerationRow.username == username)
        )

    def vouch(self, username: str, at: datetime | None) -> None:
        self._session.execute(
            update(SignInGenerationRow)
            .where(SignInGenerationRow.username == username)
            .values(vouched_at=at)
        )
