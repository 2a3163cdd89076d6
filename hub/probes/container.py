"""Probes of the container: the engine, being root, capabilities, system calls, processes."""

import ctypes
import os
import signal
import socket
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.probes.data import listed, succeeds
from hub.probes.reach import reached
from hub.probes.targets import Targets

DOCKER_SOCKETS = ("/var/run/docker.sock", "/run/docker.sock", "/docker.sock",
                  "/run/containerd/containerd.sock", "/run/podman/podman.sock")  # fmt: skip
CLONE_NEWUSER, PTRACE_ATTACH = 0x10000000, 16
CALLS = {
    "x86_64": {"keyctl": 250, "bpf": 321, "perf_event_open": 298, "add_key": 248,
               "io_uring_setup": 425, "userfaultfd": 323, "pidfd_open": 434,
               "open_by_handle_at": 304, "process_vm_readv": 310},
    "aarch64": {"keyctl": 219, "bpf": 280, "perf_event_open": 241, "add_key": 217,
                "io_uring_setup": 425, "userfaultfd": 282, "pidfd_open": 434,
                "open_by_handle_at": 265, "process_vm_readv": 270},
}  # fmt: skip
# The hypervisor, the kernel's crypto, and drivers that nothing here needs.
FAMILIES = {"AF_VSOCK": 40, "AF_ALG": 38, "AF_TIPC": 30, "AF_BLUETOOTH": 31}
CAPABILITIES = ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")
PROGRAM_FOLDERS = ("/bin", "/sbin", "/usr", "/opt", "/home", "/tmp", "/outputs")  # noqa: S108
USER_FAULT_FLAGS, RING_ENTRIES = 1, 1

libc = ctypes.CDLL(None, use_errno=True)


def c01_engine(targets: Targets) -> list[str]:
    found = [path for path in DOCKER_SOCKETS if _answers(path)]
    lines = Path("/proc/self/net/unix").read_text().splitlines()
    if any("@/containerd-shim" in line or "@containerd-shim" in line for line in lines):
        found.append("the engine's control sockets")
    return found + reached(("127.0.0.1", *targets.gateways), (2375, 2376))


def c02_root(_: Targets) -> list[str]:
    found = ["the user is root"] if 0 in (os.getuid(), os.geteuid()) else []
    if "root" not in "".join(found) and succeeds(lambda: os.setuid(0)):
        found.append("could become root")
    return found + [f"{what} {path}" for what, path in _lifting_programs()]


def c03_capabilities(_: Targets) -> list[str]:
    """Of every process that can be seen, since one that has more could be made to share it."""
    found = []
    for name, status in statuses():
        held = [f"{kind} {status[kind]} in {name}" for kind in CAPABILITIES
                if int(status.get(kind, "0"), 16)]  # fmt: skip
        found += held
        if status.get("NoNewPrivs") == "0":
            found.append(f"{name} can gain privileges")
    return found


def c04_system_calls(_: Targets) -> list[str]:
    found = [f"no system call filter in {name}"
             for name, status in statuses() if status.get("Seccomp") != "2"]  # fmt: skip
    numbers = CALLS[os.uname().machine]
    attempts: dict[str, Callable[[], int]] = {
        "unshare": lambda: _in_child(lambda: libc.unshare(CLONE_NEWUSER)),
        "mount": _mount_something,
        "keyctl": lambda: libc.syscall(numbers["keyctl"], 0, -3, 1),
        "add_key": lambda: libc.syscall(numbers["add_key"], b"user", b"haven", b"x", 1, -3),
        "bpf": lambda: libc.syscall(numbers["bpf"], 0, _map_attributes(), 72),
        "perf_event_open": lambda: libc.syscall(
            numbers["perf_event_open"], _software_clock(), 0, -1, -1, 0
        ),
        "ptrace": _trace_somebody,
        "process_vm_readv": lambda: libc.syscall(
            numbers["process_vm_readv"], os.getpid(), None, 0, None, 0, 0
        ),
        "io_uring_setup": lambda: libc.syscall(
            numbers["io_uring_setup"], RING_ENTRIES, ctypes.create_string_buffer(120)
        ),
        "userfaultfd": lambda: libc.syscall(numbers["userfaultfd"], USER_FAULT_FLAGS),
        "pidfd_open": lambda: libc.syscall(numbers["pidfd_open"], os.getpid(), 0),
    }
    found += [name for name, attempt in attempts.items() if attempt() >= 0]
    return found + [name for name, family in FAMILIES.items() if _socket_of(family)]


def c05_processes(_: Targets) -> list[str]:
    found = []
    for pid in _pids():
        place = Path("/proc") / pid
        try:
            owner, name = place.stat().st_uid, (place / "comm").read_text().strip()
        except OSError:
            continue
        if owner != os.getuid():
            found.append(f"process {name} of user {owner}")
            if succeeds((place / "environ").read_bytes):
                found.append(f"the variables of {name}")
    return found


def statuses() -> Iterator[tuple[str, dict[str, str]]]:
    for pid in _pids():
        try:
            lines = (Path("/proc") / pid / "status").read_text().splitlines()
        except OSError:
            continue
        status = {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}
        yield status["Name"], status


def _pids() -> list[str]:
    return [path.name for path in listed(Path("/proc")) if path.name.isdigit()]


def _answers(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        return succeeds(lambda: caller.connect(path))


def _socket_of(family: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        try:
            socket.socket(family, kind, 0).close()
        except OSError:
            continue
        return True
    return False


def _in_child(attempt: Callable[[], int]) -> int:
    # A process that has moved into a namespace of its own cannot come back.
    child = os.fork()
    if child == 0:
        os._exit(0 if attempt() == 0 else 1)
    return 0 if os.waitpid(child, 0)[1] == 0 else -1


def _mount_something() -> int:
    result: int = libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)
    if result == 0:
        libc.umount2(b"/tmp", 2)
    return result


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


def _lifting_programs() -> Iterator[tuple[str, Path]]:
    """Programs that run with more than their caller's rights."""
    for folder in PROGRAM_FOLDERS:
        for path, _, names in os.walk(folder, followlinks=False):
            for name in names:
                file = Path(path) / name
                try:
                    mode = file.lstat().st_mode
                except OSError:
                    continue
                if not stat.S_ISREG(mode) or not mode & 0o111:
                    continue
                if mode & (stat.S_ISUID | stat.S_ISGID):
                    yield "setuid", file
                elif succeeds(lambda file=file: os.getxattr(file, "security.capability")):  # type: ignore[misc]
                    yield "capability on", file
