"""Signed-in browsers, kept in PostgreSQL. Ending one there ends it everywhere, at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from registry.adapters.database.tables import PortalSessionRow

_COOKIE: Final = "haven_session"
# Being seen is written down at most this often: reading a page should not write a row.
_SEEN_EVERY: Final = timedelta(minutes=1)


def cookie_name(*, is_https: bool) -> str:
    """The session cookie's name: over https one that a browser takes from this very host only."""
    return f"__Host-{_COOKIE}" if is_https else _COOKIE


class BrowserSessions:
    def __init__(self, session: Session, *, longest: timedelta, idle: timedelta) -> None:
        self._session = session
        self._longest = longest
        self._idle = idle

    def start(self, username: str, now: datetime) -> str:
        """Begin one, and return the secret for the cookie."""
        over = or_(PortalSessionRow.expires_at <= now, PortalSessionRow.seen_at <= now - self._idle)
        self._session.execute(delete(PortalSessionRow).where(over))
        secret = secrets.token_urlsafe(32)
        self._session.add(
            PortalSessionRow(
                session_hash=_hash(secret),
                username=username,
                created_at=now,
                seen_at=now,
                expires_at=now + self._longest,
            )
        )
        self._session.flush()
        return secret

    def username(self, secret: str, now: datetime) -> str | None:
        """Whose it is; None when it is over or never was."""
        row = self._session.execute(
            select(PortalSessionRow.username, PortalSessionRow.seen_at).where(
                PortalSessionRow.session_hash == _hash(secret),
                PortalSessionRow.expires_at > now,
                PortalSessionRow.seen_at > now - self._idle,
            )
        ).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= _SEEN_EVERY:
            self._session.execute(
                update(PortalSessionRow)
                .where(PortalSessionRow.session_hash == _hash(secret))
                .values(seen_at=now)
            )
        return str(row.username)

    def end(self, secret: str) -> str | None:
        """End it; returns whose it was."""
        return self._session.scalar(
            delete(PortalSessionRow)
            .where(PortalSessionRow.session_hash == _hash(secret))
            .returning(PortalSessionRow.username)
        )


def _hash(secret: str) -> str:
    # The secret has 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
