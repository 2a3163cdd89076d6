"""Joins a browser's websocket with the workspace's, counted, until either side or access ends."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import aiohttp
from starlette.websockets import WebSocket, WebSocketDisconnect
from yarl import URL

from hub.gateway import headers
from hub.gateway.budgets import Spent
from hub.gateway.meter import Kind, Passage

CLOSED_BY_POLICY = 1008
WORKSPACE_GONE = 1011
CHECK_SECONDS = 2.0


async def join(
    browser: WebSocket,
    client: aiohttp.ClientSession,
    *,
    passage: Passage,
    max_bytes: int,
    still_allowed: Callable[[], Awaitable[bool]],
) -> None:
    """Pass messages both ways.

    Args:
        still_allowed: Asked every two seconds; the first no closes both sides.
    """
    passage.asked()
    offered = browser.scope.get("subprotocols", [])
    url = "http://workspace" + browser.scope["raw_path"].decode("latin-1").split("?", 1)[0]
    if browser.url.query:
        url += f"?{browser.url.query}"
    try:
        workspace = await client.ws_connect(
            URL(url, encoded=True),
            headers=headers.to_workspace(browser.headers),
            protocols=offered,
            max_msg_size=max_bytes,
            compress=0,
            autoclose=True,
        )
    except (aiohttp.ClientError, TimeoutError):
        await browser.close(WORKSPACE_GONE)
        return
    await browser.accept(subprotocol=workspace.protocol)
    tasks = [
        asyncio.create_task(_down(workspace, browser, passage)),
        asyncio.create_task(_up(browser, workspace, passage, max_bytes)),
        asyncio.create_task(_watch(still_allowed)),
    ]
    _, running = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in running:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await workspace.close()
    await _close_quietly(browser)


async def _down(
    source: aiohttp.ClientWebSocketResponse, browser: WebSocket, passage: Passage
) -> None:
    with contextlib.suppress(Spent):
        async for message in source:
            if message.type is aiohttp.WSMsgType.TEXT:
                await passage.to_browser(Kind.KERNEL, len(message.data.encode()))
                await browser.send_text(message.data)
            elif message.type is aiohttp.WSMsgType.BINARY:
                await passage.to_browser(Kind.KERNEL, len(message.data))
                await browser.send_bytes(message.data)


async def _up(
    browser: WebSocket, target: aiohttp.ClientWebSocketResponse, passage: Passage, max_bytes: int
) -> None:
    while True:
        message = await browser.receive()
        if message["type"] != "websocket.receive":
            return
        text, data = message.get("text"), message.get("bytes")
        size = len(text.encode()) if text is not None else len(data or b"")
        if size > max_bytes:
            return
        passage.to_workspace(Kind.KERNEL, size)
        if text is not None:
            await target.send_str(text)
        else:
            await target.send_bytes(data or b"")


async def _watch(still_allowed: Callable[[], Awaitable[bool]]) -> None:
    while await still_allowed():
        await asyncio.sleep(CHECK_SECONDS)


async def _close_quietly(browser: WebSocket) -> None:
    try:
        await browser.close(CLOSED_BY_POLICY)
    except (RuntimeError, WebSocketDisconnect):
        return  # the browser was first
