"""Probes of the data and of the folders. Each returns what it found open.

They run on real data too, so no attempt changes a file that a probe did not make.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.probes.targets import Targets

MS_REMOUNT, MS_BIND = 32, 4096
OUTPUTS, SCRATCH = Path("/outputs"), Path("/tmp")  # noqa: S108  the container's own
READ_ONLY_FOLDERS = (Path("/inputs"), Path("/run/haven"))
# Where nobody looks for a mount: the kernel's own, and the image's thousands of files.
NOT_WALKED = ("/proc", "/sys", "/dev", "/usr", "/opt", "/lib", "/bin", "/sbin")

libc = ctypes.CDLL(None, use_errno=True)


def d01_change_data(_: Targets) -> list[str]:
    return [
        what
        for file in data_files()
        for what, attempt in _changes(file).items()
        if succeeds(attempt)
    ]


def d02_remount_data(_: Targets) -> list[str]:
    places = [path.parent for path in data_files()] or [Path("/data")]
    found = []
    for place in map(os.fsencode, places):
        if libc.mount(None, place, None, MS_REMOUNT | MS_BIND, None) == 0:
            found.append("remounted writable")
        if libc.mount(b"/tmp", place, None, MS_BIND, None) == 0:
            found.append("mounted over")
            libc.umount2(place, 2)
    return found


def d03_links_and_roots(targets: Targets) -> list[str]:
    found = [f"the host's {way}" for mark in targets.host_marks for way in _ways_to(mark)]
    found += [f"another root at /proc/{pid}/root" for pid in _pids() if _is_another_root(pid)]
    for file in data_files()[:1]:
        link = OUTPUTS / "haven-probe-link"
        if succeeds(lambda file=file, link=link: os.link(file, link)):  # type: ignore[misc]
            found.append(f"a hard link to {file.name}")
            link.unlink()
    return found


def d04_other_peoples(targets: Targets) -> list[str]:
    there = {path.name for path in listed(Path("/data"))}
    found = [f"dataset {name}" for name in sorted(there - set(targets.own_datasets))]
    return found + [f"mount {root}" for root in _foreign_mounts(targets.own_paths)]


def d06_other_outputs(targets: Targets) -> list[str]:
    """The own folder must work, or nothing could be said about the others'.

    Raises:
        OSError: The own output folder cannot be written.
    """
    own = OUTPUTS / "haven-probe"
    own.write_text("own")
    own.unlink()
    return [str(path) for path in _marked(targets.mark, "outputs", "home")]


def d07_shared_folder(targets: Targets) -> list[str]:
    found = [str(path) for path in _marked(targets.mark, "inputs", "shared")]
    return found + [f"wrote to {folder}" for folder in READ_ONLY_FOLDERS if _writable(folder)]


def data_files() -> list[Path]:
    return [path for folder in listed(Path("/data")) for path in listed(folder)][:4]


def listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def mounted_read_only(path: Path) -> bool:
    """Whether the mount that a path is on is read-only.

    From the list of mounts: not every sandbox's kernel says it of the file system itself.
    """
    lines = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    # Where two are mounted at one place, the later one is seen.
    options = {fields[1]: fields[3].split(",") for fields in lines}
    place = next(folder for folder in (path, *path.parents) if str(folder) in options)
    return "ro" in options[str(place)]


def _changes(file: Path) -> dict[str, Callable[[], object]]:
    def own_file() -> None:
        beside, renamed = file.parent / "haven-probe", file.parent / "haven-probe-renamed"
        beside.touch()
        beside.rename(renamed).unlink()

    def mounted_writable() -> None:
        if mounted_read_only(file):
            raise PermissionError(file)

    return {
        f"{file.parent} is mounted writable": mounted_writable,
        f"created, renamed and deleted a file beside {file.name}": own_file,
        f"opened {file.name} to append": lambda: os.close(os.open(file, os.O_WRONLY | os.O_APPEND)),
        f"changed the mode of {file.name}": lambda: file.chmod(file.stat().st_mode & 0o7777),
        f"changed the owner of {file.name}": lambda: os.chown(file, os.getuid(), -1),
        # Onto itself: the kernel asks whether the mount is writable before it sees that it is one.
        f"renamed {file.name}": lambda: file.rename(file),
    }


def _ways_to(mark: str) -> Iterator[str]:
    """Ways to read a file of the host: as it is named, through a process, a link, or upwards."""
    link = SCRATCH / "haven-probe-link"
    link.unlink(missing_ok=True)
    link.symlink_to(mark)
    ways = {
        "file by its path": Path(mark),
        "file by a link": link,
        "file above /outputs": Path("/outputs/../../../..") / mark.lstrip("/"),
        "file through process 1": Path("/proc/1/root") / mark.lstrip("/"),
        "file through our own process": Path("/proc/self/root", "..") / mark.lstrip("/"),
        "file through process 1's folder": Path("/proc/1/cwd/../../..") / mark.lstrip("/"),
    }
    yield from (way for way, path in ways.items() if succeeds(path.read_bytes))
    link.unlink()


def _pids() -> list[str]:
    return [path.name for path in listed(Path("/proc")) if path.name.isdigit()]


def _is_another_root(pid: str) -> bool:
    try:
        there, here = Path(f"/proc/{pid}/root").stat(), Path("/").stat()
    except OSError:
        return False
    return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)


def _marked(mark: str, *kinds: str) -> Iterator[Path]:
    """Planted files of other people that can be opened from here."""
    wanted = {f"{mark}-{kind}" for kind in kinds}
    for folder, below, names in os.walk("/", followlinks=False):
        if folder == "/":
            below[:] = [name for name in below if f"/{name}" not in NOT_WALKED]
        for name in wanted.intersection(names):
            path = Path(folder) / name
            if succeeds(path.read_bytes):
                yield path


def _writable(folder: Path) -> bool:
    mine = folder / "haven-probe"
    if not succeeds(mine.touch):
        return False
    mine.unlink()
    return True


def _foreign_mounts(own_paths: tuple[str, ...]) -> list[str]:
    """Folders of the installation that are mounted here and are not this workspace's own."""
    roots = [line.split()[3] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    kinds = ("/homes/", "/outputs/", "/answers/", "/datasets/", "/inputs/", "/shared/",
             "/quarantine", "/secrets", "/registrations")  # fmt: skip
    ours = [root for root in roots if any(kind in root + "/" for kind in kinds)]
    return [root for root in ours if not root.endswith(own_paths)]
