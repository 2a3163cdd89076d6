"""Sign-in: the registry knows the accounts, so the portal is asked."""

from typing import Any

from jupyterhub.auth import Authenticator
from tornado.web import HTTPError
from traitlets import Any as AnyTrait

from hub.portal_client import Portal, PortalSilent


class HavenAuthenticator(Authenticator):
    """Asks the portal whether a name and password belong together.

    `allow_all` is safe here because `authenticate` already answers None for everyone whom the
    registry does not know.
    """

    portal: Portal = AnyTrait(help="How the registry is asked").tag(config=True)  # type: ignore[assignment]  # a trait stands for its value

    async def authenticate(self, handler: Any, data: dict[str, str]) -> str | None:  # noqa: ARG002
        try:
            return await self.portal.sign_in(data.get("username", ""), data.get("password", ""))
        except PortalSilent as error:
            raise HTTPError(503, "Sign-in is not available now; try again in a minute") from error

    def normalize_username(self, username: str) -> str:
        return username.strip().lower()
