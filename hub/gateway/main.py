"""The gateway: what the hub takes for each single-user server; the only way into a workspace."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx2
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response

from hub.gateway import channels, metrics
from hub.gateway.addresses import Addresses
from hub.gateway.browser_tier import NOT_HERE, BrowserTier
from hub.gateway.budgets import Spent
from hub.gateway.door import Door, base_path
from hub.gateway.headers import SECURITY
from hub.gateway.meter import FLUSH_SECONDS, Meter, Passage
from hub.gateway.mounts import require_no_links
from hub.gateway.pixel.tier import CHANNEL, PixelTier
from hub.gateway.reporter import REPORT_SECONDS, Reporter
from hub.gateway.sessions import Sessions
from hub.gateway.settings import GatewaySettings, from_environment
from hub.gateway.sign_in import HubSilent, SignIn, SignInFailed
from hub.gateway.workspace_client import WorkspaceClients
from hub.registrations import Registration

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
HUB_ASKS = "api"
UPKEEP_SECONDS = 5.0
FAR = "Workspaces of this project are opened from its own networks only, and you are elsewhere."
NOT_NOW = "Whether you may be here cannot be asked just now; try again in a moment."


class Gateway:
    """The handlers, with what they share."""

    def __init__(
        self,
        settings: GatewaySettings,
        hub: httpx2.AsyncClient,
        portal: httpx2.AsyncClient | None,
    ) -> None:
        self.settings = settings
        self.door = Door(
            settings=settings,
            sessions=Sessions(settings.sessions),
            sign_in=SignIn(hub, settings.addresses),
        )
        self.clients = WorkspaceClients(settings.sockets)
        self.meter = Meter(settings.meters)
        self.pixel = PixelTier(settings)
        self.browser_tier = BrowserTier(settings)
        running = self.door.running
        self.reporter = None if portal is None else Reporter(self.meter, portal, running)

    async def oauth_callback(
        self, request: Request, username: str, project: str, code: str = "", state: str = ""
    ) -> Response:
        registration = self.door.registration(username, project)
        if registration is None:
            return _not_running(request, self.settings.addresses, username, project)
        if not state or self.door.cookies.state(request) != state:
            return _refuse("This sign-in was begun in another browser; open the workspace again.")
        try:
            token, next_path = await self.door.sign_in.finish(registration, code=code, state=state)
        except SignInFailed as failure:
            return _refuse(str(failure))
        except HubSilent:
            return _not_now()
        return _signed_in(self.door, registration, token, next_path)

    async def page(self, request: Request, username: str, project: str, path: str) -> Response:
        registration = self.door.registration(username, project)
        if registration is None:
            return _not_running(request, self.settings.addresses, username, project)
        if refusal := await self._refusal(request, registration, path):
            return refusal
        passage = self.meter.passage(registration)
        if registration.tier == "pixel":
            return self._pixel_page(request, registration, passage)
        if registration.tier != "browser":
            return _refuse("This workspace is of a tier that this gateway does not know.")
        return await self.browser_tier.page(
            request,
            registration,
            client=self.clients.client(registration),
            passage=passage,
        )

    async def _refusal(
        self, request: Request, registration: Registration, path: str
    ) -> Response | None:
        """What is said to whoever may not come in now."""
        is_home = self.settings.addresses.is_home(request, registration.username)
        try:
            is_open = is_home and await self.door.open_to(request, registration)
        except HubSilent:
            return _not_now()
        if not is_open:
            return _stranger(request, self.door, registration, path)
        return None if self.door.is_near(request, registration) else _refuse(FAR)

    def _pixel_page(
        self, request: Request, registration: Registration, passage: Passage
    ) -> Response:
        try:
            passage.require_open()
        except Spent as spent:
            return PlainTextResponse(str(spent), 429, headers=SECURITY)
        rest = _raw_rest(request, registration)
        return self.pixel.page(request.method, rest, passage) or _closed(passage)

    async def channel(self, browser: WebSocket, username: str, project: str, path: str) -> None:
        registration = self.door.registration(username, project)
        addresses = self.settings.addresses
        same_origin = browser.headers.get("origin") == addresses.of(username)
        if (
            registration is None
            or not (same_origin and addresses.is_home(browser, username))
            or not self.door.is_near(browser, registration)
            or not await self.door.still_open(browser, registration)
        ):
            await browser.close(channels.CLOSED_BY_POLICY)
            return
        passage = self.meter.passage(registration)

        async def still_allowed() -> bool:
            return await self.door.still_open(browser, registration)

        if registration.tier == "pixel" and path == CHANNEL:
            await self.pixel.channel(browser, registration, passage, still_allowed)
            return
        try:
            passage.require_open()
        except Spent:
            await browser.close(channels.CLOSED_BY_POLICY, "A budget is used up.")
            return
        if registration.tier != "browser":
            passage.refused()
            await browser.close(channels.CLOSED_BY_POLICY)
            return
        await self.browser_tier.channel(
            browser,
            path,
            client=self.clients.client(registration),
            passage=passage,
            still_allowed=still_allowed,
        )

    @contextlib.asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        require_no_links(self.settings.sockets)
        work = (self._upkeep(), self._remember(), self._report())
        tasks = [asyncio.create_task(one) for one in work]
        yield
        for task in tasks:
            task.cancel()
        self.meter.flush()
        self.pixel.close()
        await self.clients.close()

    async def _remember(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self.meter.flush()

    async def _report(self) -> None:
        while self.reporter is not None:
            await asyncio.sleep(REPORT_SECONDS)
            await self.reporter.report()

    async def metrics(self) -> Response:
        return PlainTextResponse(metrics.text(self.meter.counts.values(), self.door.running()))

    async def _upkeep(self) -> None:
        while True:
            await asyncio.sleep(UPKEEP_SECONDS)
            running = self.door.running()
            await self.clients.keep_only(running)
            self.door.sessions.forget_all_but(running, self.settings.session_seconds)


def create_app(
    settings: GatewaySettings,
    hub: httpx2.AsyncClient,
    portal: httpx2.AsyncClient | None = None,
) -> FastAPI:
    """The gateway's app.

    Args:
        hub: A client of the hub's interface.
        portal: A client with the gateway's token; None where nothing is reported.
    """
    gateway = Gateway(settings, hub, portal)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=gateway.lifespan)
    app.state.gateway = gateway
    base = "/user/{username}/{project}"
    app.add_api_route("/health", _health, methods=["GET"])
    app.add_api_route("/metrics", gateway.metrics, methods=["GET"])
    app.add_api_route(f"{base}/oauth_callback", gateway.oauth_callback, methods=["GET"])
    app.add_api_route(f"{base}/{{path:path}}", gateway.page, methods=METHODS, response_model=None)
    app.add_api_websocket_route(f"{base}/{{path:path}}", gateway.channel)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


def _raw_rest(request: Request, registration: Registration) -> str:
    raw = request.scope["raw_path"].decode("latin-1").split("?", 1)[0]
    return str(raw.removeprefix(base_path(registration)))


def _not_running(request: Request, addresses: Addresses, username: str, project: str) -> Response:
    # The hub's own page says that it is not running, and offers to start it. While one of the two
    # is behind the other, each sends the browser to the other: the hub counts that, and waits.
    path = f"/hub/user/{quote(username)}/{quote(project)}/"
    count = request.query_params.get("redirects", "")
    counted = f"?redirects={count}" if count.isascii() and count.isdigit() else ""
    return RedirectResponse(addresses.hub(path + counted), 302)


def _elsewhere(request: Request, addresses: Addresses, username: str) -> Response:
    if request.method != "GET":
        return _refuse("This workspace has another address.")
    return RedirectResponse(addresses.of(username) + _asked_for(request), 302)


def _asked_for(request: Request) -> str:
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path) + query


def _stranger(request: Request, door: Door, registration: Registration, path: str) -> Response:
    if path == HUB_ASKS and request.method == "GET":
        # What the hub asks of a new server before it calls it ready.
        return JSONResponse({"version": "haven"}, headers={"X-JupyterHub-Version": _hub_version()})
    addresses = door.settings.addresses
    if not addresses.is_home(request, registration.username):
        return _elsewhere(request, addresses, registration.username)
    if request.method != "GET" or path.startswith("api/"):
        return PlainTextResponse("Sign in to the workspace first.", 403, headers=SECURITY)
    state, address = door.sign_in.begin(registration, _asked_for(request))
    response = RedirectResponse(address, 302)
    door.cookies.begin(response, registration, state)
    return response


def _signed_in(door: Door, registration: Registration, token: str, next_path: str) -> Response:
    seconds = door.settings.session_seconds
    cookie = door.sessions.open(registration, token, seconds)
    response = RedirectResponse(next_path, 302)
    door.cookies.finish(response, registration, cookie, seconds)
    return response


def _closed(passage: Passage) -> Response:
    passage.refused()
    return PlainTextResponse(NOT_HERE, 403, headers=SECURITY)


def _not_now() -> Response:
    return PlainTextResponse(NOT_NOW, 503, headers={**SECURITY, "Retry-After": "2"})


def _refuse(words: str) -> Response:
    return PlainTextResponse(words, 403, headers=SECURITY)


def _portal(settings: GatewaySettings) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=settings.portal_url,
        headers={"Authorization": f"Bearer {settings.traffic_token}"},
        timeout=10,
        trust_env=False,
    )


def _hub_version() -> str:
    from jupyterhub import __version__

    return str(__version__)


def __getattr__(name: str) -> FastAPI:
    # `uvicorn hub.gateway.main:app` builds the app; importing this module for tests does not.
    if name == "app":
        settings = from_environment()
        return create_app(
            settings,
            httpx2.AsyncClient(base_url=settings.hub_api_url, timeout=15),
            _portal(settings),
        )
    raise AttributeError(name)
