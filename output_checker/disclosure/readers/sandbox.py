"""Read one file's bytes in a process that can do nothing else, bounded in time and memory."""

import atexit
import fcntl
import json
import math
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from output_checker.disclosure.errors import Unreadable
from output_checker.disclosure.readers import decode
from output_checker.disclosure.readers.artefacts import Document

_ROOT = Path(__file__).parents[3]
_START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "from output_checker.disclosure.readers.nursery import main; main(0)"
)
_SAID_BYTES = 4_096
_PIPE_BYTES = 1 << 20
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
_TOO_SLOW = "the file takes too long to read"
_NO_READER = "the reader could not be started"


# The slowest good files at the bounds of their formats take less than one second a MiB; of those
# that may be larger than 16 MiB, far less.
_SECONDS = 10
_SECONDS_A_MIB = 2
_MOST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    memory_bytes: int = 1024**3
    cpu_seconds: int = _SECONDS
    wall_seconds: float = _SECONDS
    answer_bytes: int = 160 * 1024**2


def limits_for(size: int) -> Limits:
    """Ten seconds, and more only for a file of more than five MiB, but no more than a minute."""
    seconds = max(_SECONDS, min(math.ceil(_SECONDS_A_MIB * size / 1024**2), _MOST_SECONDS))
    return Limits(cpu_seconds=seconds, wall_seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    """A reader, by the number that the nursery on the other end of the socket knows it by."""

    number: int
    asking: socket.socket


class Sandbox:
    """Readers forked from one nursery, which is started when first needed and again when it died.

    Safe to use from several threads.
    """

    def __init__(self, command: Sequence[str] | None = None) -> None:
        self._command = command or _nursery()
        self._lock = Lock()
        self._asking: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, kind: str, data: bytes, limits: Limits | None = None) -> Document:
        """Parse the whole of a file.

        Args:
            kind: Name of a format in `kinds.py`.
            limits: Those for a file of its size when absent.

        Raises:
            Unreadable: Refused, crashed, hung, too large or garbled.
        """
        limits = limits or limits_for(len(data))
        with _in_memory(data) as source:
            answered, answer = _pipe()
            with os.fdopen(answered, "rb") as pipe:
                try:
                    child = self._start(kind, len(data), source, answer, limits)
                finally:
                    os.close(answer)
                try:
                    return decode.decode(_collect(pipe.fileno(), limits))
                finally:
                    self._end(child)

    def close(self) -> None:
        with self._lock:
            self._stop()

    def start(self) -> None:
        """Let the nursery load while the one who asks is busy otherwise."""
        with self._lock, suppress(OSError):
            if self._asking is None:
                self._begin()

    def _start(self, kind: str, size: int, source: int, answer: int, limits: Limits) -> _Child:
        """Raises: Unreadable."""
        asked = json.dumps({
            "kind": kind, "size": size,
            "memory_bytes": limits.memory_bytes, "cpu_seconds": limits.cpu_seconds,
        }).encode()  # fmt: skip
        with self._lock:
            # Once more with a new one, should the old one be gone.
            for _ in range(2):
                asking = self._asking or self._begin()
                try:
                    asking.settimeout(limits.wall_seconds)
                    socket.send_fds(asking, [asked], [source, answer])
                    said = json.loads(asking.recv(_SAID_BYTES) or "{}")
                except OSError:
                    said = {}
                if "child" in said:
                    return _Child(number=said["child"], asking=asking)
                if "error" in said:
                    raise Unreadable(f"{_NO_READER} ({said['error']})")
                self._stop()
        raise Unreadable(_NO_READER)

    def _end(self, child: _Child) -> None:
        with self._lock:
            # The children of a nursery that is gone went with it.
            if child.asking is self._asking:
                with suppress(OSError):
                    child.asking.sendall(json.dumps({"end": child.number}).encode())

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - a fixed command, no shell
                self._command, stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={}, cwd="/", start_new_session=True,
            )  # fmt: skip
        self._asking = ours
        return ours

    def _stop(self) -> None:
        if self._asking is not None:
            self._asking.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._asking = self._process = None


def _nursery() -> list[str]:
    # Isolated mode looks neither at the environment nor at the folder it starts in.
    bytecode = ["-B"] if sys.dont_write_bytecode else []
    if sys.pycache_prefix:
        bytecode += ["-X", f"pycache_prefix={sys.pycache_prefix}"]
    return [sys.executable, "-I", *bytecode, "-c", _START, str(_ROOT)]


SHARED = Sandbox()
atexit.register(SHARED.close)


def _pipe() -> tuple[int, int]:
    answered, answer = os.pipe()
    # In few long pieces, where the kernel allows it.
    with suppress(OSError):
        fcntl.fcntl(answered, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return answered, answer


@contextmanager
def _in_memory(data: bytes) -> Iterator[int]:
    descriptor = os.memfd_create("output", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(descriptor, "r+b") as held:
        held.write(data)
        held.seek(0)
        # The reader has it open for writing as well; nothing writes to it any more.
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
        yield descriptor


def _collect(answered: int, limits: Limits) -> bytes:
    deadline = time.monotonic() + limits.wall_seconds
    parts: list[bytes] = []
    size = 0
    with selectors.DefaultSelector() as selector:
        selector.register(answered, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(left):
                continue
            part = os.read(answered, _PIPE_BYTES)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > limits.answer_bytes:
                raise Unreadable("the file unfolds into more text than can be checked")
    raise Unreadable(_TOO_SLOW)
