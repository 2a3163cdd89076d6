"""Who is signed in to which running workspace, in this browser.

Each session is also kept in a small file, so that a restart of the gateway costs nobody the page
they work in. A file is named by the hash of the browser's cookie and sealed with a key made from
it: who reads the folder learns neither, and can open nothing.
"""

import base64
import hashlib
import json
import secrets
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from hub.registrations import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser's way into one start of one workspace.

    Attributes:
        token: The person's OAuth token at the hub, for asking whether it still holds.
        expires_at: Seconds since 1970.
        checked_at: When the hub was asked last, in seconds of the monotonic clock; None: it is to
            be asked before anything is shown.
    """

    started_id: str
    username: str
    project: str
    token: str
    expires_at: float
    checked_at: float | None


class Sessions:
    """All sessions.

    Args:
        folder: Where they are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_cookie: dict[str, Session] = {}

    def open(self, registration: Registration, token: str, seconds: float) -> str:
        """Remember a session and return the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        session = Session(
            started_id=registration.started_id,
            username=registration.username,
            project=registration.project,
            token=token,
            expires_at=time.time() + seconds,
            checked_at=None,
        )
        self._keep(cookie, session)
        self._by_cookie[cookie] = replace(session, checked_at=time.monotonic())
        return cookie

    def find(self, cookie: str | None, registration: Registration) -> Session | None:
        """The session, if it is for this very start of this very workspace."""
        if not cookie:
            return None
        session = self._by_cookie.get(cookie) or self._kept(cookie)
        if session is None or session.started_id != registration.started_id:
            return None
        if session.expires_at <= time.time():
            return None
        self._by_cookie[cookie] = session
        return session

    def checked(self, cookie: str) -> None:
        session = self._by_cookie.get(cookie)
        if session is not None:
            self._by_cookie[cookie] = replace(session, checked_at=time.monotonic())

    def close(self, cookie: str) -> None:
        self._by_cookie.pop(cookie, None)
        self._file(cookie).unlink(missing_ok=True)

    def forget_all_but(self, started: set[str], seconds: float) -> None:
        """Drop the sessions of starts that are over, and files older than a session can be."""
        for cookie in [c for c, one in self._by_cookie.items() if one.started_id not in started]:
            self.close(cookie)
        for file in self._folder.glob("*.sealed"):
            if time.time() - file.stat().st_mtime > seconds:
                file.unlink(missing_ok=True)

    def _keep(self, cookie: str, session: Session) -> None:
        file = self._file(cookie)
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_bytes(_seal(cookie).encrypt(json.dumps(asdict(session)).encode()))
        draft.replace(file)

    def _kept(self, cookie: str) -> Session | None:
        try:
            content = _seal(cookie).decrypt(self._file(cookie).read_bytes())
        except (FileNotFoundError, InvalidToken):
            return None
        return Session(**json.loads(content))

    def _file(self, cookie: str) -> Path:
        return self._folder / f"{hashlib.sha256(cookie.encode()).hexdigest()}.sealed"


def _seal(cookie: str) -> Fernet:
    key = hashlib.sha256(b"haven session\0" + cookie.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
