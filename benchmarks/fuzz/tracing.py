"""What children ask the kernel for once they are confined, as strace sees it."""

import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.fuzz.broken import Malformed
from benchmarks.fuzz.reading import Bench

_LINE: Final = re.compile(r"^(\d+) +(\w+)\((.*)")
_FILTER: Final = "PR_SET_SECCOMP"
# Whose first argument is a descriptor.
_ON_A_DESCRIPTOR: Final = {"read", "write", "close", "fstat", "lseek"}
_MAPPED: Final = re.compile(r"(?:[^,]+, ){4}(-?\d+)")
# Own input, own answer, and /dev/null in the place of errors.
_OWN: Final = {0, 1, 2}
_PLAIN: Final = {
    "mmap", "mprotect", "munmap", "mremap", "brk", "madvise", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "futex", "getpid", "gettid", "clock_gettime", "getrandom", "exit", "exit_group",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """Attributes: `outside` names each call that touched anything but the file and the answer."""

    children: int
    calls: Counter[str]
    descriptors: set[int]
    outside: list[str]


def traced(bench: Bench, files: Iterator[Malformed], folder: Path) -> Traced:
    """Raises: FileNotFoundError, where there is no strace."""
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace")
    log = folder / "calls"
    with subprocess.Popen(
        [strace, "--follow-forks", "--quiet=attach,exit", "--output", str(log), "--attach",
         str(bench.sandbox.nursery)], stderr=subprocess.DEVNULL,
    ) as tracer:  # fmt: skip
        _wait_until_traced(bench.sandbox.nursery)
        for file in files:
            bench.read(file, whole=False)
        tracer.terminate()
    return _summed(log)


def _wait_until_traced(process: int) -> None:
    for _ in range(500):
        if "TracerPid:\t0" not in Path(f"/proc/{process}/status").read_text():
            return
        time.sleep(0.01)
    raise TimeoutError


def _summed(log: Path) -> Traced:
    confined: set[str] = set()
    calls: Counter[str] = Counter()
    descriptors: set[int] = set()
    outside = []
    for line in log.read_text(errors="replace").splitlines():
        if not (found := _LINE.match(line)):
            if "SIGSYS" in line:
                outside.append(line)
            continue
        process, name, arguments = found.groups()
        if process not in confined:
            if name == "prctl" and _FILTER in arguments and arguments.endswith(("= 0", "...>")):
                confined.add(process)
            continue
        calls[name] += 1
        used = _descriptor(name, arguments)
        descriptors |= {used} - {-1}
        if name not in _PLAIN | _ON_A_DESCRIPTOR or used not in _OWN | {-1}:
            outside.append(line)
    return Traced(children=len(confined), calls=calls, descriptors=descriptors, outside=outside)


def _descriptor(name: str, arguments: str) -> int:
    """The one that a call is about; -1 for none."""
    if name in _ON_A_DESCRIPTOR:
        return int(re.match(r"\d*", arguments).group() or -1)  # type: ignore[union-attr]
    found = _MAPPED.match(arguments) if name == "mmap" else None
    return int(found.group(1)) if found else -1
