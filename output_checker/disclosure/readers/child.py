"""The reader process: bytes on one descriptor, one document on another, and nothing else.

Forked by the nursery, which has loaded the reader and has never seen a file. The filter goes on
first; the bytes are read after.
"""

import os
import resource
from collections.abc import Callable
from typing import Final

from output_checker.disclosure.readers import encode, encoded, seccomp
from output_checker.disclosure.readers.artefacts import Document
from output_checker.disclosure.readers.refusal import Refusal

STDIN: Final = 0
STDOUT: Final = 1
_OPEN_FILES: Final = 3

Reader = Callable[[bytes], Document]


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Raises: FilterNotInstalled."""
    limit(memory_bytes, cpu_seconds)
    seccomp.install()


def limit(memory_bytes: int, cpu_seconds: int) -> None:
    """Bound what this process takes; it can open nothing beyond its three descriptors."""
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (amount, amount))


def run(reader: Reader, memory_bytes: int, cpu_seconds: int) -> None:
    """Read standard input, answer on standard output."""
    try:
        confine(memory_bytes, cpu_seconds)
    except seccomp.FilterNotInstalled as error:
        _write(encode.unprotected(str(error)))
        return
    _write(_answer(reader, _read_all()))


def _answer(reader: Reader, data: bytes) -> bytes:
    try:
        return encode.encode(encoded.unfolded(reader(data)))
    except Refusal as refused:
        return encode.refusal(refused.reason, refused.rule)
    except MemoryError:
        return encode.refusal("needs more memory than a reader has", "unreadable")
    except RecursionError:
        return encode.refusal("is nested more deeply than a reader follows", "unreadable")


def _read_all() -> bytes:
    parts = []
    while part := os.read(STDIN, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write(answer: bytes) -> None:
    view = memoryview(answer)
    while view:
        view = view[os.write(STDOUT, view) :]
