"""Looks round the host for what a workspace must not reach or hold."""

import json
import platform
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.container import HOME, most_tasks
from hub.probes.targets import Targets
from infra.compose import container
from infra.instance import Instance
from infra.shell import run

SERVICE_PORTS = {"proxy": 8000, "hub": 8081, "portal": 8000, "gateway": 8001, "database": 5432,
                 "store": 8333}  # fmt: skip

OWN_DISKS = (HOME, "/outputs", "/shared")


def find_targets(
    instance: Instance,
    *,
    own: Mapping[str, Any],
    datasets: Mapping[str, str],
    mark: str,
    host_marks: Collection[str] = (),
) -> Targets:
    """What to aim at.

    Args:
        instance: The installation.
        own: The workspace's container, as the engine describes it.
        datasets: What /data should hold: name -> folder beneath the datasets' folder.
        mark: In the names of planted files that the workspace must not find.
        host_marks: Planted files of the host.
    """
    networks = inspect("network", run("docker", "network", "ls", "--quiet").split())
    others = [one for one in inspect("container", run("docker", "ps", "--quiet").split())
              if one["Id"] != own["Id"]]  # fmt: skip
    services = [(a, port) for name, port in SERVICE_PORTS.items()
                for a in (name, *addresses(inspect("container", [container(instance, name)])[0]))]  # fmt: skip  # noqa: E501
    secret_files = [path for path in (instance.secrets / "all").iterdir() if path.is_file()]
    labels, limits = own["Config"]["Labels"], own["HostConfig"]
    return Targets(
        gateways=tuple(_gateways(networks)),
        host_addresses=tuple(run("hostname", "-I").split()),
        containers=(*(a for one in others for a in addresses(one)),
                    *(one["Name"].lstrip("/") for one in others)),
        services=tuple(services),
        secret_hashes=tuple(sha256(path.read_bytes().strip()).hexdigest() for path in secret_files),
        own_datasets=tuple(datasets),
        own_paths=own_paths(labels["haven.user"], labels["haven.project"], datasets.values()),
        host_marks=tuple(host_marks),
        mark=mark,
        memory_bytes=limits["Memory"],
        cpus=limits["NanoCpus"] / 1_000_000_000,
        own_disks=OWN_DISKS,
        processes=round(most_tasks(instance.runtime) * 1.25),
        kernel=platform.release(),
    )  # fmt: skip


def own_paths(username: str, project: str, sources: Collection[str]) -> tuple[str, ...]:
    """How the host paths end that this workspace may have mounted."""
    own = [f"/{kind}/{project}/{username}" for kind in ("homes", "outputs", "answers")]
    own += [f"/{kind}/{project}" for kind in ("inputs", "shared")]
    own += ["/mirror"]
    return (*own, f"/sockets/{username}~{project}", *(f"/datasets/{path}" for path in sources))


def workspace_of(instance: Instance, username: str, project: str) -> dict[str, Any] | None:
    """A running workspace's container, as the engine describes it."""
    ids = run("docker", "ps", "--quiet", "--no-trunc",
              "--filter", f"label=haven.instance={instance.name}",
              "--filter", f"label=haven.user={username}",
              "--filter", f"label=haven.project={project}").split()  # fmt: skip
    return inspect("container", ids[:1])[0] if ids else None


def inspect(kind: str, ids: list[str]) -> list[dict[str, Any]]:
    return list(json.loads(run("docker", kind, "inspect", *ids))) if ids else []


def addresses(one: Mapping[str, Any]) -> list[str]:
    return [n["IPAddress"] for n in one["NetworkSettings"]["Networks"].values() if n["IPAddress"]]


def mounted_datasets(own: Mapping[str, Any], datasets: Path) -> dict[str, str]:
    """What a workspace has under /data: name -> folder beneath the datasets' folder."""
    return {
        mount["Destination"].removeprefix("/data/"): str(
            Path(mount["Source"]).relative_to(datasets)
        )
        for mount in own["Mounts"]
        if mount["Destination"].startswith("/data/")
        and Path(mount["Source"]).is_relative_to(datasets)
    }


def _gateways(networks: list[dict[str, Any]]) -> list[str]:
    configs = [config for one in networks for config in one["IPAM"]["Config"] or ()]
    return [config["Gateway"] for config in configs if "Gateway" in config]
