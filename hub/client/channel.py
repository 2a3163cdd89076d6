"""A websocket for code that waits.

Its connection lives in one event loop of its own. websockets' own blocking client reads in a second
thread while the first one writes, and OpenSSL allows no two at once on one connection: over https,
about one handshake in 200 was lost to it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anyio import fail_after
from anyio.from_thread import BlockingPortal, start_blocking_portal
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Data


class Channel:
    """An open websocket.

    Attributes:
        extensions: What was agreed on beyond the bare protocol, as the server says it; or None.
        subprotocol: The one agreed on, or None.
    """

    def __init__(self, portal: BlockingPortal, connection: ClientConnection) -> None:
        self._portal, self._connection = portal, connection
        response = connection.response
        self.extensions = response and response.headers.get("Sec-WebSocket-Extensions")
        self.subprotocol = connection.subprotocol

    def send(self, message: Data) -> None:
        """Send one message.

        Raises:
            websockets.ConnectionClosed: The channel is closed.
        """
        self._portal.call(self._connection.send, message)

    def recv(self, timeout: float) -> Data:
        """Wait for the next message.

        Args:
            timeout: How long at most, in seconds.

        Raises:
            TimeoutError: Nothing came in time; the channel is still open.
            websockets.ConnectionClosed: The channel is closed.
        """
        return self._portal.call(self._recv, timeout)

    async def _recv(self, seconds: float) -> Data:
        with fail_after(seconds):
            return await self._connection.recv()


@contextmanager
def channel(url: str, **options: Any) -> Iterator[Channel]:
    """Open a websocket, and close it at the end.

    Args:
        url: Of the scheme ws or wss.
        options: As `websockets.asyncio.client.connect` takes them.

    Raises:
        websockets.InvalidStatus: The server refused, with this status.
        websockets.InvalidHandshake: It answered otherwise than a websocket begins.
        OSError: Nothing listens there.
        TimeoutError: It did not answer in time.
    """
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(connect(url, **options)) as connection,
    ):
        yield Channel(portal, connection)
