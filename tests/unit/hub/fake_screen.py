"""A workspace's screen on a real unix socket, in a thread: honest, or as hostile as told."""

import queue
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self


class FakeScreen:
    """Answers each request for changes with what has been painted since.

    Attributes:
        heard: What the gateway sent after the handshake: (kind, content).
        first: Said instead of an update, once asked for the first.
    """

    def __init__(self, path: Path, *, width: int = 640, height: int = 480, first: bytes = b""):
        self.path, self.width, self.height, self.first = path, width, height, first
        self.heard: list[tuple[int, bytes]] = []
        self.connections = 0
        self.greeting = b"RFB 003.008\n"
        self._changes: queue.Queue[bytes] = queue.Queue()
        self._painted: list[bytes] = []
        self._listener: socket.socket | None = None
        self._caller: socket.socket | None = None
        self._running = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        self.path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen(8)
        self._running = True
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        self._running = False
        for one in (self._caller, self._listener):
            if one is not None:
                # Wakes who waits in it; closing alone would not.
                with _quietly():
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
        self.path.unlink(missing_ok=True)

    def paint(self, x: int, y: int, width: int, height: int, colour: tuple[int, int, int]) -> None:
        pixels = bytes((*colour, 0)) * (width * height)
        painted = struct.pack(">BxHHHHHi", 0, 1, x, y, width, height, 0) + pixels
        self._painted.append(painted)
        self.say(painted)

    def say(self, message: bytes) -> None:
        self._changes.put(message)

    def keys_heard(self) -> list[tuple[int, bool]]:
        """The keysyms heard, and whether down."""
        told = (struct.unpack(">BxxI", body) for kind, body in self.heard if kind == 4)
        return [(keysym, bool(down)) for down, keysym in told]

    def kinds(self) -> list[int]:
        return [kind for kind, _ in self.heard]

    def _accept(self) -> None:
        while self._running:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            # What was said to an earlier caller is not for this one.
            self._caller, self._changes, self._painted = caller, queue.Queue(), []
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        with _quietly(), caller:
            self._shake_hands(caller)
            threading.Thread(target=self._hear, args=(caller,), daemon=True).start()
            changes = self._changes
            while self._running and self._caller is caller:
                try:
                    caller.sendall(changes.get(timeout=0.1))
                except queue.Empty:
                    continue

    def _shake_hands(self, caller: socket.socket) -> None:
        caller.sendall(self.greeting)
        _exactly(caller, 12)
        caller.sendall(b"\x01\x01")
        _exactly(caller, 1)
        caller.sendall(b"\0\0\0\0")
        _exactly(caller, 1)
        described = struct.pack(">HH16sI", self.width, self.height, b"", 4)
        caller.sendall(described + b"fake")

    def _hear(self, caller: socket.socket) -> None:
        with _quietly():
            while True:
                kind = _exactly(caller, 1)[0]
                body = _READERS[kind](caller)
                self.heard.append((kind, body))
                if kind == 3 and not body[0]:
                    self._show_all()
                if kind == 251:
                    self._resize(*struct.unpack(">xHH", body[:5]))

    def _show_all(self) -> None:
        """The whole screen; what was painted before anybody asked for it is on it."""
        self.say(self.first or self._whole())
        for painted in self._painted:
            self.say(painted)

    def _whole(self) -> bytes:
        head = struct.pack(">BxHHHHHi", 0, 1, 0, 0, self.width, self.height, 0)
        return head + b"\xff\xff\xff\x00" * (self.width * self.height)

    def _resize(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        screen = struct.pack(">BxxxIHHHHI", 1, 7, 0, 0, width, height, 0)
        self.say(struct.pack(">BxHHHHHi", 0, 1, 1, 0, width, height, -308) + screen)


class _quietly:  # noqa: N801  reads as a word
    """The other side, or the test, has hung up."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, OSError | EOFError)


def _exactly(caller: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = caller.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def _encodings(caller: socket.socket) -> bytes:
    head = _exactly(caller, 3)
    return head + _exactly(caller, 4 * struct.unpack(">xH", head)[0])


def _text(caller: socket.socket) -> bytes:
    head = _exactly(caller, 7)
    return head + _exactly(caller, abs(struct.unpack(">xxxi", head)[0]))


def _screens(caller: socket.socket) -> bytes:
    head = _exactly(caller, 7)
    return head + _exactly(caller, 16 * head[5])


def _fixed(size: int) -> Callable[[socket.socket], bytes]:
    return lambda caller: _exactly(caller, size)


_READERS: dict[int, Callable[[socket.socket], bytes]] = {
    0: _fixed(19),
    2: _encodings,
    3: _fixed(9),
    4: _fixed(7),
    5: _fixed(5),
    6: _text,
    251: _screens,
}
