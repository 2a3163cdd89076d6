"""The process that readers are forked from: it loads them, and never reads a file itself.

Started once by `sandbox.py` and kept, so that the next file costs a fork and no start of Python.
Asked over a socket: a line of JSON, the file and the pipe for the answer. It replies with a handle
on the child, by which whoever asked can end it.
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Final

from output_checker.disclosure.readers import child, kinds

_ASKED_BYTES: Final = 4_096
_DESCRIPTORS: Final = 2
_PR_SET_PDEATHSIG: Final = 1
_STARTED: Final = b"started"


def main(descriptor: int) -> None:
    """Serve until the other side hangs up."""
    with socket.socket(fileno=descriptor) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, _ASKED_BYTES, _DESCRIPTORS)
            if not message:
                return
            _reap()
            said = json.loads(message)
            try:
                reader = load(said["kind"])
            except Exception as error:  # noqa: BLE001 - a library that is not there, or broken
                _close(descriptors)
                asked.sendall(type(error).__name__.encode())
                continue
            handle = _fork(reader, descriptors, said["memory_bytes"], said["cpu_seconds"])
            _close(descriptors)
            socket.send_fds(asked, [_STARTED], [handle])
            os.close(handle)


def load(kind: str) -> child.Reader:
    """The reader of a kind, with everything it takes from the disk; raises what loading raises."""
    module = importlib.import_module(kinds.BY_NAME[kind].path)
    warm = getattr(module, "warm", None)
    if warm is not None and module.__name__ not in _warmed:
        warm()
        _warmed.add(module.__name__)
        # What is loaded by now stays; children need not look through it.
        gc.freeze()
    reader: child.Reader = module.read
    return reader


_warmed: set[str] = set()


def _fork(reader: child.Reader, descriptors: list[int], memory: int, cpu_seconds: int) -> int:
    """A handle on the new child."""
    source, answer = descriptors
    process = os.fork()
    if process:
        return os.pidfd_open(process)
    status = 1
    try:
        os.dup2(source, child.STDIN)
        os.dup2(answer, child.STDOUT)
        os.closerange(sys.stderr.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
        # Whoever ends the nursery ends what it started.
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        child.run(reader, memory, cpu_seconds)
        status = 0
    finally:
        os._exit(status)


def _reap() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
