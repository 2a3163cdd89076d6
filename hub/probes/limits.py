"""Probes of what the container may use and change: devices, limits, its root, the kernel."""

import ctypes
import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from hub.probes.data import listed, mounted_read_only, succeeds
from hub.probes.targets import Targets

DEVICES = frozenset({"null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "pts",
                     "shm", "mqueue", "fd", "stdin", "stdout", "stderr", "core"})  # fmt: skip
# What a sandbox with a kernel of its own (gVisor) shows besides: parts of that kernel, which lead
# to no device of the machine.
SANDBOX_DEVICES = frozenset({"fuse", "net"})
# Each would give the machine away when written; they are opened, never written.
KERNEL_FILES = ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
                "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory",
                "/proc/sysrq-trigger", "/sys/kernel/uevent_helper")  # fmt: skip
HIDDEN_FILES = ("/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/sched_debug",
                "/dev/mem", "/dev/kmsg", "/dev/port")  # fmt: skip
ROOT_FOLDERS = ("/", "/usr", "/etc", "/opt/haven", "/var", "/bin", "/data")
MEMORY_FILES = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
SPARE = 1.05
LOOP_DEVICES = 7
FINIT_MODULE = {"x86_64": 313, "aarch64": 273}
EPERM, ENOSYS = 1, 38

libc = ctypes.CDLL(None, use_errno=True)


def c06_devices(targets: Targets) -> list[str]:
    there = {path.name for path in listed(Path("/dev"))}
    has_own_kernel = targets.kernel and targets.kernel != os.uname().release
    known = DEVICES | SANDBOX_DEVICES if has_own_kernel else DEVICES
    found = [f"/dev/{name}" for name in sorted(there - known)]
    found += [f"block device {path}" for path in listed(Path("/dev")) if _is_block(path)]
    found += [f"read {path}" for path in HIDDEN_FILES if _readable(path)]
    return found + [f"open for writing: {path}" for path in KERNEL_FILES[2:4] if _opens(path)]


def c07_limits(targets: Targets) -> list[str]:
    found = []
    limit = _memory_limit()
    if limit is None or (targets.memory_bytes and limit > targets.memory_bytes * SPARE):
        found.append(f"memory up to {limit or 'what the machine has'}")
    cores = _core_limit()
    if cores is None or (targets.cpus and cores > targets.cpus * SPARE):
        found.append(f"cores up to {cores or 'what the machine has'}")
    found += [f"the disk behind {place}" for place in targets.own_disks if not _is_own_disk(place)]
    started = _fork_until_stopped(targets.processes)
    if started >= targets.processes:
        found.append(f"{started} processes and more")
    return found


def c08_root(_: Targets) -> list[str]:
    found = [f"wrote to {folder}" for folder in ROOT_FOLDERS if _wrote(Path(folder))]
    if not mounted_read_only(Path("/")):
        found.append("the root file system is mounted writable")
    return found + (["ran a program from /tmp"] if _runs_from_scratch() else [])


def c09_kernel(_: Targets) -> list[str]:
    """Whether the kernel could be told to run something, or given code; neither is done."""
    found = [f"open for writing: {path}" for path in KERNEL_FILES if _opens(path)]
    found += [f"open for writing: {path}" for path in _release_agents() if _opens(str(path))]
    if libc.syscall(FINIT_MODULE[os.uname().machine], -1, b"", 0) < 0:
        # Whoever may load modules is told that -1 is no file; whoever may not is told just that.
        refused = ctypes.get_errno() in (EPERM, ENOSYS)
        found += [] if refused else ["may load kernel modules"]
    return found


def _is_own_disk(place: str) -> bool:
    """Whether it is on a sized image, which the kernel shows as a loop device."""
    try:
        return os.major(os.stat(place).st_dev) == LOOP_DEVICES  # noqa: PTH116
    except OSError:
        return True  # there is no such folder to fill


def _is_block(path: Path) -> bool:
    try:
        return stat.S_ISBLK(path.stat().st_mode)
    except OSError:
        return False


def _readable(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123  unbuffered: one byte
            return bool(file.read(1))
    except OSError:
        return False


def _opens(path: str) -> bool:
    return succeeds(lambda: os.close(os.open(path, os.O_WRONLY)))


def _memory_limit() -> int | None:
    for path in MEMORY_FILES:
        try:
            text = Path(path).read_text().strip()
        except OSError:
            continue
        whole_machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return int(text) if text != "max" and int(text) < whole_machine else None
    return None


def _core_limit() -> float | None:
    try:
        if Path("/sys/fs/cgroup/cpu.max").exists():
            quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        else:
            quota, period = (Path("/sys/fs/cgroup/cpu", name).read_text().strip()
                             for name in ("cpu.cfs_quota_us", "cpu.cfs_period_us"))  # fmt: skip
    except OSError:
        return None
    return None if quota in ("max", "-1") else int(quota) / int(period)


def _fork_until_stopped(most: int) -> int:
    children: list[int] = []
    try:
        while len(children) < most:
            child = os.fork()
            if child == 0:
                signal.pause()
                os._exit(0)
            children.append(child)
    except OSError:
        pass  # the limit holds
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return len(children)


def _wrote(folder: Path) -> bool:
    mine = folder / "haven-probe"
    attempt: Callable[[], object] = mine.touch
    if not succeeds(attempt):
        return False
    mine.unlink()
    return True


def _runs_from_scratch() -> bool:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        program = Path(folder) / "program"
        program.write_text("#!/bin/sh\nexit 0\n")
        program.chmod(0o700)
        return succeeds(lambda: subprocess.run([str(program)], check=False))  # noqa: S603


def _release_agents() -> Iterator[Path]:
    yield from sorted(Path("/sys/fs/cgroup").glob("*/release_agent"))
    yield from sorted(Path("/sys/fs/cgroup").glob("release_agent"))
