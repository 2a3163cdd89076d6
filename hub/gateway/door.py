"""Decides who may pass to which workspace, before a byte reaches it."""

import time
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from starlette.requests import HTTPConnection

from hub import registrations
from hub.gateway.cookies import Cookies
from hub.gateway.sessions import Session, Sessions
from hub.gateway.settings import GatewaySettings
from hub.gateway.sign_in import HubSilent, SignIn
from hub.registrations import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    settings: GatewaySettings
    sessions: Sessions
    sign_in: SignIn

    @property
    def cookies(self) -> Cookies:
        return Cookies(self.settings.public_url)

    def registration(self, username: str, project: str) -> Registration | None:
        if "~" in username or "/" in username or "~" in project or "/" in project:
            return None
        return registrations.read(self.settings.registrations, username, project)

    def is_near(self, connection: HTTPConnection, registration: Registration) -> bool:
        """Whether this browser is where workspaces of the project are opened from.

        The proxy says who asks; whose address is not known is nowhere.
        """
        if not registration.networks:
            return True
        try:
            address = ip_address(connection.client.host if connection.client else "")
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None) or address
        return any(mapped in ip_network(one) for one in registration.networks)

    def running(self) -> set[str]:
        """The starts that are registered now."""
        return {one.started_id for one in registrations.every(self.settings.registrations)}

    async def open_to(self, connection: HTTPConnection, registration: Registration) -> bool:
        """Whether this browser holds a session for this start of this workspace, still.

        Raises:
            HubSilent: It holds one, and the hub cannot say now whether that is still good.
        """
        cookie = self.cookies.session(connection, registration)
        session = self.sessions.find(cookie, registration)
        if session is None or cookie is None:
            return False
        if self._was_just_checked(session):
            return True
        if await self.sign_in.holds(session.token, registration.username, registration.project):
            self.sessions.checked(cookie)
            return True
        self.sessions.close(cookie)
        return False

    async def still_open(self, connection: HTTPConnection, registration: Registration) -> bool:
        """The same, for a connection that lasts: the workspace must be the one it began with.

        A connection can be made anew when the hub speaks again, so its silence ends it.
        """
        now = self.registration(registration.username, registration.project)
        if now is None or now.started_id != registration.started_id:
            return False
        try:
            return await self.open_to(connection, registration)
        except HubSilent:
            return False

    def _was_just_checked(self, session: Session) -> bool:
        at = session.checked_at
        return at is not None and time.monotonic() - at < self.settings.recheck_seconds


def base_path(registration: Registration) -> str:
    return f"/user/{registration.username}/{registration.project}/"
