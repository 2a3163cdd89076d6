"""Open one output: a regular file, not too large, read once."""

import errno
import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from output_checker.disclosure.errors import Unreadable

_KINDS = (
    (stat.S_ISDIR, "a directory"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    data: bytes
    sha256: str


def load(path: Path, max_bytes: int) -> Content:
    """Raises: Unreadable, for anything but a regular file of at most `max_bytes`."""
    # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Unreadable(_why(error)) from None
    try:
        _require_regular(os.fstat(descriptor), max_bytes)
        data = _read(descriptor, max_bytes + 1)
    finally:
        os.close(descriptor)
    if len(data) > max_bytes:
        raise Unreadable(f"grew beyond {max_bytes} bytes while it was read")
    return Content(data=data, sha256=hashlib.sha256(data).hexdigest())


def _require_regular(status: os.stat_result, max_bytes: int) -> None:
    if not stat.S_ISREG(status.st_mode):
        words = next((words for is_kind, words in _KINDS if is_kind(status.st_mode)), "no file")
        raise Unreadable(f"this is {words}, not a regular file")
    if status.st_size > max_bytes:
        raise Unreadable(f"{status.st_size} bytes; at most {max_bytes} can be checked")


def _read(descriptor: int, most: int) -> bytes:
    parts = []
    while most > 0 and (part := os.read(descriptor, most)):
        parts.append(part)
        most -= len(part)
    return b"".join(parts)


def _why(error: OSError) -> str:
    words = {
        errno.ELOOP: "this is a link, not a regular file",
        errno.ENOENT: "the file is not there",
        errno.EACCES: "the file may not be read by this account",
        errno.ENXIO: "this is a socket or pipe, not a regular file",
    }
    return words.get(error.errno or 0, "the file cannot be opened")
