"""Wrong passwords in PostgreSQL, counted by the hash of the name that was typed."""

import hmac
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from registry.adapters.database.tables import SignInFailureRow


class SqlAttempts:
    def __init__(self, session: Session, key: bytes) -> None:
        self._session = session
        self._key = key

    def reserve(self, username: str, *, at: datetime, since: datetime, limit: int) -> int | None:
        name = self._hash(username)
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
        self._session.execute(lock, {"name": name})
        self._session.execute(delete(SignInFailureRow).where(SignInFailureRow.at <= since))
        so_far = self._session.scalar(
            select(func.count())
            .select_from(SignInFailureRow)
            .where(SignInFailureRow.username_hash == name)
        )
        if so_far is None or so_far >= limit:
            return None
        self._session.add(SignInFailureRow(username_hash=name, at=at))
        return so_far + 1

    def forget(self, username: str) -> None:
        name = self._hash(username)
        self._session.execute(
            delete(SignInFailureRow).where(SignInFailureRow.username_hash == name)
        )

    def _hash(self, username: str) -> str:
        return hmac.new(self._key, username.encode(), "sha256").hexdigest()
