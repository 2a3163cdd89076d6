"""The gateway's connection to one workspace's screen: the pure readers, fed from a socket."""

import asyncio
import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import Self, TypeVar

from hub.gateway.pixel import limits, rfb

T = TypeVar("T")


class ScreenGone(Exception):
    """The screen is not there, does not answer, or says what no screen should."""


class Screen:
    """A connected screen.

    Attributes:
        size: The desktop's size as last told.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.size = rfb.Size(width=1, height=1)

    @classmethod
    async def connect(cls, path: Path) -> Self:
        """Open the screen behind a socket.

        Raises:
            ScreenGone: It cannot be opened within five seconds.
        """
        try:
            async with asyncio.timeout(limits.HANDSHAKE_SECONDS):
                screen = cls(*await asyncio.open_unix_connection(path, limit=1024 * 1024))
                with contextlib.ExitStack() as undo:
                    undo.callback(screen.close)
                    await screen._shake_hands()
                    undo.pop_all()
        except (OSError, TimeoutError) as error:
            raise ScreenGone from error
        return screen

    async def _shake_hands(self) -> None:
        await self._read(rfb.version())
        await self.send(rfb.VERSION)
        await self._read(rfb.offer())
        await self.send(rfb.choose_no_password())
        await self._read(rfb.accepted())
        await self.send(rfb.take_alone())
        self.size = await self._read(rfb.desktop())
        await self.send(rfb.begin())

    async def send(self, data: bytes) -> None:
        """Pass bytes on.

        Raises:
            ScreenGone: It has not taken them within ten seconds.
        """
        try:
            self._writer.write(data)
            async with asyncio.timeout(limits.MESSAGE_SECONDS):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise ScreenGone from error

    async def next(self) -> rfb.Update | rfb.Dropped:
        """The next message, however long it takes to begin.

        Raises:
            ScreenGone: Closed, not RFB, or a message that takes ten seconds to arrive.
        """
        message = rfb.message(self.size)
        try:
            first = await self._reader.readexactly(next(message))
            async with asyncio.timeout(limits.MESSAGE_SECONDS):
                told = await self._feed(message, first)
        except (OSError, EOFError, TimeoutError, rfb.NotRfb) as error:
            raise ScreenGone from error
        if isinstance(told, rfb.Update) and told.size:
            self.size = told.size
        return told

    def close(self) -> None:
        self._writer.close()

    async def _read(self, reader: Generator[int, bytes, T]) -> T:
        try:
            return await self._feed(reader, await self._reader.readexactly(next(reader)))
        except (EOFError, rfb.NotRfb) as error:
            raise ScreenGone from error

    async def _feed(self, reader: Generator[int, bytes, T], data: bytes) -> T:
        while True:
            try:
                needed = reader.send(data)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]  # what the generator returns
            data = await self._reader.readexactly(needed)
