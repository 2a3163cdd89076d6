"""The `browser` tier: JupyterLab in the person's own browser, fed with what may be shown.

Its page and programs come from the gateway's own copy. What only the workspace knows passes as
judged JSON and as judged kernel messages, counted and bounded.
"""

import secrets
from collections.abc import Awaitable, Callable

import aiohttp
from fastapi import Request, WebSocket
from fastapi.responses import JSONResponse, RedirectResponse, Response

from hub.gateway import channels, forgery, routes
from hub.gateway.budgets import Spent
from hub.gateway.channels import Joined, Screen
from hub.gateway.door import base_path
from hub.gateway.headers import SECURITY
from hub.gateway.meter import Kind, Passage
from hub.gateway.relay import refused, relay
from hub.gateway.screen import kernel
from hub.gateway.screen.events import EventScreen
from hub.gateway.screen.kernel import KernelScreen
from hub.gateway.settings import GatewaySettings
from hub.gateway.trusted import Trusted
from hub.registrations import Registration

NOT_HERE = "This address is closed: what leaves a workspace goes through the output checker."
FORGED = "This was not sent from the workspace's own page, so nothing was changed."


class BrowserTier:
    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._trusted = Trusted(settings.lab_files)

    async def page(
        self,
        request: Request,
        registration: Registration,
        *,
        client: aiohttp.ClientSession,
        passage: Passage,
    ) -> Response:
        """Answer a request of somebody whom the door has let in."""
        base = base_path(registration)
        path = _rest(request, base)
        if forgery.is_forged(request):
            passage.refused()
            return refused(FORGED, 403)
        if request.method in routes.READ and routes.is_plain(path):
            own = self._own(request, registration, path)
            if own is not None:
                await passage.to_browser(Kind.STATIC, len(own.body))
                return own
        try:
            passage.require_open()
        except Spent as spent:
            passage.refused()
            return refused(str(spent), 429)
        route = routes.find(request.method, path, request.url.query)
        if route is None:
            passage.refused()
            return refused(NOT_HERE, 403)
        return await relay(
            request,
            client,
            passage=passage,
            route=route,
            max_bytes=self._settings.max_request_bytes,
        )

    def _own(self, request: Request, registration: Registration, path: str) -> Response | None:
        """What the gateway answers without asking the workspace."""
        base = base_path(registration)
        if path == "":
            return RedirectResponse(f"{base}lab", 302)
        if path == "api/me":
            return _me(registration.username)
        answer = self._trusted.answer(request, path, base=base, nonce=secrets.token_urlsafe(16))
        if answer is not None and answer.media_type == "text/html":
            secure = self._settings.public_url.startswith("https")
            forgery.give_token(request, answer, path=base, secure=secure)
        return answer

    async def channel(
        self,
        browser: WebSocket,
        path: str,
        *,
        client: aiohttp.ClientSession,
        passage: Passage,
        still_allowed: Callable[[], Awaitable[bool]],
    ) -> None:
        """Join a websocket of somebody whom the door has let in."""
        screen, protocol = _screen(browser, path)
        if screen is None:
            passage.refused()
            await browser.close(channels.CLOSED_BY_POLICY, NOT_HERE)
            return
        passage.asked()
        limit = self._settings.max_message_bytes
        workspace = await channels.connect(browser, client, protocol=protocol, max_bytes=limit)
        if workspace is None:
            await browser.close(channels.WORKSPACE_GONE)
            return
        await browser.accept(subprotocol=protocol or None)
        await Joined(browser, workspace, screen, passage).run(still_allowed, limit)


def _screen(browser: WebSocket, path: str) -> tuple[Screen | None, str]:
    """Who judges this channel's messages, and in which format they come."""
    subprotocols = browser.scope.get("subprotocols", [])
    if routes.EVENTS.fullmatch(path) and not subprotocols:
        return EventScreen(), ""
    if routes.CHANNELS.fullmatch(path):
        for protocol in kernel.offered(subprotocols):
            return KernelScreen(protocol), protocol.value
    return None, ""


def _me(username: str) -> Response:
    identity = {"username": username, "name": username, "display_name": username,
                "initials": username[:2].upper(), "avatar_url": None, "color": None}  # fmt: skip
    answer = {"identity": identity, "permissions": {"updatable_fields": []}}
    return JSONResponse(answer, 200, SECURITY)


def _rest(request: Request, base: str) -> str:
    raw = request.scope["raw_path"].decode("latin-1").split("?", 1)[0]
    return str(raw.removeprefix(base))
