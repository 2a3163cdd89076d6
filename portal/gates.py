"""What stands between a signed-in browser and the pages, asked at every request."""

import re
from datetime import timedelta
from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session

from output_checker.adapters.database.ledger import SqlLedger
from portal.parts import Parts
from portal.sessions import BrowserSession, BrowserSessions, Standing
from registry.application import sign_in_queries
from registry.application.sign_in_queries import Missing
from registry.domain.second_factor import is_asked

# Deciding, lifting a finding, freezing and making keys: what a borrowed browser must not do.
_SENSITIVE: Final = re.compile(
    r"^(?:/api/v1)?(/review/[^/]+/(decide|vote|files/[^/]+/override|sign-off)"
    r"|/projects/[^/]+/inputs/[^/]+/step"
    r"|/(workspaces|egress)/(freeze|thaw|unfreeze)|/tokens)$"
)
# Pages on which such a decision is filled in, so that nothing typed is lost.
_FORMS: Final = re.compile(r"^/review/[^/]+/decide$")


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class SessionEnded(SignInNeeded):
    """There was a session, and it was ended before its time; `because` is why."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


class FirstThis(Exception):
    """Something has to be done before anything else is open."""

    def __init__(self, missing: Missing) -> None:
        super().__init__(missing.words)
        self.missing = missing


class CodeNeeded(Exception):
    """The last proof is too old for what is asked; a new one opens it."""


def find_session(
    parts: Parts, session: Session, sessions: BrowserSessions, request: Request
) -> BrowserSession | None:
    """The session of the browser that asks; one used from elsewhere ends here."""
    secret = request.cookies.get(parts.settings.session_cookie)
    if not secret:
        return None
    now = parts.clock.now()
    found = sessions.find(secret, now, bound_to=bound_to(parts, request))
    if found is not None and found.standing is Standing.ELSEWHERE:
        sessions.end(secret)
        SqlLedger(session).append(
            at=now,
            actor=found.username,
            event="registry.session_refused",
            subject=f"person:{found.username}",
            project=None,
            details={"why": "another_browser_or_address"},
        )
        return None
    return found


def bound_to(parts: Parts, request: Request) -> str | None:
    address = request.client.host if request.client else ""
    return parts.settings.session_binding.of(address, request.headers.get("user-agent", ""))


def require_all_done(parts: Parts, username: str) -> None:
    """Raises FirstThis: terms are to be accepted, or a second factor to be set up."""
    with parts.sessions() as session:
        found = sign_in_queries.missing(session, username, parts.settings.mfa)
    if found is not None:
        raise FirstThis(found)


def require_fresh_code(parts: Parts, request: Request, browser: BrowserSession) -> None:
    """Raises CodeNeeded: what is asked decides something, and the last code is too old."""
    minutes = parts.settings.step_up_minutes
    if minutes == 0 or not _is_sensitive(request):
        return
    at = browser.second_factor_at
    if at is not None and parts.clock.now() - at < timedelta(minutes=minutes):
        return
    with parts.sign_in.unit_of_work() as uow:
        factor = uow.second_factors.find(browser.username)
        vouched_at = uow.sign_ins.vouched_at(browser.username)
    if is_asked(parts.settings.mfa, factor) or vouched_at is not None:
        raise CodeNeeded


def _is_sensitive(request: Request) -> bool:
    path = request.url.path
    return bool((_SENSITIVE if request.method == "POST" else _FORMS).match(path))
