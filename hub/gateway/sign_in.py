"""OAuth with the hub, as the hub expects of a single-user server: code flow with PKCE.

The browser proves to the hub who it is; the hub tells the gateway; the workspace learns nothing.
"""

import base64
import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx2

from hub.gateway.addresses import Addresses
from hub.registrations import Registration

PENDING_SECONDS = 600.0
MOST_PENDING = 10_000


class SignInFailed(Exception):
    """The hub did not confirm that this person may open this workspace."""


class HubSilent(Exception):
    """The hub gave no answer to rely on: nobody passes now, and no session is over by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    started_id: str
    verifier: str
    next_path: str
    expires_at: float


class SignIn:
    def __init__(self, hub: httpx2.AsyncClient, addresses: Addresses) -> None:
        self._hub = hub
        self._addresses = addresses
        self._pending: dict[str, Pending] = {}

    def begin(self, registration: Registration, next_path: str) -> tuple[str, str]:
        """Start a sign-in.

        Returns:
            The state, for a cookie, and the hub's address to send the browser to.
        """
        self._forget_expired()
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        self._pending[state] = Pending(
            started_id=registration.started_id,
            verifier=verifier,
            next_path=next_path,
            expires_at=time.monotonic() + PENDING_SECONDS,
        )
        query = {
            "client_id": registration.client_id,
            "redirect_uri": self._callback(registration),
            "response_type": "code",
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        return state, self._addresses.hub("/hub/api/oauth2/authorize?" + urlencode(query))

    async def finish(self, registration: Registration, *, code: str, state: str) -> tuple[str, str]:
        """Trade the code for a token and make sure whose it is.

        Returns:
            The person's token, and the path the browser first asked for.

        Raises:
            SignInFailed: Unknown or used state, refused code, or somebody else's token.
            HubSilent: The hub cannot tell now.
        """
        pending = self._pending.pop(state, None)
        if pending is None or pending.started_id != registration.started_id:
            raise SignInFailed("This sign-in was not begun here; open the workspace again.")
        answer = await self._ask(
            "POST",
            "/oauth2/token",
            data={
                "client_id": registration.client_id,
                "client_secret": registration.client_secret,
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": self._callback(registration),
                "code_verifier": pending.verifier,
            },
        )
        if answer.status_code != httpx2.codes.OK:
            raise SignInFailed("The hub did not accept this sign-in; open the workspace again.")
        token = str(answer.json()["access_token"])
        if not await self.holds(token, registration.username, registration.project):
            raise SignInFailed("This workspace is not yours.")
        return token, pending.next_path

    async def holds(self, token: str, username: str, project: str) -> bool:
        """Whether the hub says that this token is this person's and opens this workspace.

        Raises:
            HubSilent: No answer, or one that says only that the hub cannot tell now.
        """
        authorization = {"Authorization": f"token {token}"}
        answer = await self._ask("GET", "/user", headers=authorization)
        if answer.status_code != httpx2.codes.OK:
            return False
        person = answer.json()
        needed = f"access:servers!server={username}/{project}"
        return bool(person["name"] == username and needed in person["scopes"])

    async def _ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        try:
            answer = await self._hub.request(method, path, **more)
        except httpx2.HTTPError as error:
            raise HubSilent from error
        if answer.is_server_error:
            raise HubSilent
        return answer

    def _callback(self, registration: Registration) -> str:
        path = callback_path(registration)
        return self._addresses.callback(registration.username, path)

    def _forget_expired(self) -> None:
        now = time.monotonic()
        expired = [state for state, p in self._pending.items() if p.expires_at <= now]
        # Whoever opens sign-ins by the thousand pushes out the oldest, not the gateway's memory.
        surplus = max(0, len(self._pending) - len(expired) - MOST_PENDING)
        for state in expired + list(self._pending)[:surplus]:
            self._pending.pop(state, None)


def callback_path(registration: Registration) -> str:
    return f"/user/{registration.username}/{registration.project}/oauth_callback"


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
