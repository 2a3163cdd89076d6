"""A wire between the worker and a server, which a test can cut, hold and join again."""

import socket
import threading
from contextlib import suppress


class Relay:
    """Forwards 127.0.0.1:port to 127.0.0.1:target."""

    def __init__(self, target: int) -> None:
        self.target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._joined = threading.Event()
        self._joined.set()
        self._flowing = threading.Event()
        self._flowing.set()
        self.seen = bytearray()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def endpoint(self) -> str:
        return f"127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End every connection, and refuse new ones until `join`."""
        self._joined.clear()
        self._end_all()

    def join(self) -> None:
        self._joined.set()

    def hold(self) -> None:
        """Let nothing more through, and end nothing."""
        self._flowing.clear()

    def flow(self) -> None:
        self._flowing.set()

    def close(self) -> None:
        self._joined.clear()
        self._flowing.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._end_all()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            far = self._reach() if self._joined.is_set() else None
            if far is None:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _reach(self) -> socket.socket | None:
        try:
            return socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            return None

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Both ways until one side ends.

        Closed only when nobody reads any more: a number closed too early is given to the next
        connection, whose bytes the last reader of this one would take.
        """
        far.settimeout(None)
        answering = threading.Thread(target=self._pump, args=(far, near, False), daemon=True)
        answering.start()
        self._pump(near, far, True)
        answering.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _pump(self, source: socket.socket, sink: socket.socket, is_asking: bool) -> None:
        with suppress(OSError):
            while piece := source.recv(65536):
                if is_asking:
                    self.seen += piece
                self._flowing.wait()
                sink.sendall(piece)
        self._end(source)
        self._end(sink)

    def _end_all(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            self._end(connection)

    def _end(self, connection: socket.socket) -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
