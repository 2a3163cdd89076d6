"""The real gateway on a real port, with a hub that signs everybody in and a small JupyterLab."""

import asyncio
import contextlib
import io
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx2
import uvicorn
from aiohttp import web
from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse

from hub import registrations
from hub.client.browser import Browser
from hub.gateway.main import create_app
from hub.gateway.settings import GatewaySettings
from infra.probes.pages import WAYS_OUT
from infra.probes.visit import Visit
from tests.installation import free_port
from tests.unit.hub.builders import a_message, a_registration, lay_out_lab

PEOPLE = {"ada": "p1", "bob": "p2"}


class Lab:
    """As much of JupyterLab as the probes ask for, on a unix socket."""

    def __init__(self, socket: Path, base: str) -> None:
        self._socket, self._base = socket, base
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    @contextmanager
    def running(self) -> Iterator["Lab"]:
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        assert self._ready.wait(10)
        yield self
        self._loop.call_soon_threadsafe(self._loop.stop)
        thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        app = web.Application(client_max_size=2**30)
        app.router.add_get(self._base + "terminals/websocket/{n}", self._channel)
        app.router.add_get(self._base + "api/kernels/{n}/channels", self._channel)
        app.router.add_route("*", self._base + "{rest:.*}", self._anything)
        runner = web.AppRunner(app)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.UnixSite(runner, str(self._socket)).start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _anything(self, request: web.Request) -> web.Response:
        await request.read()
        if request.method == "GET":
            return web.json_response({})
        if request.method == "DELETE":
            return web.Response(status=204)
        return web.json_response({"id": "1", "path": "x", "type": "directory"}, status=201)

    async def _channel(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(
            protocols=("v1.kernel.websocket.jupyter.org",), max_msg_size=2**30
        )
        await socket.prepare(request)
        async for message in socket:
            if isinstance(message.data, str):
                for answer in answers(json.loads(message.data)):
                    await socket.send_str(json.dumps(answer))
        return socket


def answers(asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A kernel that knows how to say what it is, and how to print."""

    def answer(channel: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        made = a_message(channel, kind, content)
        return {**made, "msg_type": kind, "parent_header": asked["header"]}

    if asked["header"]["msg_type"] == "kernel_info_request":
        content = {"status": "ok", "protocol_version": "5.4", "banner": ""}
        yield answer("shell", "kernel_info_reply", content)
        return
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(asked["content"]["code"], {})
    yield answer("iopub", "stream", {"name": "stdout", "text": printed.getvalue()})
    yield answer("iopub", "status", {"execution_state": "idle"})


class Hub:
    """Signs everybody in under the name they type; knows whose a token is until they sign out."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self.tokens: dict[str, str] = {}

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/oauth2/token"):
            username = parse_qs(request.content.decode())["code"][0]
            token = f"token-{next(self._numbers)}"
            self.tokens[token] = username
            return httpx2.Response(200, json={"access_token": token})
        username = self.tokens.get(request.headers["Authorization"].removeprefix("token "), "")
        if not username:
            return httpx2.Response(403)
        scope = f"access:servers!server={username}/{PEOPLE[username]}"
        return httpx2.Response(200, json={"name": username, "scopes": [scope]})

    async def login(self, request: Request) -> RedirectResponse:
        username = parse_qs((await request.body()).decode())["username"][0]
        answer = RedirectResponse("/hub/home", 302)
        answer.set_cookie("who", username)
        return answer

    async def page(self) -> HTMLResponse:
        return HTMLResponse("a page of the hub")

    async def authorize(self, request: Request) -> HTMLResponse | RedirectResponse:
        who = request.cookies.get("who")
        if not who:
            return HTMLResponse("sign in")
        asked = request.query_params
        return RedirectResponse(f"{asked['redirect_uri']}?code={who}&state={asked['state']}", 302)

    async def logout(self, request: Request) -> HTMLResponse:
        # Newest first: the browser that signs out is the one that signed in last.
        who = request.cookies.get("who")
        newest = [token for token, name in self.tokens.items() if name == who][-1]
        del self.tokens[newest]
        return HTMLResponse("signed out")


class Front:
    """What a door changes before the gateway starts, and what stands there then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Smaller than in life, so that what is too large is small too.
        self.settings: dict[str, object] = {
            "recheck_seconds": 0.0,
            "max_request_bytes": 2**20,
        }
        for name in ("sockets", "registrations", "meters", "sessions"):
            (folder / name).mkdir()
        for username, project in PEOPLE.items():
            (folder / "sockets" / f"{username}~{project}").mkdir()
        self.lab = Lab(self.socket("ada"), "/user/ada/p1/")
        self.other_lab = Lab(self.socket("bob"), "/user/bob/p2/")
        self.hub = Hub()
        self.page_config: dict[str, object] = {"disabledExtensions": list(WAYS_OUT)}

    def socket(self, username: str) -> Path:
        return self.folder / "sockets" / f"{username}~{PEOPLE[username]}" / "lab.sock"

    @contextmanager
    def running(self) -> Iterator[Visit]:
        address = f"http://127.0.0.1:{free_port()}"
        settings = GatewaySettings(
            public_url=address,
            hub_api_url="http://hub/hub/api",
            sockets=self.folder / "sockets",
            registrations=self.folder / "registrations",
            meters=self.folder / "meters",
            sessions=self.folder / "sessions",
            lab_files=self._lay_out_page(),
            **self.settings,
        )
        for username, project in PEOPLE.items():
            registrations.write(
                settings.registrations,
                a_registration(
                    username=username, project=project, started_id=f"start-{username}",
                    socket=f"{username}~{project}/lab.sock",
                ),
            )  # fmt: skip
        with ExitStack() as undo:
            for part in (self.lab.running(), self.other_lab.running(), self._gateway(settings)):
                undo.enter_context(part)
            ada, bob = (undo.enter_context(Browser(address, name)) for name in PEOPLE)
            for browser in (ada, bob):
                browser.sign_in("any")
                browser.http.get(browser.workspace_path(PEOPLE[browser.username], "lab"))
            yield Visit(browser=ada, project="p1", other=bob, other_project="p2")

    def _lay_out_page(self) -> Path:
        folder = self.folder / "lab"
        lay_out_lab(folder)
        (folder / "page-config.json").write_text(json.dumps(self.page_config))
        (folder / "page.html").write_text(
            '<script nonce="HAVEN-NONCE" id="jupyter-config-data">HAVEN-PAGE-CONFIG</script>'
        )
        return folder

    @contextmanager
    def _gateway(self, settings: GatewaySettings) -> Iterator[None]:
        client = httpx2.AsyncClient(
            base_url="http://hub/hub/api", transport=httpx2.MockTransport(self.hub.answer)
        )
        app = create_app(settings, client)
        for path, method, page in (
            ("/hub/login", "GET", self.hub.page), ("/hub/login", "POST", self.hub.login),
            ("/hub/home", "GET", self.hub.page), ("/hub/logout", "GET", self.hub.logout),
            ("/hub/api/oauth2/authorize", "GET", self.hub.authorize),
        ):  # fmt: skip
            app.add_api_route(path, page, methods=[method], response_model=None)
        port = int(settings.public_url.rsplit(":", 1)[1])
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                port=port,
                log_level="error",
                ws="websockets-sansio",
                ws_max_size=67108864,
                timeout_graceful_shutdown=2,
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
        yield
        server.should_exit = True
        thread.join(10)
