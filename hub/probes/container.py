"""Probes of the mounts, the container and its secrets. Each returns what it found open."""

import ctypes
import hashlib
import os
import re
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.probes import network
from hub.probes.targets import Targets

DOCKER_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/docker.sock",
                  "/run/containerd/containerd.sock", "/run/podman/podman.sock")  # fmt: skip
MS_REMOUNT, MS_BIND, CLONE_NEWUSER, PTRACE_ATTACH = 32, 4096, 0x10000000, 16
CALLS = {
    "x86_64": {"keyctl": 250, "bpf": 321, "perf_event_open": 298, "add_key": 248},
    "aarch64": {"keyctl": 219, "bpf": 280, "perf_event_open": 241, "add_key": 217},
}
SECRET = re.compile(rb"[0-9a-f]{64}")
TELLING_NAME = re.compile(r"(TOKEN|SECRET|PASSWORD|_KEY|DATABASE_URL|CREDENTIAL)")
SECRET_PLACES = ("/home/researcher", "/run", "/tmp", "/etc", "/opt/haven/etc", "/srv", "/mnt")  # noqa: S108
MOST_FILE_BYTES = 1024 * 1024

libc = ctypes.CDLL(None, use_errno=True)


def d01_change_data(_: Targets) -> list[str]:
    return [
        what
        for file in _data_files()
        for what, attempt in _changes(file).items()
        if _succeeds(attempt)
    ]


def d02_remount_data(_: Targets) -> list[str]:
    places = [path.parent for path in _data_files()] or [Path("/data")]
    found = []
    for place in map(os.fsencode, places):
        if libc.mount(None, place, None, MS_REMOUNT | MS_BIND, None) == 0:
            found.append("remounted writable")
        if libc.mount(b"/tmp", place, None, MS_BIND, None) == 0:
            found.append("mounted over")
            libc.umount2(place, 2)
    return found


def d04_other_peoples(targets: Targets) -> list[str]:
    there = {path.name for path in _listed(Path("/data"))}
    found = [f"dataset {name}" for name in sorted(there - set(targets.own_datasets))]
    return found + [f"mount {root}" for root in _foreign_mounts(targets.own_paths)]


def c01_engine(targets: Targets) -> list[str]:
    found = [path for path in DOCKER_SOCKETS if _answers(path)]
    places = ("127.0.0.1", *targets.gateways)
    return found + network._reached(places, (2375, 2376))  # noqa: SLF001  the same attempt


def c02_root(_: Targets) -> list[str]:
    found = ["the user is root"] if 0 in (os.getuid(), os.geteuid()) else []
    return found + [f"setuid {path}" for path in _setuid_programs()]


def c03_capabilities(_: Targets) -> list[str]:
    status = _status()
    found = [f"{name} {status[name]}" for name in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")
             if int(status[name], 16)]  # fmt: skip
    return found + (["can gain privileges"] if status["NoNewPrivs"] != "1" else [])


def c04_system_calls(_: Targets) -> list[str]:
    found = [] if _status()["Seccomp"] == "2" else ["no system call filter"]
    numbers = CALLS[os.uname().machine]
    attempts: dict[str, Callable[[], int]] = {
        "unshare": lambda: _in_child(lambda: libc.unshare(CLONE_NEWUSER)),
        "mount": lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None),
        "keyctl": lambda: libc.syscall(numbers["keyctl"], 0, -3, 1),
        "add_key": lambda: libc.syscall(numbers["add_key"], b"user", b"haven", b"x", 1, -3),
        "bpf": lambda: libc.syscall(numbers["bpf"], 0, _map_attributes(), 72),
        "perf_event_open": lambda: libc.syscall(
            numbers["perf_event_open"], _software_clock(), 0, -1, -1, 0
        ),
        "ptrace": _trace_somebody,
    }
    return found + [name for name, attempt in attempts.items() if attempt() >= 0]


def s01_secrets(targets: Targets) -> list[str]:
    known = set(targets.secret_hashes)
    found = [f"variable {name}" for name in os.environ if TELLING_NAME.search(name)]
    for place, content in _readable():
        hashes = (hashlib.sha256(match).hexdigest() for match in SECRET.findall(content))
        if known.intersection(hashes):
            found.append(f"a service's secret in {place}")
        if b"postgresql+psycopg://" in content or b"postgresql://" in content:
            found.append(f"a database address in {place}")
    return found


def s02_hub_token(_: Targets) -> list[str]:
    names = (b"JUPYTERHUB_API_TOKEN=", b"JPY_API_TOKEN=")
    return [place for place, content in _readable() if any(name in content for name in names)]


def _changes(file: Path) -> dict[str, Callable[[], object]]:
    beside = file.parent / "haven-probe"
    renamed = file.with_name("haven-probe-renamed")
    return {
        f"created a file beside {file.name}": beside.touch,
        f"appended to {file.name}": lambda: os.close(os.open(file, os.O_WRONLY | os.O_APPEND)),
        f"changed the mode of {file.name}": lambda: file.chmod(0o666),
        f"changed the owner of {file.name}": lambda: os.chown(file, os.getuid(), os.getgid()),
        f"renamed {file.name}": lambda: file.rename(renamed).rename(file),
        f"deleted {file.name}": file.unlink,
    }


def _data_files() -> list[Path]:
    return [path for folder in _listed(Path("/data")) for path in _listed(folder)][:4]


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _succeeds(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        return _succeeds(lambda: caller.connect(path))


def _in_child(attempt: Callable[[], int]) -> int:
    # A process that has moved into a namespace of its own cannot come back.
    child = os.fork()
    if child == 0:
        os._exit(0 if attempt() == 0 else 1)
    return 0 if os.waitpid(child, 0)[1] == 0 else -1


def _trace_somebody() -> int:
    # A child of our own to watch: being watched stops a process.
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    result: int = libc.ptrace(PTRACE_ATTACH, child, None, None)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return result


def _map_attributes() -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(
        b"".join(n.to_bytes(4, "little") for n in (2, 4, 4, 1)).ljust(72, b"\0")
    )


def _software_clock() -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer((1).to_bytes(4, "little") + (112).to_bytes(4, "little"), 112)


def _status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _setuid_programs() -> Iterator[Path]:
    for folder in ("/bin", "/sbin", "/usr", "/opt", "/home", "/tmp", "/outputs"):  # noqa: S108
        for path, _, names in os.walk(folder, followlinks=False):
            for name in names:
                file = Path(path) / name
                try:
                    mode = file.lstat().st_mode
                except OSError:
                    continue
                if stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID) and mode & 0o111:
                    yield file


def _foreign_mounts(own_paths: tuple[str, ...]) -> list[str]:
    """Folders of the installation that are mounted here and are not this workspace's own."""
    roots = [line.split()[3] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    kinds = ("/homes/", "/outputs/", "/answers/", "/datasets/", "/inputs/", "/quarantine",
             "/secrets", "/registrations")  # fmt: skip
    ours = [root for root in roots if any(kind in root + "/" for kind in kinds)]
    return [root for root in ours if not root.endswith(own_paths)]


def _readable() -> Iterator[tuple[str, bytes]]:
    """Everything that a person here can read and that could hold a secret."""
    for folder in _listed(Path("/proc")):
        if folder.name.isdigit():
            yield from _content(folder / "environ")
    for place in SECRET_PLACES:
        for path, _, names in os.walk(place, followlinks=False):
            for name in names:
                file = Path(path) / name
                if file.is_file() and not file.is_symlink():
                    yield from _content(file)


def _content(file: Path) -> Iterator[tuple[str, bytes]]:
    try:
        with file.open("rb") as opened:
            yield str(file), opened.read(MOST_FILE_BYTES)
    except OSError:
        return
