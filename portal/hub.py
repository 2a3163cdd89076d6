"""Asking JupyterHub who somebody is: the back half of its OAuth code flow with PKCE."""

from typing import Protocol

import httpx2

from registry.domain.names import is_username


class HubRefused(Exception):
    """The hub did not accept the code, or named nobody."""


class HubUnavailable(Exception):
    """The hub did not answer in time, or with something that makes no sense."""


class Hub(Protocol):
    def username(self, *, code: str, verifier: str) -> str:
        """Trade the code that a browser brought back for the name of its user.

        Raises:
            HubRefused, HubUnavailable: There is no name.
        """


class JupyterHub:
    """The hub over HTTP.

    The access token is used once and forgotten: what a person may do comes from the
    registry, so a token kept here would only be one more thing to lose.
    """

    def __init__(
        self, client: httpx2.Client, *, client_id: str, client_secret: str, redirect_uri: str
    ) -> None:
        self._client = client
        self._client_id = client_id
        self._client_secret = client_secret
        self._redirect_uri = redirect_uri

    def username(self, *, code: str, verifier: str) -> str:
        token = self._text(
            "access_token",
            self._client.build_request(
                "POST",
                "oauth2/token",
                data={
                    "client_id": self._client_id,
                    "client_secret": self._client_secret,
                    "grant_type": "authorization_code",
                    "code": code,
                    "redirect_uri": self._redirect_uri,
                    "code_verifier": verifier,
                },
            ),
        )
        headers = {"Authorization": f"token {token}"}
        name = self._text("name", self._client.build_request("GET", "user", headers=headers))
        if not is_username(name):
            raise HubRefused("the hub named nobody that could be registered")
        return name

    def _text(self, key: str, request: httpx2.Request) -> str:
        try:
            response = self._client.send(request)
        except httpx2.HTTPError as error:
            raise HubUnavailable("the hub did not answer") from error
        if 400 <= response.status_code < 500:  # noqa: PLR2004 - the client errors of HTTP
            raise HubRefused(f"the hub answered {response.status_code}")
        try:
            value = response.json()[key]
        except (ValueError, KeyError, TypeError) as error:
            raise HubUnavailable(f"the hub answered {response.status_code}") from error
        if not isinstance(value, str):
            raise HubUnavailable("the hub's answer has another form")
        return value
