"""Open what lies beneath a directory, step by step, and never through a link.

Whoever owns the directory may swap its entries at any moment, so nothing is decided by a
path: each step is relative to a descriptor, and the file that was opened is what is judged.
"""

import errno
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_STEP: Final = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without O_NONBLOCK a pipe put there in the meantime would hold the worker for ever.
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CHUNK_BYTES: Final = 1024 * 1024
_CLOCK_TICK_NS: Final = 20_000_000
_SETTLING_TRIES: Final = 5

_KINDS: Final = {
    stat.S_IFLNK: "is a link; copy the file itself there",
    stat.S_IFIFO: "is a pipe, not a file",
    stat.S_IFDIR: "is a directory; name the files in it",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFCHR: "is a device, not a file",
    stat.S_IFBLK: "is a device, not a file",
}


class Unreadable(Exception):
    """Why a file was not read, in words that can follow its name."""


@contextmanager
def directory_beneath(root: Path, names: Sequence[str], *, create: bool = False) -> Iterator[int]:
    """A descriptor of root/names[0]/names[1]/..., for use as `dir_fd`.

    Raises:
        Unreadable: A step is missing, is not a directory or may not be entered.
    """
    descriptor = os.open(root, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            deeper = _step(descriptor, name, create=create)
            os.close(descriptor)
            descriptor = deeper
        yield descriptor
    finally:
        os.close(descriptor)


def read_file(directory: int, name: str, *, max_bytes: int) -> bytes:
    """All of a regular file, or the reason why not.

    Raises:
        Unreadable: It is no readable, ordinary, single, unchanging file of a sane size.
    """
    try:
        # Looked at first, because merely opening a device can set it in motion.
        _require_ordinary(os.stat(name, dir_fd=directory, follow_symlinks=False), max_bytes)
        descriptor = os.open(name, _READ, dir_fd=directory)
    except OSError as error:
        raise Unreadable(_words(error)) from None
    try:
        return _read_settled(descriptor, max_bytes)
    except OSError as error:
        raise Unreadable(_words(error)) from None
    finally:
        os.close(descriptor)


def _step(directory: int, name: str, *, create: bool) -> int:
    try:
        if create:
            _make(directory, name)
        return os.open(name, _STEP, dir_fd=directory)
    except NotADirectoryError:
        raise Unreadable("lies behind a link or a file where a directory should be") from None
    except OSError as error:
        raise Unreadable(_words(error)) from None


def _make(directory: int, name: str) -> None:
    try:
        os.mkdir(name, 0o755, dir_fd=directory)
    except FileExistsError:
        return


def _read_settled(descriptor: int, max_bytes: int) -> bytes:
    before = _settle(descriptor, max_bytes)
    pieces: list[bytes] = []
    size = 0
    while size <= max_bytes and (piece := os.read(descriptor, _CHUNK_BYTES)):
        pieces.append(piece)
        size += len(piece)
    if _stamp(os.fstat(descriptor)) != _stamp(before) or size != before.st_size:
        raise Unreadable("changed while it was read; submit it again when it is finished")
    return b"".join(pieces)


def _settle(descriptor: int, max_bytes: int) -> os.stat_result:
    # File times move in ticks: a write in the tick of the last one would leave no trace.
    for _ in range(_SETTLING_TRIES):
        info = os.fstat(descriptor)
        _require_ordinary(info, max_bytes)
        if time.time_ns() - info.st_ctime_ns >= _CLOCK_TICK_NS:
            return info
        time.sleep(_CLOCK_TICK_NS / 1e9)
    raise Unreadable("is being written to; submit it again when it is finished")


def _require_ordinary(info: os.stat_result, max_bytes: int) -> None:
    kind = stat.S_IFMT(info.st_mode)
    if kind != stat.S_IFREG:
        raise Unreadable(_KINDS.get(kind, "is not an ordinary file"))
    if info.st_nlink > 1:
        raise Unreadable("has more than one name (hard link); copy it to a file of its own")
    if info.st_size > max_bytes:
        raise Unreadable(f"has {info.st_size} bytes; at most {max_bytes} can be taken")


def _stamp(info: os.stat_result) -> tuple[int, ...]:
    return (info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns)


def _words(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read; run chmod a+r on it (and a+rx on its directories)"
    if isinstance(error, FileNotFoundError):
        return "is not there"
    if error.errno == errno.ELOOP:
        return _KINDS[stat.S_IFLNK]
    return f"could not be read ({errno.errorcode.get(error.errno or 0, 'unknown error')})"
