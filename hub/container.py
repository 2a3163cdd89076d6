"""What a workspace's container is made of: a pure function from values to Docker's arguments.

Nothing a person types reaches this module but the project's name, and every control is set here,
last, so that no setting elsewhere can loosen it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub import system_calls

UID = 64100
MEBIBYTE = 1024**2

HOME = "/home/researcher"
SOCKET_FOLDER = "/run/workspace"
SOCKET_NAME = "lab.sock"
SOCKET = f"{SOCKET_FOLDER}/{SOCKET_NAME}"
PACKAGES_FOLDER = "/run/packages"
HEALTH_NANOSECONDS = 60 * 1_000_000_000
PROCESSES = 512
# A sandbox with a kernel of its own takes a task of the machine's for each thread inside, and ends
# when it gets none: in gVisor a workspace of the pixel tier takes 550 before a notebook is open.
SANDBOX_TASKS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One person's place to work in one project.

    Attributes:
        image: Content id of the image, `sha256:` and 64 hex digits.
        read_only: Host path -> path inside, for what the workspace may only read.
        writable: Host path -> path inside, for what it may write.
        tier: How its person reaches it: `pixel` or `browser`.
        memory_bytes: Hard limit, swap included.
        cpus: Cores, in fractions.
        runtime: Which of the engine's runtimes runs it; empty for the engine's default.
    """

    name: str
    instance: str
    username: str
    project: str
    image: str
    base_url: str
    tier: str
    memory_bytes: int
    cpus: float
    runtime: str = ""
    read_only: Mapping[str, str] = field(default_factory=dict)
    writable: Mapping[str, str] = field(default_factory=dict)


def container(workspace: Workspace) -> dict[str, Any]:
    """Arguments for docker-py's `create_container`, but for the host configuration.

    Raises:
        ValueError: The image is not named by its content id.
    """
    if not workspace.image.startswith("sha256:"):
        raise ValueError(f"Image must be named by its content id: {workspace.image}")
    return {
        "name": workspace.name,
        "image": workspace.image,
        "user": f"{UID}:{UID}",
        "hostname": "workspace",
        "working_dir": HOME,
        "network_disabled": True,
        "healthcheck": {"test": ["CMD", "test", "-S", SOCKET], "interval": HEALTH_NANOSECONDS},
        "environment": environment(workspace),
        "labels": {
            "haven.instance": workspace.instance,
            "haven.user": workspace.username,
            "haven.project": workspace.project,
        },
    }


def most_tasks(runtime: str) -> int:
    """Processes and threads that the machine's kernel lets a workspace have."""
    return SANDBOX_TASKS if runtime else PROCESSES


def environment(workspace: Workspace) -> dict[str, str]:
    """All the variables inside: no token, no address, nothing from the hub's own environment."""
    return {
        "HOME": HOME,
        "HAVEN_USER": workspace.username,
        "HAVEN_PROJECT": workspace.project,
        "HAVEN_BASE_URL": workspace.base_url,
        "HAVEN_TIER": workspace.tier,
        "HAVEN_SOCKET": SOCKET,
    }


def host_config(workspace: Workspace) -> dict[str, Any]:
    """Arguments for docker-py's `create_host_config`.

    Source:
        CIS Docker Benchmark, section 5; each control has a probe in `hub/probes`.
    """
    return {
        "network_mode": "none",
        "runtime": workspace.runtime or None,
        "auto_remove": True,
        # JupyterLab is the first process: one less between it and the engine.
        "init": False,
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true", f"seccomp={system_calls.profile()}"],
        "privileged": False,
        "read_only": True,
        "ipc_mode": "private",
        "mem_limit": workspace.memory_bytes,
        "memswap_limit": workspace.memory_bytes,
        "nano_cpus": round(workspace.cpus * 1_000_000_000),
        "cpu_shares": 512,
        "pids_limit": most_tasks(workspace.runtime),
        # The browser of the pixel tier draws in shared memory; it counts towards the limit above.
        "shm_size": (256 if workspace.tier == "pixel" else 64) * MEBIBYTE,
        "tmpfs": {"/tmp": f"rw,noexec,nosuid,nodev,size={256 * MEBIBYTE},mode=1777"},  # noqa: S108
        "ulimits": [
            {"Name": "nofile", "Soft": 4096, "Hard": 4096},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        "log_config": {"type": "json-file", "config": {"max-size": "1m", "max-file": "1"}},
        "binds": {
            **{host: {"bind": path, "mode": "ro"} for host, path in workspace.read_only.items()},
            **{host: {"bind": path, "mode": "rw"} for host, path in workspace.writable.items()},
        },
    }
