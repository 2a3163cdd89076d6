"""Who is signed in to which running workspace, in this browser.

Kept in memory: after a restart of the gateway a browser is sent through the hub once more, which
costs a blink while the person is signed in there.
"""

import secrets
import time
from dataclasses import dataclass, replace

from hub.registrations import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser's way into one start of one workspace.

    Attributes:
        token: The person's OAuth token at the hub, for asking whether it still holds.
        expires_at, checked_at: Seconds of the monotonic clock.
    """

    started_id: str
    username: str
    project: str
    token: str
    expires_at: float
    checked_at: float


class Sessions:
    def __init__(self) -> None:
        self._by_cookie: dict[str, Session] = {}

    def open(self, registration: Registration, token: str, seconds: float) -> str:
        """Remember a session and return the cookie's value."""
        self._forget_expired()
        cookie = secrets.token_urlsafe(32)
        now = time.monotonic()
        self._by_cookie[cookie] = Session(
            started_id=registration.started_id,
            username=registration.username,
            project=registration.project,
            token=token,
            expires_at=now + seconds,
            checked_at=now,
        )
        return cookie

    def find(self, cookie: str | None, registration: Registration) -> Session | None:
        """The session, if it is for this very start of this very workspace."""
        session = self._by_cookie.get(cookie or "")
        if session is None or session.started_id != registration.started_id:
            return None
        return session if session.expires_at > time.monotonic() else None

    def checked(self, cookie: str) -> None:
        session = self._by_cookie.get(cookie)
        if session is not None:
            self._by_cookie[cookie] = replace(session, checked_at=time.monotonic())

    def close(self, cookie: str) -> None:
        self._by_cookie.pop(cookie, None)

    def _forget_expired(self) -> None:
        now = time.monotonic()
        for cookie in [c for c, session in self._by_cookie.items() if session.expires_at <= now]:
            del self._by_cookie[cookie]
