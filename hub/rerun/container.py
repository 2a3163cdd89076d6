"""What runs a notebook again: a workspace's own container, but for what a person would need.

A pure function from values to Docker's arguments: all that holds for a workspace holds here, and
it has no socket, no home that lasts, no answers and no shared folder.
"""

from pathlib import Path
from typing import Any

from hub import container as workspaces
from hub.container import HOME, MEBIBYTE, UID, Workspace
from hub.portal_client import WorkspaceGrant
from hub.rerun.orders import Order, Place
from hub.settings import HubSettings

CODE = "/run/rerun"
LABEL = "haven.rerun"
_PYTHON = "/opt/haven/bin/python"
# The owner of what a notebook leaves behind is the only one who can clear all of it.
_CLEAR = "chmod -R u+rwX /outputs; find /outputs -mindepth 1 -delete"


def rerun(
    settings: HubSettings, order: Order, grant: WorkspaceGrant, *, cpus: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Arguments for docker-py's `create_container` and `create_host_config`."""
    place = Place(folder=settings.home / "reruns")
    read_only = {str(place.notebooks(order.rerun_id)): CODE}
    if (settings.home / "inputs" / order.project).is_dir():
        read_only[str(settings.home / "inputs" / order.project)] = "/inputs"
    for data in grant.mounts:
        read_only[str(settings.home / "datasets" / data.source)] = data.target
    workspace = Workspace(
        name=f"{settings.instance}-rerun-{order.rerun_id}",
        instance=settings.instance,
        username=order.username,
        project=order.project,
        image=settings.workspace_image,
        base_url="/",
        tier="browser",
        memory_bytes=grant.memory_bytes,
        cpus=cpus,
        runtime=settings.workspace_runtime,
        read_only=read_only,
        writable={str(place.outputs / order.rerun_id): "/outputs"},
    )
    command = [_PYTHON, "-I", "-m", "hub.workspace.rerun", order.notebook]
    return _arguments(workspace, command, _environment(order)), _limits(workspace)


def clearing(settings: HubSettings, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same for what empties a folder of outputs; it sees nothing else."""
    workspace = Workspace(
        name=f"{settings.instance}-clear-{folder.name}",
        instance=settings.instance,
        username="",
        project="",
        image=settings.workspace_image,
        base_url="/",
        tier="browser",
        memory_bytes=64 * MEBIBYTE,
        cpus=1.0,
        runtime=settings.workspace_runtime,
        writable={str(folder): "/outputs"},
    )
    return _arguments(workspace, ["/bin/sh", "-c", _CLEAR], {}), _limits(workspace)


def _arguments(
    workspace: Workspace, command: list[str], environment: dict[str, str]
) -> dict[str, Any]:
    return workspaces.container(workspace) | {
        "command": command,
        "working_dir": "/outputs",
        "healthcheck": {"test": ["NONE"]},
        "environment": environment,
        # Not a workspace: nobody reaches it, and what watches those passes it over.
        "labels": {LABEL: workspace.instance},
    }


def _limits(workspace: Workspace) -> dict[str, Any]:
    limits = workspaces.host_config(workspace)
    home = f"rw,noexec,nosuid,nodev,size={256 * MEBIBYTE},mode=0700,uid={UID},gid={UID}"
    return limits | {
        # How it ended is asked for before it is removed.
        "auto_remove": False,
        "tmpfs": {**limits["tmpfs"], HOME: home},
        # What a notebook prints goes nowhere.
        "log_config": {"type": "none"},
    }


def _environment(order: Order) -> dict[str, str]:
    """Whatever would make two runs of one program differ."""
    return {
        "HOME": HOME,
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(order.epoch),
        "MPLBACKEND": "Agg",
        "TZ": "UTC",
        "OMP_NUM_THREADS": "1",
    }
