"""The installation's folders on the host, each owned by the process that may write there."""

import os

from hub.gateway.mounts import LinksAreFollowed, require_no_links
from infra.errors import NotReady
from infra.instance import UIDS, WORKSPACE_UID, Instance
from infra.shell import run

# The kernel then follows no link below the sockets, so that a link which a workspace puts in place
# of its socket leads nowhere.
SOCKETS_OPTIONS = "size=4m,nr_inodes=4096,mode=0770,nosuid,nodev,noexec,nosymfollow"

HUB, WORKER, GATEWAY = UIDS["hub"], UIDS["worker"], UIDS["gateway"]

# folder: owner, group, mode. The hub makes one folder a person and project beneath the first five;
# the group (set-gid) is how the workspace, the worker and the gateway reach theirs.
FOLDERS = {
    "sockets": (HUB, WORKSPACE_UID, 0o2770),
    "homes": (HUB, WORKSPACE_UID, 0o2770),
    "inputs": (HUB, WORKSPACE_UID, 0o2770),
    "outputs": (HUB, WORKSPACE_UID, 0o2770),
    "answers": (HUB, WORKSPACE_UID, 0o2770),
    "registrations": (HUB, GATEWAY, 0o2750),
    "endings": (HUB, HUB, 0o700),
    "meters": (GATEWAY, GATEWAY, 0o750),
    "quarantine": (WORKER, WORKER, 0o700),
    "datasets": (0, WORKSPACE_UID, 0o750),
}


def ensure(instance: Instance) -> None:
    """Make the folders and mount the sockets' file system; what is there is kept.

    Raises:
        NotReady: The kernel cannot refuse links on the sockets' mount (5.10 or newer can).
    """
    instance.home.mkdir(parents=True, exist_ok=True)
    instance.home.chmod(0o711)
    for name, (owner, group, mode) in FOLDERS.items():
        folder = instance.home / name
        folder.mkdir(exist_ok=True)
        if name == "sockets" and not os.path.ismount(folder):
            run("mount", "-t", "tmpfs", "-o", SOCKETS_OPTIONS, f"{instance.name}-sockets",
                str(folder))  # fmt: skip
        os.chown(folder, owner, group)
        folder.chmod(mode)
    try:
        require_no_links(instance.sockets)
    except LinksAreFollowed as problem:
        raise NotReady(str(problem)) from problem


def release(instance: Instance) -> None:
    if os.path.ismount(instance.sockets):
        run("umount", str(instance.sockets))
