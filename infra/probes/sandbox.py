"""The probes that are made another way where the runtime gives a workspace a kernel of its own.

Such a sandbox (gVisor) puts the engine's filter on the workspace's first process and its children,
not on what the engine starts beside them; and it ends as a whole when it meets a limit, with the
workspace in it. So C04 is tried in a sandbox of the same making without anybody's data, and C07 is
read off the machine's kernel, which is what holds the sandbox.
"""

import json
import os
import platform
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from hub.probes.limits import LOOP_DEVICES, SPARE
from hub.probes.targets import Targets
from infra.probes.attempts import tried
from infra.probes.inside import PROGRAM, SECONDS
from infra.probes.look_round import OWN_DISKS
from infra.probes.outcome import Pair, Seen, seen
from infra.shell import run

CALLS, LIMITS = "C04", "C07"
CGROUPS: Final = Path("/sys/fs/cgroup")
PROC: Final = Path("/proc")
FILTER: Final = "seccomp="

Inspected = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What the machine's kernel lets a process and its children have; None for no limit."""

    memory_bytes: int | None
    cores: float | None
    processes: int | None


def made_another_way(own: Inspected) -> frozenset[str]:
    """The probes that cannot be tried in this workspace itself."""
    release = run("docker", "exec", own["Id"], "uname", "-r").strip()
    is_shared = release == platform.release()
    return frozenset() if is_shared else frozenset({CALLS, LIMITS})


def look(
    own: Inspected, wrong: Inspected, targets: Targets, twin: Mapping[str, Any],
    wanted: Collection[str],
) -> dict[str, Pair]:  # fmt: skip
    """Make them.

    Args:
        own: The workspace's container, as the engine describes it.
        wrong: A container without limits, as the engine describes it.
        targets: What the probes inside are told.
        twin: What the probes inside found where every door is open.
        wanted: Which probes.
    """
    pairs = {}
    if CALLS in wanted:
        pairs[CALLS] = tried(
            lambda: Pair(here=seen(_in_a_sibling(own, targets), CALLS), control=seen(twin, CALLS))
        )
    if LIMITS in wanted:
        pairs[LIMITS] = tried(
            lambda: Pair(here=_limits_seen(own, targets), control=_limits_seen(wrong, targets))
        )
    return pairs


def _limits_seen(one: Inspected, targets: Targets) -> Seen:
    return Seen(open=tuple(limits(one, targets.processes)))


def limits(one: Inspected, processes: int) -> Iterator[str]:
    """What a container may use beyond what it was given, by the machine's own books.

    Args:
        one: The container.
        processes: How many a workspace can never start.
    """
    given, now = one["HostConfig"], held(one["State"]["Pid"])
    memory, cores = given["Memory"], given["NanoCpus"] / 1_000_000_000
    if now.memory_bytes is None or now.memory_bytes > memory * SPARE:
        yield f"memory up to {now.memory_bytes or 'what the machine has'}"
    if now.cores is None or now.cores > cores * SPARE:
        yield f"cores up to {now.cores or 'what the machine has'}"
    if now.processes is None or now.processes >= processes:
        yield f"{now.processes or processes} processes and more"
    for mount in one["Mounts"]:
        is_own = os.major(Path(mount["Source"]).stat().st_dev) == LOOP_DEVICES
        if mount["Destination"] in OWN_DISKS and not is_own:
            yield f"the disk behind {mount['Destination']}"


def held(pid: int, *, proc: Path = PROC, cgroups: Path = CGROUPS) -> Held:
    """Read the limits of a process's control groups, of the first version or the second.

    Raises:
        OSError: There is no such process, or a limit cannot be read.
    """
    lines = (proc / str(pid) / "cgroup").read_text().splitlines()
    paths = {name: path.lstrip("/") for _, names, path in (line.split(":", 2) for line in lines)
             for name in names.split(",")}  # fmt: skip
    if "memory" not in paths:
        folder = cgroups / paths[""]
        quota, period = (folder / "cpu.max").read_text().split()
        return Held(memory_bytes=_number(folder / "memory.max"),
                    cores=None if quota == "max" else int(quota) / int(period),
                    processes=_number(folder / "pids.max"))  # fmt: skip
    processor = cgroups / "cpu" / paths["cpu"]
    quota_here = int((processor / "cpu.cfs_quota_us").read_text())
    period_here = int((processor / "cpu.cfs_period_us").read_text())
    memory = _number(cgroups / "memory" / paths["memory"] / "memory.limit_in_bytes")
    whole_machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Held(memory_bytes=None if memory is None or memory > whole_machine else memory,
                cores=None if quota_here < 0 else quota_here / period_here,
                processes=_number(cgroups / "pids" / paths["pids"] / "pids.max"))  # fmt: skip


def _number(path: Path) -> int | None:
    text = path.read_text().strip()
    return None if text == "max" else int(text)


def _in_a_sibling(own: Inspected, targets: Targets) -> dict[str, Any]:
    """Try the calls in a sandbox that is made as the workspace's is, with nothing mounted."""
    given = own["HostConfig"]
    command = ["docker", "run", "--rm", "--interactive", "--runtime", given["Runtime"],
               "--network", "none", "--user", own["Config"]["User"], "--read-only",
               "--pids-limit", str(given["PidsLimit"]), "--memory", str(given["Memory"]),
               "--tmpfs", "/tmp"]  # fmt: skip  # noqa: S108  the container's own
    for name in given["CapDrop"] or ():
        command += ["--cap-drop", name]
    with tempfile.TemporaryDirectory() as scratch:
        profile = Path(scratch) / "profile.json"
        for option in given["SecurityOpt"] or ():
            told = option
            if option.startswith(FILTER + "{"):
                # The engine keeps the profile's text; its command takes a file.
                profile.write_text(option.removeprefix(FILTER))
                told = f"{FILTER}{profile}"
            command += ["--security-opt", told]
        told_targets = json.dumps(asdict(targets)).encode()
        output = run(
            *command, own["Image"], *PROGRAM, CALLS, stdin=told_targets, timeout_seconds=SECONDS
        )
    return dict(json.loads(output.splitlines()[-1]))
