"""The running services of an installation: their states, and waiting until all are well.

Docker makes the health checks of `compose.yaml` once a minute; here they are made when asked.
"""

import json
import time
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from infra.errors import NotReady
from infra.instance import Instance
from infra.shell import run, succeeds

_ALWAYS = (
    "database", "store", "portal", "worker", "views", "mirror", "hub", "gateway", "proxy",
)  # fmt: skip

NOTIFIER = "notifier"


def names(instance: Instance) -> tuple[str, ...]:
    """The services of an installation; there is a notifier only where notices are sent out."""
    return (*_ALWAYS, NOTIFIER) if instance.notifying else _ALWAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service's container.

    Attributes:
        state: Docker's word: running, exited, restarting, ...; "missing" when there is none.
        health: healthy or unhealthy, by its own check made just now; "" when it does not run.
        since: When it started, as Docker writes it.
    """

    name: str
    state: str
    health: str = ""
    since: str = ""

    @property
    def well(self) -> bool:
        return self.state == "running" and self.health == "healthy"


def states(instance: Instance, wanted: Collection[str] = ()) -> list[Service]:
    """How services stand; all of the installation, when none is named."""
    ids = run("docker", "ps", "--all", "--quiet", "--filter",
              f"label=com.docker.compose.project={instance.name}").split()  # fmt: skip
    described = json.loads(run("docker", "inspect", *ids)) if ids else []
    containers = {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in described}
    with ThreadPoolExecutor() as pool:
        return list(
            pool.map(lambda name: _state(name, containers.get(name)), wanted or names(instance))
        )


def _state(name: str, container: dict[str, Any] | None) -> Service:
    if container is None:
        return Service(name=name, state="missing")
    state = container["State"]["Status"]
    return Service(
        name=name,
        state=state,
        health=_health(container) if state == "running" else "",
        since=container["State"]["StartedAt"][:19],
    )


def _health(container: dict[str, Any]) -> str:
    kind, *check = container["Config"]["Healthcheck"]["Test"]
    passed = kind == "CMD" and succeeds(["docker", "exec", container["Id"], *check], 10)
    return "healthy" if passed else "unhealthy"


def wait_until_well(instance: Instance, *wanted: str, seconds: float = 120) -> None:
    """Wait for services to pass their health checks.

    Raises:
        NotReady: One did not in time; says which, and where its log is.
    """
    deadline = time.monotonic() + seconds
    while True:
        unwell = [service for service in states(instance, wanted) if not service.well]
        if not unwell:
            return
        if time.monotonic() > deadline:
            which = ", ".join(f"{one.name} ({one.state} {one.health})".rstrip() for one in unwell)
            raise NotReady(f"Not well after {seconds:.0f} s: {which}. See `haven logs NAME`.")
        time.sleep(0.5)


def workspaces(instance: Instance) -> list[tuple[str, str, str]]:
    """Running workspaces as (user name, project, since)."""
    template = '{{.Label "haven.user"}}\t{{.Label "haven.project"}}\t{{.RunningFor}}'
    lines = run("docker", "ps", "--filter", f"label=haven.instance={instance.name}",
                "--format", template).splitlines()  # fmt: skip
    return [(user, project, since) for user, project, since in (one.split("\t") for one in lines)]
