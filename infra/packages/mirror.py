"""The package mirror: serves the store over a unix socket, to workspaces and nobody else.

usage: python -m infra.packages.mirror
settings: HAVEN_PACKAGES_DIR, HAVEN_PACKAGES_SOCKET, HAVEN_PACKAGES_ASK

It runs without a network. It reads a folder and answers; it has nothing to send anything with.
"""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import h11

from infra.packages.answers import Answer, Asked, answer
from infra.packages.refusals import Refusals
from infra.packages.store import Store

MOST_CONNECTIONS: Final = 128
IDLE_SECONDS: Final = 15.0
SEND_SECONDS: Final = 60.0
CHUNK_BYTES: Final = 256 * 1024
_READ_BYTES: Final = 16 * 1024


class Mirror:
    """Answers connections.

    Args:
        store: What there is.
        refusals: What is kept of refusals.
        ask_at: Where people ask for a package.
    """

    def __init__(self, store: Store, refusals: Refusals, ask_at: str) -> None:
        self._store, self._refusals, self._ask_at = store, refusals, ask_at
        self._open = 0

    async def serve(self, socket_path: Path) -> None:
        """Listen until cancelled; a socket that an earlier mirror left is replaced."""
        server = await asyncio.start_unix_server(self.connected, sock=_listener(socket_path))
        async with server:
            await server.serve_forever()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._open >= MOST_CONNECTIONS:
            writer.close()
            return
        self._open += 1
        try:
            await self._talk(reader, writer)
        except (OSError, TimeoutError, h11.ProtocolError):
            return  # they went, spoke something else, or a file is not as long as it was
        finally:
            self._open -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken = h11.Connection(h11.SERVER, max_incomplete_event_size=_READ_BYTES)
        while True:
            request = await _next_request(spoken, reader)
            if request is None:
                return
            asked = _asked(request)
            given = answer(self._store.listing(), asked, ask_at=self._ask_at)
            if given.refused:
                self._refusals.note(given.refused, asked.target)
            await self._send(spoken, writer, given, is_head=asked.method == "HEAD")
            if given.refused or spoken.our_state is not h11.DONE:
                return
            if await _next_event(spoken, reader) is not h11.EndOfMessage:
                return
            spoken.start_next_cycle()

    async def _send(
        self,
        spoken: h11.Connection,
        writer: asyncio.StreamWriter,
        given: Answer,
        *,
        is_head: bool,
    ) -> None:
        length = given.wheel.size_bytes if given.wheel else len(given.body)
        headers = [
            ("Content-Type", given.content_type),
            ("Content-Length", str(length)),
            ("Cache-Control", "no-store"),
            *([("Connection", "close")] if given.refused else []),
        ]
        head = h11.Response(status_code=given.status, reason=given.reason.encode(), headers=headers)
        await _write(writer, spoken.send(head))
        for chunk in () if is_head else self._chunks(given):
            await _write(writer, spoken.send(h11.Data(data=chunk)))
        await _write(writer, spoken.send(h11.EndOfMessage()))

    def _chunks(self, given: Answer) -> Iterator[bytes]:
        if given.wheel is None:
            yield given.body
            return
        with self._store.path_of(given.wheel).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def _listener(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o660)
    return listener


async def _next_request(spoken: h11.Connection, reader: asyncio.StreamReader) -> h11.Request | None:
    while True:
        event = spoken.next_event()
        if event is h11.NEED_DATA:
            spoken.receive_data(await asyncio.wait_for(reader.read(_READ_BYTES), IDLE_SECONDS))
        elif isinstance(event, h11.Request):
            return event
        else:
            return None


async def _next_event(spoken: h11.Connection, reader: asyncio.StreamReader) -> type[h11.Event]:
    while (event := spoken.next_event()) is h11.NEED_DATA:
        spoken.receive_data(await asyncio.wait_for(reader.read(_READ_BYTES), IDLE_SECONDS))
    return type(event)  # type: ignore[return-value]  # a sentinel is a type of its own


def _asked(request: h11.Request) -> Asked:
    headers = {name: value.decode("latin-1") for name, value in request.headers}
    return Asked(
        method=request.method.decode("latin-1"),
        target=request.target.decode("latin-1"),
        host=headers.get(b"host", ""),
        accept=headers.get(b"accept", ""),
        has_body=b"transfer-encoding" in headers or headers.get(b"content-length", "0") != "0",
    )


async def _write(writer: asyncio.StreamWriter, data: bytes | None) -> None:
    if data:
        writer.write(data)
        await asyncio.wait_for(writer.drain(), SEND_SECONDS)


def main() -> None:
    mirror = Mirror(
        Store(Path(os.environ["HAVEN_PACKAGES_DIR"])),
        Refusals(lambda line: print(line, flush=True)),  # noqa: T201  the service's log
        os.environ["HAVEN_PACKAGES_ASK"],
    )
    # As the first process of its container it would hear no other wish to end.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(mirror.serve(Path(os.environ["HAVEN_PACKAGES_SOCKET"])))


if __name__ == "__main__":
    main()
