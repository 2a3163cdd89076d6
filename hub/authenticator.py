"""Sign-in: the registry knows the accounts, so the portal is asked.

The portal names a generation with each sign-in, and another one when the person's sessions end.
It is what the hub's cookie of that person holds: under a new one no old cookie is good, and the
tokens that came of old ones are deleted.
"""

import time
from typing import Any

from jupyterhub import orm
from jupyterhub.auth import Authenticator
from jupyterhub.handlers.login import LogoutHandler
from tornado.web import HTTPError
from traitlets import Any as AnyTrait
from traitlets import Dict

from hub.portal_client import Portal, PortalSilent, SignedIn
from hub.provider_sign_in import TakeTicket

# How long a silent portal is borne with: as long as it takes to start anew, and less than the
# minute within which somebody who lost access must be out.
GRACE_SECONDS = 45.0
# How long an answer is waited for by somebody who may pass without it for now, and by others.
SHORT_SECONDS, LONG_SECONDS = 2.0, 10.0
PORTAL_COOKIES = ("__Host-haven_session", "haven_session")
FORBIDDEN = 403
UNAVAILABLE = 503
NOT_NOW = "Sign-in is not available now; try again in a minute"


class HavenAuthenticator(Authenticator):
    """Asks the portal whether a name, a password and a code belong together.

    `allow_all` is safe here because `authenticate` already answers None for everyone whom the
    registry does not know.
    """

    portal: Portal = AnyTrait(help="How the registry is asked").tag(config=True)  # type: ignore[assignment]  # a trait stands for its value
    confirmed = Dict(help="When the portal last confirmed whose sessions")

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str:
        given = (data.get("username", ""), data.get("password", ""), data.get("otp", ""))
        ticket = data.get("ticket", "")
        try:
            answer = await (self.portal.trade(ticket) if ticket else self.portal.sign_in(*given))
        except PortalSilent as error:
            raise HTTPError(UNAVAILABLE, NOT_NOW) from error
        if not isinstance(answer, SignedIn):
            raise HTTPError(FORBIDDEN, answer.words)
        self.take_over(handler.db, handler.user_from_username(answer.username), answer.generation)
        self.confirmed[answer.username] = time.monotonic()
        # This browser's session of the portal is over too; without its cookie it gets another.
        for name in PORTAL_COOKIES:
            if handler.get_cookie(name) is not None:
                handler.clear_cookie(
                    name, path="/", secure=name.startswith("__"), httponly=True, samesite="lax"
                )
        return answer.username

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:  # noqa: ARG002
        """Whether this person's sessions are good still; asked of the portal at each request."""
        at = self.confirmed.get(user.name)
        is_known = at is not None and time.monotonic() - at < GRACE_SECONDS
        seconds = SHORT_SECONDS if is_known else LONG_SECONDS
        try:
            generation = await self.portal.generation(user.name, seconds=seconds)
        except PortalSilent:
            # Somebody may have signed out while the answer was waited for.
            if is_known and user.name in self.confirmed:
                return True
            raise HTTPError(UNAVAILABLE, NOT_NOW) from None
        if generation is not None and user.orm_user.cookie_id == generation:
            self.confirmed[user.name] = time.monotonic()
            return True
        self.take_over(user.db, user, generation or orm.new_token())
        return False

    def take_over(self, db: Any, user: Any, generation: str) -> None:
        """Have only what begins from now on be good, unless it is of this generation already."""
        self.confirmed.pop(user.name, None)
        if user.orm_user.cookie_id == generation:
            return
        user.orm_user.cookie_id = generation
        for row in (orm.APIToken, orm.OAuthCode):
            # With a session: those that a browser got. Others are of programs.
            mine = db.query(row).filter(row.user_id == user.id, row.session_id.is_not(None))
            for one in mine:
                db.delete(one)
        db.commit()

    def get_handlers(self, app: Any) -> list[tuple[str, type]]:
        return [*super().get_handlers(app), (r"/logout", SignOut), (r"/provider", TakeTicket)]

    def normalize_username(self, username: str) -> str:
        return username.strip().lower()


class SignOut(LogoutHandler):
    """Ends every session of the person, not this browser's alone."""

    async def handle_logout(self) -> None:
        user = self.current_user
        # Another site may send a browser here; that must not reach further than this browser.
        if user is None or self.request.headers.get("Sec-Fetch-Site") == "cross-site":
            return
        try:
            await self.authenticator.portal.sign_out(user.name)
        except PortalSilent as error:
            raise HTTPError(
                UNAVAILABLE, "You are signed out here, but perhaps not elsewhere; try again"
            ) from error
