"""The reader process: bytes on stdin, one JSON document on stdout, and nothing else.

Started by `sandbox.py`. Only the standard library is imported, all of it before the filter
goes on; the bytes are read after.
"""

import codecs
import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from output_checker.disclosure.readers import acro_records, csv_tables, png_figures, seccomp
from output_checker.disclosure.readers.refusal import Refusal

READERS: dict[str, Callable[[bytes], dict[str, Any]]] = {
    "csv": csv_tables.read,
    "png": png_figures.read,
    "acro": acro_records.read,
}


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 3),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (amount, amount))


def _read_all(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _answer(document: dict[str, Any]) -> None:
    data = json.dumps(document, ensure_ascii=True).encode()
    view = memoryview(data)
    while view:
        view = view[os.write(1, view) :]


def main(kind: str, memory_bytes: int, cpu_seconds: int) -> None:
    reader = READERS[kind]
    # A codec's module is opened on first use, which the filter would answer with death.
    codecs.lookup("utf-8-sig")
    _limit(memory_bytes, cpu_seconds)
    try:
        seccomp.install()
    except seccomp.FilterNotInstalled as error:
        _answer({"kind": "unprotected", "reason": str(error)})
        return
    try:
        _answer(reader(_read_all(0)))
    except Refusal as refusal:
        _answer({"kind": "refusal", "reason": refusal.reason, "rule": refusal.rule})
    except MemoryError:
        _answer({"kind": "refusal", "reason": "needs more memory than a reader has"})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
