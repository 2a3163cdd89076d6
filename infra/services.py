"""The running services of an installation: their states, and waiting until all are well."""

import json
import time
from dataclasses import dataclass

from infra.errors import NotReady
from infra.instance import Instance
from infra.shell import run

SERVICES = ("database", "store", "portal", "worker", "hub", "gateway", "proxy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service's container.

    Attributes:
        state: Docker's word: running, exited, restarting, ...; "missing" when there is none.
        health: healthy, unhealthy, starting; "" when the container has no check.
        since: When it started, as Docker writes it.
    """

    name: str
    state: str
    health: str = ""
    since: str = ""

    @property
    def well(self) -> bool:
        return self.state == "running" and self.health in ("healthy", "")


def states(instance: Instance) -> list[Service]:
    found = {service.name: service for service in _found(instance)}
    return [found.get(name, Service(name=name, state="missing")) for name in SERVICES]


def _found(instance: Instance) -> list[Service]:
    ids = run("docker", "ps", "--all", "--quiet", "--filter",
              f"label=com.docker.compose.project={instance.name}").split()  # fmt: skip
    if not ids:
        return []
    described = json.loads(run("docker", "inspect", *ids))
    return [
        Service(
            name=one["Config"]["Labels"]["com.docker.compose.service"],
            state=one["State"]["Status"],
            health=one["State"].get("Health", {}).get("Status", ""),
            since=one["State"]["StartedAt"][:19],
        )
        for one in described
    ]


def wait_until_well(instance: Instance, *names: str, seconds: float = 120) -> None:
    """Wait for services to pass their health checks.

    Raises:
        NotReady: One did not in time; says which, and where its log is.
    """
    deadline = time.monotonic() + seconds
    while True:
        unwell = [s for s in states(instance) if s.name in names and not s.well]
        if not unwell:
            return
        if time.monotonic() > deadline:
            which = ", ".join(f"{service.name} ({service.state})" for service in unwell)
            raise NotReady(f"Not well after {seconds:.0f} s: {which}. See `haven logs NAME`.")
        time.sleep(0.5)


def workspaces(instance: Instance) -> list[tuple[str, str, str]]:
    """Running workspaces as (user name, project, since)."""
    template = '{{.Label "haven.user"}}\t{{.Label "haven.project"}}\t{{.RunningFor}}'
    lines = run("docker", "ps", "--filter", f"label=haven.instance={instance.name}",
                "--format", template).splitlines()  # fmt: skip
    return [(user, project, since) for user, project, since in (one.split("\t") for one in lines)]
