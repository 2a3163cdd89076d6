"""Signed-in browsers, kept in PostgreSQL. Ending one there ends it everywhere, at once."""

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from registry.adapters.database.tables import PortalSessionRow

_COOKIE: Final = "haven_session"
# Being seen is written down at most this often: reading a page should not write a row.
_SEEN_EVERY: Final = timedelta(minutes=1)
# Somebody who walks from one room's network to the next keeps their session; who is elsewhere not.
_PREFIX: Final = {4: 24, 6: 48}


class Binding(StrEnum):
    """What a session's cookie may only be used from: the network, the browser, or both."""

    NONE = "none"
    ADDRESS = "address"
    BROWSER = "browser"
    BOTH = "both"

    def of(self, address: str, user_agent: str) -> str | None:
        """What to keep of a browser: a hash; None where nothing is asked for."""
        if self is Binding.NONE:
            return None
        network = _network(address) if self in (Binding.ADDRESS, Binding.BOTH) else ""
        browser = user_agent if self in (Binding.BROWSER, Binding.BOTH) else ""
        return _hash(f"{self.value}\n{network}\n{browser}")


class Standing(StrEnum):
    """What a cookie turned out to be."""

    GOOD = "good"
    ENDED = "ended"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserSession:
    """Attributes: `ended_because` is why it is over before its time; see `SignIns.end_all`."""

    session_hash: str
    username: str
    second_factor_at: datetime | None
    standing: Standing
    ended_because: str | None


def cookie_name(*, is_https: bool) -> str:
    """The session cookie's name: over https one that a browser takes from this very host only."""
    return f"__Host-{_COOKIE}" if is_https else _COOKIE


class BrowserSessions:
    def __init__(self, session: Session, *, longest: timedelta, idle: timedelta) -> None:
        self._session = session
        self._longest = longest
        self._idle = idle

    def start(
        self,
        username: str,
        now: datetime,
        *,
        second_factor_at: datetime | None = None,
        bound_to: str | None = None,
    ) -> str:
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
                second_factor_at=second_factor_at,
                bound_to=bound_to,
            )
        )
        self._session.flush()
        return secret

    def find(
        self, secret: str, now: datetime, *, bound_to: str | None = None
    ) -> BrowserSession | None:
        """Whose it is, and whether it is good here and now; None when it is over or never was."""
        row = self._session.scalar(
            select(PortalSessionRow).where(
                PortalSessionRow.session_hash == _hash(secret),
                PortalSessionRow.expires_at > now,
                PortalSessionRow.seen_at > now - self._idle,
            )
        )
        if row is None:
            return None
        standing = _standing(row, bound_to)
        if standing is Standing.GOOD and now - row.seen_at >= _SEEN_EVERY:
            row.seen_at = now
        return BrowserSession(
            session_hash=row.session_hash,
            username=row.username,
            second_factor_at=row.second_factor_at,
            standing=standing,
            ended_because=row.ended_because,
        )

    def proved(self, session_hash: str, at: datetime) -> None:
        """Note that a code was proved in it."""
        self._session.execute(
            update(PortalSessionRow)
            .where(PortalSessionRow.session_hash == session_hash)
            .values(second_factor_at=at)
        )

    def end(self, secret: str) -> str | None:
        """End it; returns whose it was."""
        return self._session.scalar(
            delete(PortalSessionRow)
            .where(PortalSessionRow.session_hash == _hash(secret))
            .returning(PortalSessionRow.username)
        )


def _standing(row: PortalSessionRow, bound_to: str | None) -> Standing:
    if row.ended_because is not None:
        return Standing.ENDED
    # One that was begun before the setting was made is bound to nothing, and so is not good.
    if bound_to is not None and not hmac.compare_digest(row.bound_to or "", bound_to):
        return Standing.ELSEWHERE
    return Standing.GOOD


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, _PREFIX[found.version]), strict=False))


def _hash(secret: str) -> str:
    # The secret has 256 random bits, so a plain hash is enough: there is nothing to guess.
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
