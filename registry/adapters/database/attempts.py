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
        self._forget_before(since)
        so_far = self._session.scalar(
            select(func.count())
            .select_from(SignInFailureRow)
            .where(SignInFailureRow.username_hash == name, SignInFailureRow.at > since)
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

    def _forget_before(self, since: datetime) -> None:
        # Rows that another sign-in is deleting are left to it: waiting for it could deadlock.
        old = (
            select(SignInFailureRow.failure_id)
            .where(SignInFailureRow.at <= since)
            .with_for_update(skip_locked=True)
        )
        self._session.execute(delete(SignInFailureRow).where(SignInFailureRow.failure_id.in_(old)))

    def _hash(self, username: str) -> str:
        return hmac.new(self._key, username.encode(), "sha256").hexdigest()
