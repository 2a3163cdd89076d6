"""Personal tokens: made and revoked by their person, shown once, kept as a hash."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from output_checker.adapters.database.ledger import SqlLedger
from portal.tokens.tables import ApiTokenRow
from registry.domain.errors import NotFound, NotValid

LONGEST_DAYS: Final = 90
LONGEST_NAME: Final = 60
MOST_TOKENS: Final = 20
# A word in front by which people, and programs that look for lost secrets, know it.
_PREFIX: Final = "haven_"
# Being used is written down at most this often: reading should not write a row each time.
_USED_EVERY: Final = timedelta(minutes=1)
_NOT_YOURS: Final = "There is no such token, or it is not yours."


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token without its secret. `last_used_at` is right to a minute; None: never used."""

    token_id: str
    username: str
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None

    def works(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class ApiTokens:
    """On the caller's session, with a ledger line for each that is made or revoked."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def make(self, *, token_id: str, username: str, name: str, days: int, now: datetime) -> str:
        """Make one, and return the secret, which is nowhere else.

        Raises:
            NotValid: No name, a life of less than a day or more than 90, or too many that work.
        """
        name = " ".join(name.split())
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise NotValid(f"Give the token a name of at most {LONGEST_NAME} letters.")
        if not 1 <= days <= LONGEST_DAYS:
            raise NotValid(f"A token lasts from 1 to {LONGEST_DAYS} days.")
        if self._working(username, now) >= MOST_TOKENS:
            raise NotValid(f"{MOST_TOKENS} tokens of yours work already. Revoke one first.")
        secret = _PREFIX + secrets.token_urlsafe(32)
        row = ApiTokenRow(
            token_id=token_id,
            token_hash=_hash(secret),
            username=username,
            name=name,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        self._session.add(row)
        self._session.flush()
        self._note("token.created", token_id, username, now)
        return secret

    def of(self, username: str) -> Sequence[ApiToken]:
        """The newest first, those that are over too."""
        rows = self._session.scalars(
            select(ApiTokenRow)
            .where(ApiTokenRow.username == username)
            .order_by(ApiTokenRow.created_at.desc())
            .limit(200)
        )
        return [_token(row) for row in rows]

    def use(self, secret: str, now: datetime) -> ApiToken | None:
        """Whose it is, noting that it was used; None when it is over or never was."""
        row = self._session.scalar(
            select(ApiTokenRow).where(ApiTokenRow.token_hash == _hash(secret))
        )
        token = None if row is None else _token(row)
        if token is None or not token.works(now):
            return None
        if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
            self._session.execute(
                update(ApiTokenRow)
                .where(ApiTokenRow.token_id == token.token_id)
                .values(last_used_at=now)
            )
        return token

    def revoke(self, token_id: str, *, username: str, now: datetime) -> None:
        """End one for good, at once.

        Raises:
            NotFound: There is none, or it is another person's.
        """
        row = self._session.scalar(
            select(ApiTokenRow)
            .where(ApiTokenRow.token_id == token_id, ApiTokenRow.username == username)
            .with_for_update()
        )
        if row is None:
            raise NotFound(_NOT_YOURS)
        if row.revoked_at is None:
            row.revoked_at = now
            self._session.flush()
            self._note("token.revoked", token_id, username, now)

    def _working(self, username: str, now: datetime) -> int:
        count = select(func.count()).where(
            ApiTokenRow.username == username,
            ApiTokenRow.revoked_at.is_(None),
            ApiTokenRow.expires_at > now,
        )
        return self._session.scalar(count) or 0

    def _note(self, event: str, token_id: str, username: str, at: datetime) -> None:
        SqlLedger(self._session).append(
            at=at,
            actor=username,
            event=event,
            subject=f"token:{token_id}",
            project=None,
            details={},
        )


def _token(row: ApiTokenRow) -> ApiToken:
    return ApiToken(
        token_id=row.token_id,
        username=row.username,
        name=row.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )


def _hash(secret: str) -> str:
    # The secret has 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
