"""Refuse changes that another site asks a signed-in browser to make.

Browsers say where a request comes from, so forms need no tokens. `Sec-Fetch-Site` is
believed first; browsers leave it out on plain HTTP, so `Origin` is the second witness. A
browser that gives neither is refused: it would be the one that an attacker looks for.

The API also takes a token in a header. No other site can make a browser send one, and where there
is one the cookie is not looked at, so such a request needs no witness.
"""

from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Lets unsafe methods through only from our own pages.

    Args:
        app: What to protect.
        origin: Our own origin as browsers spell it.
        without: Path prefix whose routes take no cookies, so a browser cannot be misused.
        with_tokens: Path prefix whose routes take no cookies where there is a token.
        refuse: Answers what is refused.
    """

    def __init__(
        self, app: ASGIApp, *, origin: str, without: str, with_tokens: str, refuse: ASGIApp
    ) -> None:
        self._app = app
        self._origin = origin
        self._without = without
        self._with_tokens = with_tokens
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = scope["type"] != "http" or self._allows(scope)
        await (self._app if allowed else self._refuse)(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        if scope["method"] in _SAFE_METHODS or scope["path"].startswith(self._without):
            return True
        headers = Headers(scope=scope)
        if scope["path"].startswith(self._with_tokens) and "authorization" in headers:
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return headers.get("origin") == self._origin
