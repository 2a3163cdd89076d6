"""The gateway's own server on loopback, with a hub that lets one person in."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx2
import uvicorn
from fastapi.responses import RedirectResponse
from playwright.sync_api import Page

from hub import registrations
from hub.gateway import main
from hub.gateway.settings import GatewaySettings
from tests.installation import free_port
from tests.unit.hub.builders import a_registration

BASE = "/user/ada/p1/"


class RunningGateway:
    """The gateway, in a thread; the folder holds what an installation's folder holds."""

    def __init__(self, folder: Path, *, clipboard_in: bool = False) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.token_valid = True
        for name in ("sockets/ada~p1", "registrations", "meters", "sessions"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.settings = GatewaySettings(
            public_url=self.url,
            hub_api_url="http://hub/hub/api",
            sockets=folder / "sockets",
            registrations=folder / "registrations",
            meters=folder / "meters",
            sessions=folder / "sessions",
            recheck_seconds=0.5,
            clipboard_in=clipboard_in,
        )
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def page_url(self) -> str:
        return self.url + BASE

    @property
    def socket(self) -> Path:
        return self.settings.sockets / "ada~p1" / "lab.sock"

    def register(self, **changes: object) -> None:
        registrations.write(
            self.settings.registrations, a_registration(**{"tier": "pixel", **changes})
        )

    def start(self) -> None:
        hub = httpx2.AsyncClient(
            base_url="http://hub/hub/api", transport=httpx2.MockTransport(self._hub)
        )
        app = main.create_app(self.settings, hub)
        app.add_api_route("/hub/api/oauth2/authorize", _authorize, methods=["GET"])
        config = uvicorn.Config(
            app, port=self.port, ws="websockets-sansio", log_level="warning",
            timeout_graceful_shutdown=1, ws_per_message_deflate=False,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._server.started:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def __enter__(self) -> Self:
        self.register()
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _hub(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/oauth2/token"):
            return httpx2.Response(200, json={"access_token": "persons-token"})
        if not self.token_valid:
            return httpx2.Response(403)
        scopes = ["access:servers!server=ada/p1"]
        return httpx2.Response(200, json={"name": "ada", "scopes": scopes})


def _authorize(redirect_uri: str, state: str) -> RedirectResponse:
    return RedirectResponse(f"{redirect_uri}?code=c&state={state}", 302)


def open_page(page: Page, gateway: RunningGateway) -> None:
    page.goto(gateway.page_url)
    page.wait_for_selector("body[data-state=connected]")
