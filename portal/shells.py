"""What the registry's and the output checker's pages are given of the portal."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from output_checker.application import ports as checker_ports
from output_checker.domain.actor import Actor
from portal.pages import Frame, Pages, Place
from portal.parts import Parts
from portal.sessions import BrowserSessions
from registry.application import ports as registry_ports
from registry.application import queries
from registry.application.queries import ActorView
from registry.application.traffic_ports import TrafficUnitOfWork


class SignInNeeded(Exception):
    """Nobody is signed in, or no longer."""


class SharedShell:
    """Who is signed in, and the frame around pages."""

    def __init__(self, parts: Parts, pages: Pages) -> None:
        self._parts = parts
        self._pages = pages

    @property
    def clock(self) -> checker_ports.Clock:
        return self._parts.clock

    def reading(self) -> AbstractContextManager[Session]:
        return self._parts.sessions()

    def viewer(self, request: Request) -> ActorView:
        found = self.viewer_or_none(request)
        if found is None:
            raise SignInNeeded
        return found

    def viewer_or_none(self, request: Request) -> ActorView | None:
        # Asked of the registry on every request: who is removed is out at once.
        if not hasattr(request.state, "viewer"):
            secret = request.cookies.get(self._parts.settings.session_cookie)
            request.state.viewer = self._find_viewer(secret)
        found: ActorView | None = request.state.viewer
        return found

    def actor(self, request: Request) -> Actor:
        return as_actor(self.viewer(request))

    def page(self, request: Request, template: str, page: object, *, status: int = 200) -> Response:
        frame = frame_for(self.viewer_or_none(request), request.url.path)
        return self._pages.render(template, page, frame, status=status)

    def _find_viewer(self, secret: str | None) -> ActorView | None:
        if not secret:
            return None
        with self._parts.sessions() as session:
            username = browser_sessions(self._parts, session).username(
                secret, self._parts.clock.now()
            )
            found = queries.actor(session, username) if username else None
            session.commit()
        return found


class RegistryShell(SharedShell):
    @property
    def passwords(self) -> registry_ports.Passwords:
        return self._parts.passwords

    @property
    def internal_token(self) -> bytes:
        return self._parts.settings.internal_token.get_secret_value().encode()

    @property
    def traffic_token(self) -> bytes:
        return self._parts.settings.traffic_token.get_secret_value().encode()

    @property
    def unit_of_work(self) -> Callable[[], TrafficUnitOfWork]:
        return self._parts.registry_unit_of_work


class CheckerShell(SharedShell):
    @property
    def ids(self) -> checker_ports.Ids:
        return self._parts.ids

    @property
    def store(self) -> checker_ports.ReleaseStore:
        return self._parts.store

    @property
    def unit_of_work(self) -> Callable[[], checker_ports.UnitOfWork]:
        return self._parts.checker_unit_of_work


def browser_sessions(parts: Parts, session: Session) -> BrowserSessions:
    return BrowserSessions(
        session,
        longest=timedelta(hours=parts.settings.session_hours),
        idle=timedelta(minutes=parts.settings.session_idle_minutes),
    )


def as_actor(viewer: ActorView) -> Actor:
    return Actor(
        username=viewer.username,
        is_auditor=viewer.is_auditor,
        is_admin=viewer.is_admin,
        checks=frozenset(viewer.checks),
        member_of=frozenset(viewer.member_of),
    )


def frame_for(viewer: ActorView | None, path: str) -> Frame:
    if viewer is None:
        return Frame()
    places = [("Home", "/"), ("Requests", "/requests")]
    if viewer.checks:
        places.append(("Review", "/review"))
    if viewer.is_admin or viewer.is_auditor:
        places += [("Workspaces", "/workspaces"), ("Traffic", "/traffic"), ("Ledger", "/ledger")]
    places.append(("Isolation", "/isolation"))
    return Frame(
        username=viewer.username,
        display_name=viewer.display_name,
        places=tuple(
            Place(
                text=text,
                href=href,
                is_current=path == href or (href != "/" and path.startswith(f"{href}/")),
            )
            for text, href in places
        ),
    )
