"""The pixel tier: its page, and its one channel. No address of JupyterLab exists in it."""

import asyncio
import contextlib
import mimetypes
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Final

from starlette.responses import RedirectResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.gateway.meter import Passage
from hub.gateway.pixel.pictures import Pictures
from hub.gateway.pixel.screen import Screen, ScreenGone
from hub.gateway.pixel.session import Close, Session, ask_for_restart
from hub.gateway.settings import GatewaySettings
from hub.registrations import Registration

CHANNEL: Final = "screen"
RESTART_SOCKET: Final = "restart.sock"
START: Final = "page.html"
# Where the hub and old bookmarks lead.
_OTHER_STARTS: Final = ("lab", "tree")
_FILES: Final = (
    START, "page.css", "page.js", "connection.js", "keyboard.js", "keysyms.js", "pointer.js",
    "picture.js",
)  # fmt: skip
SECURITY: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), display-capture=(), clipboard-read=(), "
        "clipboard-write=(), fullscreen=(self)"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class PixelTier:
    """The handlers of the tier, once it is known who asks and that they may."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._pictures = Pictures()
        self._files = {name: _file(name) for name in _FILES}
        self._shown: dict[str, asyncio.Event] = {}

    def page(self, method: str, rest: str, passage: Passage) -> Response | None:
        """One of the page's own files; None for everything else, which is closed.

        Args:
            rest: What follows the workspace's base address, as the browser wrote it.
        """
        if method not in ("GET", "HEAD"):
            return None
        if rest in _OTHER_STARTS:
            return RedirectResponse("./", 302, headers=SECURITY)
        content = self._files.get(rest or START)
        if content is None:
            return None
        passage.asked()
        kind, _ = mimetypes.guess_type(rest or START)
        return Response(content, media_type=kind, headers=SECURITY)

    async def channel(
        self,
        browser: WebSocket,
        registration: Registration,
        passage: Passage,
        still_allowed: Callable[[], Awaitable[bool]],
    ) -> None:
        """Show the workspace's screen; who looked at it before is told that it moved here."""
        await browser.accept()
        passage.asked()
        moved = self._take_over(registration.started_id)
        try:
            why = await self._show(browser, registration, passage, still_allowed, moved)
        finally:
            if self._shown.get(registration.started_id) is moved:
                del self._shown[registration.started_id]
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await browser.close(why)

    def close(self) -> None:
        self._pictures.close()

    def _take_over(self, started_id: str) -> asyncio.Event:
        if earlier := self._shown.get(started_id):
            earlier.set()
        self._shown[started_id] = asyncio.Event()
        return self._shown[started_id]

    async def _show(
        self,
        browser: WebSocket,
        registration: Registration,
        passage: Passage,
        still_allowed: Callable[[], Awaitable[bool]],
        moved: asyncio.Event,
    ) -> Close:
        path = self._settings.sockets / registration.socket
        try:
            screen = await Screen.connect(path)
        except ScreenGone:
            return Close.SHOWN_ELSEWHERE if moved.is_set() else Close.SCREEN_GONE
        session = Session(
            browser,
            screen,
            passage=passage,
            pictures=self._pictures,
            may_paste=self._settings.clipboard_in,
            restart=lambda: ask_for_restart(path.with_name(RESTART_SOCKET)),
        )
        try:
            return await session.run(still_allowed, moved)
        finally:
            screen.close()


def _file(name: str) -> bytes:
    return (resources.files("hub.gateway.pixel") / "page" / name).read_bytes()
