"""A workspace's server on a real unix socket, in a thread, that notes what reaches it."""

import asyncio
import contextlib
import json
import threading
from pathlib import Path

from aiohttp import WSMsgType, web


class FakeWorkspace:
    def __init__(self, socket: Path, base: str) -> None:
        self.seen: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.body = json.dumps({"kernels": "x" * 987}).encode()
        self.pieces: list[bytes] | None = None
        self.protocol_wanted = True
        self._socket, self._base = socket, base
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self):
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_get(self._base + "api/kernels/{id}/channels", self._echo)
        app.router.add_route("*", self._base + "{rest:.*}", self._page)
        runner = web.AppRunner(app)
        self._loop.run_until_complete(runner.setup())
        self._loop.run_until_complete(web.UnixSite(runner, str(self._socket)).start())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _page(self, request):
        self.seen.append(request)
        self.bodies.append(await request.read())
        if self.pieces is not None:
            return await self._without_end(request)
        response = web.Response(body=self.body, content_type="text/html")
        response.headers["Content-Security-Policy"] = "default-src *"
        response.headers.add("Set-Cookie", "_xsrf=2|abc; Path=/")
        response.headers.add("Set-Cookie", "haven-workspace-p1=forged; Path=/")
        return response

    async def _without_end(self, request):
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                for piece in self.pieces:
                    await response.write(piece)

    async def _echo(self, request):
        self.seen.append(request)
        protocols = ("v1.kernel.websocket.jupyter.org",) if self.protocol_wanted else ()
        socket = web.WebSocketResponse(protocols=protocols)
        await socket.prepare(request)
        async for message in socket:
            said = message.data if isinstance(message.data, str) else message.data.decode("latin-1")
            if "bye" in said:
                break
            if message.type is WSMsgType.TEXT:
                await socket.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                await socket.send_bytes(message.data)
        return socket
