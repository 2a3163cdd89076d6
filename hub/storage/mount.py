"""Gives a person and project file systems of their own size, so that a full one harms nobody else.

    python -m hub.storage.mount HOME PROJECT USERNAME DISK_MIB FILES SHARED_MIB

Runs as root for a moment: in a container that the hub starts, and on the host at `haven up`. It
does nothing but make sized images, mount them, and lay a small memory file system for the socket.
Standard library and Debian's essential packages only.
"""

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HUB_UID: Final = 64111
WORKSPACE_GID: Final = 64100
MEBIBYTE: Final = 1024**2
NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
PATH: Final = "/usr/sbin:/usr/bin:/sbin:/bin"

IMAGE_OPTIONS: Final = "loop,nosuid,nodev"
# One socket or two. The kernel follows no link here: one that a workspace puts in place of its
# socket leads nowhere. One file system a workspace: nobody can fill another's.
SOCKET_OPTIONS: Final = (
    f"size=256k,nr_inodes=64,mode=2770,uid={HUB_UID},gid={WORKSPACE_GID},"
    "nosuid,nodev,noexec,nosymfollow"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """A sized image and the folders of it that are shown.

    Attributes:
        name: Of the image, without its ending.
        places: Each is a folder in the image and, shown, one beneath the installation's: the
            kernel's list of mounts then says in a workspace whose folder it is.
    """

    name: str
    places: tuple[str, ...]


def disks_of(project: str, username: str) -> tuple[Disk, Disk]:
    """The person's disk and the project's.

    Raises:
        ValueError: A name that is none; nothing was touched.
    """
    for name in (project, username):
        if NAME.fullmatch(name) is None:
            raise ValueError("that is not a name")
    own = f"{project}/{username}"
    return (
        # Neither name can hold a tilde.
        Disk(name=f"{project}~{username}", places=(f"homes/{own}", f"outputs/{own}")),
        Disk(name=project, places=(f"shared/{project}",)),
    )


def is_ready(home: Path, project: str, username: str) -> bool:
    """Whether all of a workspace's file systems are mounted."""
    own, shared = disks_of(project, username)
    places = (*own.places, *shared.places, f"sockets/{username}~{project}")
    return all(os.path.ismount(home / place) for place in places)


def prepare(
    home: Path, project: str, username: str, *, disk_mib: int, files: int, shared_mib: int
) -> None:
    """Make and mount what is not there yet.

    Raises:
        subprocess.CalledProcessError: The kernel refused; what was done before stays.
        ValueError: A name that is none.
    """
    own, shared = disks_of(project, username)
    with _alone(home):
        mount_disk(home, own, size_mib=disk_mib, files=files)
        mount_disk(home, shared, size_mib=shared_mib, files=files)
        socket = home / "sockets" / f"{username}~{project}"
        if not os.path.ismount(socket):
            socket.mkdir(exist_ok=True)
            _run("mount", "-t", "tmpfs", "-o", SOCKET_OPTIONS, "workspace-socket", str(socket))


def mount_disk(home: Path, disk: Disk, *, size_mib: int = 0, files: int = 0) -> None:
    """Mount a disk and show its folders; one that is smaller than asked for grows first."""
    image, root = home / "disks" / f"{disk.name}.img", home / "disks" / "mounted" / disk.name
    if not os.path.ismount(root):
        _make_or_grow(image, size_mib, files)
        root.mkdir(parents=True, exist_ok=True)
        _run("mount", "-o", IMAGE_OPTIONS, str(image), str(root))
    for place in disk.places:
        _show(root / place, home / place)


def remount_all(home: Path) -> None:
    """After a restart of the machine: every disk that was ever made."""
    with _alone(home):
        for image in sorted((home / "disks").glob("*.img")):
            project, _, username = image.stem.partition("~")
            own, shared = disks_of(project, username or "nobody")
            mount_disk(home, own if username else shared)


def _make_or_grow(image: Path, size_mib: int, files: int) -> None:
    if not image.exists():
        draft = image.with_suffix(".new")
        draft.unlink(missing_ok=True)
        _resize(draft, size_mib)
        # No blocks kept back for root: nobody but the workspace writes here.
        _run("mkfs.ext4", "-q", "-F", "-m", "0", "-N", str(files), str(draft))
        draft.rename(image)
    elif image.stat().st_size < size_mib * MEBIBYTE:
        _resize(image, size_mib)
        _run("e2fsck", "-f", "-p", str(image))
        _run("resize2fs", str(image))


def _resize(image: Path, size_mib: int) -> None:
    descriptor = os.open(image, os.O_WRONLY | os.O_CREAT, 0o600)
    os.ftruncate(descriptor, size_mib * MEBIBYTE)
    os.close(descriptor)


def _show(source: Path, place: Path) -> None:
    """Show a folder of a disk at its place; files that lay there before move onto the disk."""
    if os.path.ismount(place):
        return
    for folder in (*reversed(source.parents[:2]), source, place.parent, place):
        if not folder.exists():
            folder.mkdir()
            os.chown(folder, HUB_UID, WORKSPACE_GID)
            folder.chmod(0o2770)
    if any(place.iterdir()) and not any(source.iterdir()):
        _run("cp", "--archive", f"{place}/.", str(source))
    _run("mount", "--bind", str(source), str(place))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    (home / "disks").mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(home / "disks" / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, env={"PATH": PATH})  # noqa: S603  names are checked above


if __name__ == "__main__":
    where, whose_project, whose, *numbers = sys.argv[1:]
    disk, most_files, shared = map(int, numbers)
    prepare(Path(where), whose_project, whose, disk_mib=disk, files=most_files, shared_mib=shared)
