"""The gateway's two cookies in a browser: a sign-in that is under way, and one that is done.

Over https their names begin with `__Secure-`, which a browser takes only from https, so that
nobody on the network between can plant one.
"""

from fastapi.responses import Response
from starlette.requests import HTTPConnection

from hub.registrations import Registration

STATE_SECONDS = 600


class Cookies:
    def __init__(self, public_url: str) -> None:
        self._is_https = public_url.startswith("https://")
        self._prefix = "__Secure-" if self._is_https else ""

    def session(self, connection: HTTPConnection, registration: Registration) -> str | None:
        return connection.cookies.get(self._session_name(registration))

    def state(self, connection: HTTPConnection) -> str | None:
        return connection.cookies.get(self._state_name)

    def begin(self, response: Response, registration: Registration, state: str) -> None:
        self._set(response, registration, self._state_name, state, STATE_SECONDS)

    def finish(
        self, response: Response, registration: Registration, session: str, seconds: float
    ) -> None:
        self._set(response, registration, self._state_name, "", 0)
        self._set(response, registration, self._session_name(registration), session, int(seconds))

    @property
    def _state_name(self) -> str:
        return f"{self._prefix}haven-workspace-state"

    def _session_name(self, registration: Registration) -> str:
        return f"{self._prefix}haven-workspace-{registration.project}"

    def _set(
        self, response: Response, registration: Registration, name: str, value: str, seconds: int
    ) -> None:
        path = f"/user/{registration.username}/{registration.project}/"
        response.set_cookie(
            name, value, max_age=seconds, path=path, httponly=True, samesite="lax",
            secure=self._is_https,
        )  # fmt: skip
