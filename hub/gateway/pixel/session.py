"""One person looking at one workspace: keys and pointer in, pictures out, until either ends."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from enum import IntEnum
from pathlib import Path
from typing import Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from hub.gateway.bucket import TokenBucket
from hub.gateway.budgets import Spent
from hub.gateway.channels import CHECK_SECONDS
from hub.gateway.meter import Kind, Passage
from hub.gateway.pixel import limits, rfb, wire
from hub.gateway.pixel.held import Held
from hub.gateway.pixel.pictures import Pictures
from hub.gateway.pixel.screen import Screen, ScreenGone


class Close(IntEnum):
    """Why a connection ends, as the page knows it."""

    BAD_INPUT = 1003
    NOT_ALLOWED = 1008
    SCREEN_GONE = 4001
    SHOWN_ELSEWHERE = 4002
    SPENT = 4003


_PIXELS: Final = Kind.PIXELS


class Session:
    """A connected browser and a connected screen.

    Args:
        may_paste: Whether text may come in from the person's clipboard.
        restart: Asks the workspace for a new screen.
    """

    def __init__(
        self,
        browser: WebSocket,
        screen: Screen,
        *,
        passage: Passage,
        pictures: Pictures,
        may_paste: bool,
        restart: Callable[[], Awaitable[None]],
    ) -> None:
        self._browser, self._screen = browser, screen
        self._passage, self._pictures = passage, pictures
        self._may_paste, self._restart = may_paste, restart
        self._held = Held()
        self._sent = self._drawn = 0
        self._caught_up = asyncio.Event()
        self._caught_up.set()
        self._all_again = True
        self._flow = TokenBucket(
            bytes_per_second=limits.BYTES_PER_SECOND, burst_bytes=limits.BURST_BYTES
        )
        self._past = TokenBucket(
            bytes_per_second=limits.DROPPED_BYTES_PER_SECOND,
            burst_bytes=limits.DROPPED_BURST_BYTES,
        )
        self._inputs = TokenBucket(
            bytes_per_second=limits.INPUTS_PER_SECOND, burst_bytes=limits.INPUT_BURST
        )

    async def run(
        self, still_allowed: Callable[[], Awaitable[bool]], moved: asyncio.Event
    ) -> Close:
        """Pass both ways until one side ends, access ends, or a budget is spent.

        Args:
            moved: Set when the person opens the workspace in another window.
        """
        tasks = [
            asyncio.create_task(self._show()),
            asyncio.create_task(self._hear()),
            asyncio.create_task(_watch(still_allowed)),
            asyncio.create_task(_until(moved)),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        except ScreenGone:
            # A screen has one viewer: it also ends when it is opened elsewhere.
            return Close.SHOWN_ELSEWHERE if moved.is_set() else Close.SCREEN_GONE
        except wire.BadInput:
            return Close.BAD_INPUT
        except (WebSocketDisconnect, RuntimeError):
            return Close.NOT_ALLOWED  # the browser was first; nobody hears this
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(ScreenGone):
                await self._screen.send(self._held.release())

    async def _show(self) -> Close:
        try:
            await self._say(wire.welcome(may_paste=self._may_paste))
            await self._say(wire.size(self._screen.size))
            while True:
                begun = time.monotonic()
                await self._caught_up.wait()
                everything, self._all_again = self._all_again, False
                await self._screen.send(rfb.ask(self._screen.size, everything=everything))
                await self._pass(await self._update())
                for words in self._passage.words():
                    await self._say(wire.words(words))
                # While this waits, the screen gathers what changes.
                pause = begun + 1 / limits.FRAMES_PER_SECOND - time.monotonic()
                await asyncio.sleep(max(0.0, pause))
        except Spent as spent:
            await self._browser.send_bytes(wire.words(str(spent)))
            return Close.SPENT

    async def _update(self) -> rfb.Update:
        while True:
            told = await self._screen.next()
            if isinstance(told, rfb.Update):
                return told
            self._passage.dropped()
            await self._past.take(told.size + limits.DROPPED_MESSAGE_BYTES)

    async def _pass(self, update: rfb.Update) -> None:
        if update.size:
            self._all_again = True
            await self._say(wire.size(update.size))
        if update.cursor:
            await self._say(wire.cursor(update.cursor, await self._pictures.cursor(update.cursor)))
        if update.rectangles:
            pictures = await self._pictures.of(update.rectangles)
            self._sent += 1
            if self._sent - self._drawn >= limits.FRAMES_AHEAD:
                self._caught_up.clear()
            await self._say(wire.frame(self._sent, pictures))

    async def _say(self, message: bytes) -> None:
        await self._passage.to_browser(_PIXELS, len(message))
        await self._flow.take(len(message))
        await self._browser.send_bytes(message)

    async def _hear(self) -> Close:
        while True:
            data = await self._message()
            await self._inputs.take(1)
            said = wire.read(data)
            if not isinstance(said, wire.Drawn):
                # That a picture was drawn is told to the gateway alone, and is not the person's
                # doing: a caret that blinks must not make a workspace look used.
                self._passage.to_workspace(_PIXELS, len(data))
            await self._obey(said)

    async def _message(self) -> bytes:
        message = await self._browser.receive()
        if message["type"] != "websocket.receive":
            raise WebSocketDisconnect
        data = message.get("bytes")
        if not data or len(data) > limits.MAX_INPUT_BYTES:
            raise wire.BadInput("size")
        return bytes(data)

    async def _obey(self, said: wire.Input) -> None:
        match said:
            case wire.Drawn(number):
                self._note_drawn(number)
            case wire.Restart():
                await self._restart()
            case _:
                await self._screen.send(self._for_screen(said))

    def _for_screen(
        self, said: wire.Key | wire.Pointer | wire.Resize | wire.Paste | wire.ReleaseAll
    ) -> bytes:
        size = self._screen.size
        match said:
            case wire.Key():
                return self._held.key(said)
            case wire.Pointer():
                return self._held.pointer(said, size)
            case wire.Resize(width, height):
                return rfb.resize(rfb.Size(width=width, height=height, screen=size.screen))
            case wire.Paste(text):
                if not self._may_paste:
                    self._passage.refused()
                    raise wire.BadInput("paste")
                return rfb.paste(text)
            case wire.ReleaseAll():
                return self._held.release()

    def _note_drawn(self, number: int) -> None:
        # A page cannot have drawn what it was not sent.
        self._drawn = max(self._drawn, min(number, self._sent))
        if self._sent - self._drawn < limits.FRAMES_AHEAD:
            self._caught_up.set()


async def _watch(still_allowed: Callable[[], Awaitable[bool]]) -> Close:
    while await still_allowed():
        await asyncio.sleep(CHECK_SECONDS)
    return Close.NOT_ALLOWED


async def _until(moved: asyncio.Event) -> Close:
    await moved.wait()
    return Close.SHOWN_ELSEWHERE


async def ask_for_restart(path: Path) -> None:
    """Call where a workspace listens for it; the call itself says all there is to say."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(limits.HANDSHAKE_SECONDS):
            _, writer = await asyncio.open_unix_connection(path)
            writer.close()
