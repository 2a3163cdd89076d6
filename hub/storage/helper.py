"""The container that mounts a workspace's file systems: a pure function to Docker's arguments.

The hub may not mount, and no process should be able to for longer than it takes. So the hub has
the engine run one program, with two checked names and three numbers, and be gone.
"""

from pathlib import Path
from typing import Any

from hub.portal_client import WorkspaceGrant

SECONDS = 60
# What it may reach of the installation: no secret, no dataset.
PLACES = ("disks", "homes", "outputs", "shared", "sockets")


def container(
    *, instance: str, image: str, home: Path, username: str, grant: WorkspaceGrant
) -> dict[str, Any]:
    """Arguments for docker-py's `create_container`, but for the host configuration."""
    numbers = (grant.disk_mib, grant.files, grant.shared_mib)
    return {
        "image": image,
        "user": "0:0",
        "entrypoint": ["/opt/haven/bin/python", "-I", "-m", "hub.storage.mount"],
        "command": [str(home), grant.project, username, *map(str, numbers)],
        "network_disabled": True,
        "labels": {"haven.storage": instance},
    }


def host_config(home: Path) -> dict[str, Any]:
    """Arguments for docker-py's `create_host_config`: what mounting takes, and no more."""
    return {
        "network_mode": "none",
        "cap_drop": ["ALL"],
        "cap_add": ["SYS_ADMIN", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID"],
        # AppArmor's profile for containers forbids every mount.
        "security_opt": ["no-new-privileges:true", "apparmor=unconfined"],
        "read_only": True,
        "pids_limit": 32,
        "mem_limit": 512 * 1024**2,
        # Loop devices (7) and what makes them (10:237), nothing else of the host's.
        "device_cgroup_rules": ["b 7:* rmw", "c 10:237 rmw"],
        "tmpfs": {"/run": "rw,noexec,nosuid,nodev,size=1m"},
        "binds": [*(f"{home / name}:{home / name}:rshared" for name in PLACES), "/dev:/dev:rw"],
        "log_config": {"type": "json-file", "config": {"max-size": "1m", "max-file": "1"}},
    }
