"""The installation's folders on the host, each owned by the process that may write there."""

import os
from pathlib import Path

from hub.gateway.mounts import LinksAreFollowed, require_no_links
from hub.storage import mount
from infra.errors import NotReady
from infra.instance import UIDS, WORKSPACE_UID, Instance
from infra.shell import run

# The kernel then follows no link below the sockets, so that a link which a workspace puts in place
# of its socket leads nowhere.
SOCKETS_OPTIONS = "size=1m,nr_inodes=4096,mode=0770,nosuid,nodev,noexec,nosymfollow"

# What a notebook makes that is run again: sized, so that a wild one fills nobody's disk, and gone
# with the machine.
RERUNS_OPTIONS = "size=512m,nr_inodes=16384,mode=2770,nosuid,nodev,noexec"
IN_MEMORY = {"sockets": SOCKETS_OPTIONS, "reruns/outputs": RERUNS_OPTIONS}

HUB, WORKER, GATEWAY, PROXY = UIDS["hub"], UIDS["worker"], UIDS["gateway"], UIDS["proxy"]
VIEWS, PORTAL, MIRROR = UIDS["views"], UIDS["portal"], UIDS["mirror"]

# folder: owner, group, mode. The hub makes one folder a person and project beneath the first five;
# the group (set-gid) is how the workspace, the worker and the gateway reach theirs.
FOLDERS = {
    "sockets": (HUB, WORKSPACE_UID, 0o2770),
    "homes": (HUB, WORKSPACE_UID, 0o2770),
    "inputs": (HUB, WORKSPACE_UID, 0o2770),
    "outputs": (HUB, WORKSPACE_UID, 0o2770),
    "answers": (HUB, WORKSPACE_UID, 0o2770),
    "registrations": (HUB, GATEWAY, 0o2750),
    "shared": (HUB, WORKSPACE_UID, 0o2770),
    "disks": (0, 0, 0o700),
    "endings": (HUB, HUB, 0o700),
    "meters": (GATEWAY, GATEWAY, 0o750),
    "sessions": (GATEWAY, GATEWAY, 0o700),
    "proxy": (PROXY, PROXY, 0o700),
    "quarantine": (WORKER, WORKER, 0o700),
    # What members bring in: the portal writes, the worker reads.
    "ingress": (PORTAL, WORKER, 0o2750),
    "indexes": (WORKER, WORKER, 0o700),
    "datasets": (0, WORKSPACE_UID, 0o750),
    # Beneath the datasets, for whoever may be given the one may be given the other; it writes here
    # only. The worker is of the workspaces' group, and reads whose the rows are.
    "datasets/.views": (VIEWS, WORKSPACE_UID, 0o2750),
    # What the worker asks the hub to run, what a run reads, how it stands, and what it made.
    "reruns": (0, 0, 0o711),
    "reruns/orders": (WORKER, HUB, 0o2750),
    "reruns/notebooks": (WORKER, WORKSPACE_UID, 0o2750),
    "reruns/states": (HUB, WORKER, 0o2750),
    "reruns/outputs": (HUB, WORKSPACE_UID, 0o2770),
    # Packages that may be installed in workspaces: the host writes, the mirror reads, and its
    # socket is what workspaces see.
    "packages": (0, MIRROR, 0o2750),
    "mirror": (MIRROR, WORKSPACE_UID, 0o2750),
}


# Says whose folder it is: `haven down --volumes` removes all of it.
MARK = "installation"

# Beneath these each person and project has a file system of its own.
MOUNTED_BENEATH = ("homes", "outputs", "shared", "disks")


def ensure(instance: Instance) -> None:
    """Make the folders and mount the sockets' file system; what is there is kept.

    Raises:
        NotReady: The home is somebody else's folder, or the kernel cannot refuse links on the
            sockets' mount (5.10 or newer can).
    """
    require_ours(instance)
    instance.home.mkdir(parents=True, exist_ok=True)
    instance.home.joinpath(MARK).write_text(f"{instance.name}\n")
    instance.home.chmod(0o711)
    for name, (owner, group, mode) in FOLDERS.items():
        folder = instance.home / name
        folder.mkdir(exist_ok=True)
        if name in IN_MEMORY and not os.path.ismount(folder):
            label = f"{instance.name}-{name.replace('/', '-')}"
            run("mount", "-t", "tmpfs", "-o", IN_MEMORY[name], label, str(folder))
        elif name in MOUNTED_BENEATH and not is_mounted(folder):
            run("mount", "--bind", str(folder), str(folder))
            # Not shared with the file system around it, or each mount beneath would come twice.
            run("mount", "--make-private", str(folder))
        if name in (*MOUNTED_BENEATH, *IN_MEMORY):
            # What is mounted beneath while the services run shows in them too.
            run("mount", "--make-shared", str(folder))
        os.chown(folder, owner, group)
        folder.chmod(mode)
    mount.remount_all(instance.home)
    try:
        require_no_links(instance.sockets)
    except LinksAreFollowed as problem:
        raise NotReady(str(problem)) from problem


def require_ours(instance: Instance) -> None:
    """Nothing is written to, and nothing removed from, a folder that holds other things.

    Raises:
        NotReady: The home has content, and no mark of this installation.
    """
    home, mark = instance.home, instance.home / MARK
    if not home.exists() or not any(home.iterdir()):
        return
    marked = mark.read_text().strip() if mark.is_file() else ""
    if marked == instance.name:
        return
    holds = f"the installation {marked}" if marked else "other things"
    raise NotReady(
        f"{home} holds {holds}. Set HAVEN_HOME to an empty folder, or to one that is not there."
    )


def is_mounted(folder: Path) -> bool:
    """Whether something is mounted there; `os.path.ismount` misses a folder mounted on itself."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return str(folder) in (line.split()[1] for line in mounts)


def release(instance: Instance) -> None:
    """Unmount everything of the installation, the last mounted first."""
    mounts = [line.split()[1] for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in reversed(mounts):
        if Path(place).is_relative_to(instance.home) and Path(place) != instance.home:
            run("umount", place)
