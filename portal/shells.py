"""What the registry's and the output checker's pages are given of the portal."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response
from starlette.status import HTTP_200_OK

from output_checker.adapters.database.notices import SqlNotices
from output_checker.adapters.ingress.folders import IngressQuarantine
from output_checker.application import ports as checker_ports
from output_checker.application.outbox_ports import OutboxUnitOfWork
from output_checker.application.store_ports import ReleaseStore
from output_checker.domain.actor import Actor
from portal import gates
from portal.gates import SessionEnded, SignInNeeded
from portal.pages import Frame, Pages, Place
from portal.parts import Parts
from portal.preferences import Preferences
from portal.sessions import BrowserSession, BrowserSessions, Standing
from portal.site_policies import known_policies
from portal.tokens.api_tokens import ApiTokens
from registry.application import ports as registry_ports
from registry.application import queries
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.queries import ActorView
from registry.application.sign_in_ports import SignInParts

# Where programs ask, by a token.
API: Final = "/api/v1/"


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
        """Who is signed in, and has done all that has to be done first."""
        found = self.person(request)
        browser = self.browser_session(request)
        gates.require_all_done(self._parts, found.username)
        if browser is not None:
            gates.require_fresh_code(self._parts, request, browser)
        return found

    def person(self, request: Request) -> ActorView:
        """Who is signed in, whatever they still have to do."""
        found = self.viewer_or_none(request)
        if found is None:
            if because := request.state.ended_because:
                raise SessionEnded(because)
            raise SignInNeeded
        return found

    def browser_session(self, request: Request) -> BrowserSession | None:
        """The browser's session; None for a program with a token."""
        found: BrowserSession | None = getattr(request.state, "browser_session", None)
        return found

    def viewer_or_none(self, request: Request) -> ActorView | None:
        # Asked of the registry on every request: who is removed is out at once.
        if not hasattr(request.state, "viewer"):
            request.state.token_id = None
            request.state.browser_session = None
            request.state.ended_because = None
            request.state.viewer = self._find_viewer(request)
        found: ActorView | None = request.state.viewer
        return found

    def actor(self, request: Request) -> Actor:
        return as_actor(self.viewer(request))

    def page(self, request: Request, template: str, page: object, *, status: int = 200) -> Response:
        viewer = self.viewer_or_none(request)
        around = frame_for(viewer, request.url.path, unread=self._unread(viewer))
        frame = replace(
            around, preferences=Preferences.of(request.cookies), here=_here(request, status)
        )
        return self._pages.render(template, page, frame, status=status)

    def _unread(self, viewer: ActorView | None) -> int:
        if viewer is None:
            return 0
        with self._parts.sessions() as session:
            return SqlNotices(session).unread(viewer.username)

    def _find_viewer(self, request: Request) -> ActorView | None:
        given = request.headers.get("authorization")
        if given is not None and request.scope["path"].startswith(API):
            return self._by_token(request, given)
        return self._by_cookie(request)

    def _by_token(self, request: Request, given: str) -> ActorView | None:
        scheme, _, secret = given.partition(" ")
        if scheme.lower() != "bearer":
            return None
        with self._parts.sessions() as session:
            token = ApiTokens(session).use(secret.strip(), self._parts.clock.now())
            found = queries.actor(session, token.username) if token else None
            session.commit()
        if token is not None and found is not None:
            request.state.token_id = token.token_id
        return found

    def _by_cookie(self, request: Request) -> ActorView | None:
        with self._parts.sessions() as session:
            sessions = browser_sessions(self._parts, session)
            browser = gates.find_session(self._parts, session, sessions, request)
            is_good = browser is not None and browser.standing is Standing.GOOD
            found = queries.actor(session, browser.username) if browser and is_good else None
            session.commit()
        if browser is not None and not is_good:
            request.state.ended_because = browser.ended_because
        if found is not None:
            request.state.browser_session = browser
        return found


class RegistryShell(SharedShell):
    @property
    def passwords(self) -> registry_ports.Passwords:
        return self._parts.passwords

    @property
    def sign_in(self) -> SignInParts:
        return self._parts.sign_in

    @property
    def internal_token(self) -> bytes:
        return self._parts.settings.internal_token.get_secret_value().encode()

    @property
    def traffic_token(self) -> bytes:
        return self._parts.settings.traffic_token.get_secret_value().encode()

    @property
    def unit_of_work(self) -> Callable[[], ApplicationUnitOfWork]:
        return self._parts.registry_unit_of_work

    def work_of(self, request: Request) -> Callable[[], ApplicationUnitOfWork]:
        self.viewer(request)
        return partial(self._parts.registry_unit_of_work, token=request.state.token_id)

    @property
    def policies(self) -> frozenset[str]:
        with self.reading() as session:
            return known_policies(session)


class CheckerShell(SharedShell):
    @property
    def ids(self) -> checker_ports.Ids:
        return self._parts.ids

    @property
    def outbox_unit_of_work(self) -> Callable[[], OutboxUnitOfWork]:
        return self._parts.outbox_unit_of_work

    def email(self, username: str) -> str | None:
        with self.reading() as session:
            return queries.email(session, username)

    @property
    def quarantine(self) -> IngressQuarantine:
        settings = self._parts.settings
        return IngressQuarantine(
            folder=settings.ingress_dir,
            max_file_bytes=settings.ingress_file_bytes,
            max_project_bytes=settings.ingress_project_bytes,
        )

    @property
    def store(self) -> ReleaseStore:
        return self._parts.store

    @property
    def unit_of_work(self) -> Callable[[], checker_ports.UnitOfWork]:
        return self._parts.checker_unit_of_work

    def work_of(self, request: Request) -> Callable[[], checker_ports.UnitOfWork]:
        self.viewer(request)
        return partial(self._parts.checker_unit_of_work, token=request.state.token_id)


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
        overrides=frozenset(viewer.overrides),
        signs_off=frozenset(viewer.signs_off),
        conflicts=frozenset(viewer.conflicts),
    )


def _here(request: Request, status: int) -> str:
    """Where to come back to: what answers a form, or an error, has no address of its own."""
    if request.method != "GET" or status != HTTP_200_OK:
        return "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def frame_for(viewer: ActorView | None, path: str, *, unread: int = 0) -> Frame:
    if viewer is None:
        return Frame()
    places = [
        ("Home", "/"),
        ("Catalogue", "/catalogue"),
        ("Applications", "/applications"),
        ("Requests", "/requests"),
    ]
    if viewer.checks or viewer.overrides or viewer.signs_off:
        places.append(("Review", "/review"))
    if viewer.is_admin or viewer.is_auditor:
        places += [
            ("Workspaces", "/workspaces"),
            ("Way out", "/egress"),
            ("Traffic", "/traffic"),
            ("Ledger", "/ledger"),
        ]
    places.append(("Organisations", "/organisations"))
    notices = f"Notices ({unread})" if unread else "Notices"
    places += [("Isolation", "/isolation"), (notices, "/notices")]
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
