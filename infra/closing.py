"""Archives or destroys the files of a project that is over, and writes the certificate.

The certificate is on the disk before anything is touched, and in the database after all is done:
whatever is killed in between is taken up again from the same certificate.
"""

import hashlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hub.storage.mount import NAME, disks_of
from infra import admin
from infra.errors import HavenError
from infra.instance import Instance
from infra.shell import run

# What people of the project wrote. Beside it only notes of the platform go, in the folders below.
WRITTEN: Final = ("homes", "outputs", "shared")
_NOTES: Final = ("answers", "inputs")
KEPT: Final = (
    "the ledger",
    "releases in the store, until their own lock ends",
    "snapshots of what was submitted, in the worker's quarantine",
)
_READ_BYTES: Final = 1024 * 1024


class NotClosed(HavenError):
    """The project's files stay as they are; the message says why."""

    exit_code = 2


def close_out(instance: Instance, project: str) -> str:
    """Do what the project's file says with its files; returns what was done, in words.

    Raises:
        NotClosed: The name is none.
        CommandFailed: The registry says that it may not be done now, or the kernel refused.
    """
    if NAME.fullmatch(project) is None:
        raise NotClosed(f"{project} is not the name of a project")
    folder = instance.home / "closures"
    folder.mkdir(mode=0o700, exist_ok=True)
    pending = folder / f"{project}.json"
    plan = json.loads(admin.output_of(instance, "closure", "plan", project))
    if pending.exists():
        _require_same(pending, plan["mode"])
    else:
        _require_mounted(instance.home, project)
        _write(pending, certificate(instance.home, project, plan["mode"], datetime.now(UTC)))
    take_away(instance.home, project, archive=plan["mode"] == "archive")
    said = admin.output_of(instance, "closure", "record", str(pending))
    digest = hashlib.sha256(pending.read_bytes()).hexdigest()
    pending.rename(folder / f"{project}-{digest}.json")
    return said


def certificate(home: Path, project: str, mode: str, at: datetime) -> dict[str, Any]:
    """What is about to go: for each file whose it was, its hash and its size, and no name."""
    return {
        "project": project,
        "mode": mode,
        "at": at.isoformat(timespec="seconds"),
        "files": list(_files(home, project)),
        "kept": list(KEPT),
    }


def take_away(
    home: Path, project: str, *, archive: bool, unmount: Callable[[Path], None] | None = None
) -> None:
    """Unmount the project's disks, then move them to `archive`, or remove them.

    What an earlier try moved or removed already is not there any more and is passed over.
    """
    for place in _mounted(home, project):
        (unmount or _unmount)(place)
    kept = home / "archive" / project
    if archive:
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    for image in _images(home, project):
        if archive:
            _move_disk(image, kept / image.name)
        else:
            image.unlink()
    for name in WRITTEN:
        place = home / name / project
        if place.exists() and archive and any(_regular(place)):
            shutil.move(place, kept / name)
    for name in (*WRITTEN, *_NOTES):
        if (home / name / project).exists():
            shutil.rmtree(home / name / project)


def _move_disk(image: Path, place: Path) -> None:
    """Copy, then remove: `disks` is a mount of its own, and nothing is renamed out of one."""
    draft = place.with_name(f"{place.name}.new")
    run("cp", "--sparse=always", "--preserve", str(image), str(draft))
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.rename(place)
    image.unlink()


def _require_same(pending: Path, mode: str) -> None:
    begun = json.loads(pending.read_text())["mode"]
    if begun != mode:
        raise NotClosed(f"it was begun as {begun}; let the project's file say that again")


def _require_mounted(home: Path, project: str) -> None:
    """What is not mounted would go without having been hashed."""
    for image in _images(home, project):
        _, _, username = image.stem.partition("~")
        own, shared = disks_of(project, username or "nobody")
        places = (own if username else shared).places
        shown = (home / "disks" / "mounted" / image.stem, *(home / one for one in places))
        if not all(map(os.path.ismount, shown)):
            raise NotClosed(f"the disk {image.stem} is not mounted; `haven up` mounts it")


def _images(home: Path, project: str) -> list[Path]:
    disks = home / "disks"
    found = [*sorted(disks.glob(f"{project}~*.img")), disks / f"{project}.img"]
    return [image for image in found if image.exists()]


def _files(home: Path, project: str) -> Iterator[dict[str, Any]]:
    for name in WRITTEN:
        root = home / name / project
        for path in sorted(_regular(root)):
            owner = path.relative_to(root).parts[0] if name != "shared" else None
            digest, size = _hash(path)
            yield {"folder": name, "of": owner, "sha256": digest, "bytes": size}


def _regular(root: Path) -> Iterator[Path]:
    """Regular files beneath a folder; no link is followed."""
    for folder, _, names in os.walk(root, followlinks=False):
        for name in names:
            path = Path(folder) / name
            if stat.S_ISREG(path.lstat().st_mode):
                yield path


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        while block := file.read(_READ_BYTES):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def _mounted(home: Path, project: str) -> list[Path]:
    """What is mounted of the project, the last first."""
    places = [Path(line.split()[1]) for line in Path("/proc/self/mounts").read_text().splitlines()]
    return [place for place in reversed(places) if _is_of(place, home, project)]


def _is_of(place: Path, home: Path, project: str) -> bool:
    if any(place.is_relative_to(home / name / project) for name in WRITTEN):
        return True
    if place.parent == home / "disks" / "mounted":
        return place.name == project or place.name.startswith(f"{project}~")
    return place.parent == home / "sockets" and place.name.endswith(f"~{project}")


def _unmount(place: Path) -> None:
    run("umount", str(place))


def _write(path: Path, document: dict[str, Any]) -> None:
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(document, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
