"""Joins a browser's websocket with the workspace's: screened, counted, until either side ends."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

import aiohttp
from starlette.websockets import WebSocket, WebSocketDisconnect
from yarl import URL

from hub.gateway import headers
from hub.gateway.budgets import Spent
from hub.gateway.meter import Kind, Passage

CLOSED_BY_POLICY: Final = 1008
WORKSPACE_GONE: Final = 1011
TOO_LARGE: Final = 1009
CHECK_SECONDS: Final = 2.0
ACCESS_ENDED: Final = "Your access to this workspace has ended."

Raw = str | bytes


class Screen(Protocol):
    """Judges each message."""

    dropped: int

    async def from_workspace(self, raw: Raw) -> list[Raw]:
        """What the browser gets for it."""

    def from_browser(self, raw: Raw) -> tuple[Raw | None, list[Raw]]:
        """What the workspace gets for it, and what the browser is told."""

    def say(self, words: str) -> Raw | None:
        """Words of Haven as a message, where the person would see it."""


class Joined:
    """One browser's websocket and one of the workspace's."""

    def __init__(
        self,
        browser: WebSocket,
        workspace: aiohttp.ClientWebSocketResponse,
        screen: Screen,
        passage: Passage,
    ) -> None:
        self._browser, self._workspace = browser, workspace
        self._screen, self._passage = screen, passage

    async def run(self, still_allowed: Callable[[], Awaitable[bool]], max_bytes: int) -> None:
        """Pass messages both ways until one side ends, a budget is spent or access is lost."""
        tasks = [
            asyncio.create_task(self._down()),
            asyncio.create_task(self._up(max_bytes)),
            asyncio.create_task(_watch(still_allowed)),
        ]
        done, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        await self._workspace.close()
        reason = ACCESS_ENDED if tasks[2] in done else ""
        spent = next((end for end in ended if isinstance(end, Spent)), None)
        if spent is not None:
            await self._say(str(spent))
            reason = "A budget is used up."
        await _close_quietly(self._browser, reason)

    async def _down(self) -> None:
        async for message in self._workspace:
            if message.type not in (aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY):
                continue
            await self._passage.look_at(len(message.data))
            was_dropped = self._screen.dropped
            for passed in await self._screen.from_workspace(message.data):
                await self._send(passed)
            if self._screen.dropped > was_dropped:
                self._passage.dropped()
            for words in self._passage.words():
                await self._say(words)
        if self._workspace.close_code == TOO_LARGE:
            self._passage.dropped()
            await self._say("One message was far too large to be shown.")

    async def _up(self, max_bytes: int) -> None:
        while True:
            message = await self._browser.receive()
            if message["type"] != "websocket.receive":
                return
            raw: Raw = message["bytes"] if message.get("text") is None else message["text"]
            size = _size(raw)
            if size > max_bytes:
                return
            passed, told = self._screen.from_browser(raw)
            if passed is None:
                self._passage.dropped()
            else:
                self._passage.to_workspace(Kind.KERNEL, size)
                if isinstance(passed, str):
                    await self._workspace.send_str(passed)
                else:
                    await self._workspace.send_bytes(passed)
            for words in told:
                await self._send(words)

    async def _send(self, raw: Raw) -> None:
        await self._passage.to_browser(Kind.KERNEL, _size(raw))
        await _send(self._browser, raw)

    async def _say(self, words: str) -> None:
        # Haven's own words: they carry nothing of the workspace, so no budget holds them back.
        said = self._screen.say(words)
        if said is not None:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await _send(self._browser, said)


async def connect(
    browser: WebSocket, client: aiohttp.ClientSession, *, protocol: str, max_bytes: int
) -> aiohttp.ClientWebSocketResponse | None:
    """Open the workspace's side with the one format that was agreed; None where it does not."""
    url = "http://workspace" + browser.scope["raw_path"].decode("latin-1").split("?", 1)[0]
    if browser.url.query:
        url += f"?{browser.url.query}"
    try:
        workspace = await client.ws_connect(
            URL(url, encoded=True),
            headers=headers.to_workspace(browser.headers),
            protocols=[protocol] if protocol else [],
            max_msg_size=max_bytes,
            compress=0,
            autoclose=True,
        )
    except (aiohttp.ClientError, TimeoutError):
        return None
    if (workspace.protocol or "") != protocol:
        await workspace.close()
        return None
    return workspace


async def _watch(still_allowed: Callable[[], Awaitable[bool]]) -> None:
    while await still_allowed():
        await asyncio.sleep(CHECK_SECONDS)


async def _send(browser: WebSocket, raw: Raw) -> None:
    if isinstance(raw, str):
        await browser.send_text(raw)
    else:
        await browser.send_bytes(raw)


async def _close_quietly(browser: WebSocket, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):
        await browser.close(CLOSED_BY_POLICY, reason)


def _size(raw: Raw) -> int:
    return len(raw.encode("utf-8", "replace")) if isinstance(raw, str) else len(raw)
