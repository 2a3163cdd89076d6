"""The process that readers are forked from: it loads them, and never reads a file itself.

Started once by `sandbox.py` and kept, so that the next file costs a fork and no start of Python.
Asked over a socket: a line of JSON, the file and the pipe for the answer. It replies with the
child's number, and ends the child when it is told that number: only a parent can be sure that it
still means the same process. (A pidfd would do without; sandboxed kernels have none.)
"""

import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
from typing import Final

from output_checker.disclosure.readers import child, kinds

_ASKED_BYTES: Final = 4_096
_DESCRIPTORS: Final = 2
_PR_SET_PDEATHSIG: Final = 1


def main(descriptor: int) -> None:
    """Serve until the other side hangs up."""
    children: set[int] = set()
    with socket.socket(fileno=descriptor) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, _ASKED_BYTES, _DESCRIPTORS)
            if not message:
                return
            said = json.loads(message)
            if "end" in said:
                _end(children, said["end"])
                continue
            asked.sendall(json.dumps(_start(children, descriptors, **said)).encode())
            for one in descriptors:
                os.close(one)


def load(kind: str, size: int) -> child.Reader:
    """The reader of a kind, with everything it takes from the disk for a file of so many bytes.

    Raises what loading raises.
    """
    module = importlib.import_module(kinds.BY_NAME[kind].path)
    before = len(sys.modules)
    if module.__name__ not in _warmed:
        getattr(module, "warm", lambda: None)()
        _warmed.add(module.__name__)
    getattr(module, "warm_for", lambda _: None)(size)
    if len(sys.modules) > before:
        # What is loaded by now stays; children need not look through it.
        gc.freeze()
    reader: child.Reader = module.read
    return reader


_warmed: set[str] = set()


def _start(
    children: set[int],
    descriptors: list[int],
    *,
    kind: str,
    size: int,
    memory_bytes: int,
    cpu_seconds: int,
) -> dict[str, int | str]:
    try:
        number = _fork(load(kind, size), descriptors, memory_bytes, cpu_seconds)
    except Exception as error:  # noqa: BLE001 - a library that is not there, or broken
        return {"error": type(error).__name__}
    children.add(number)
    return {"child": number}


def _end(children: set[int], number: int) -> None:
    """End a child that may have ended; until it is waited for, nothing else has its number."""
    if number in children:
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)
        children.remove(number)


def _fork(reader: child.Reader, descriptors: list[int], memory: int, cpu_seconds: int) -> int:
    """The number of the new child."""
    source, answer = descriptors
    process = os.fork()
    if process:
        return process
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
