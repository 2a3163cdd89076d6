"""Runs the isolation probes: in a real workspace, and in its leaky twin as a positive control.

A door counts as shut only when the workspace found it shut and the twin found it open.
"""

import json
import secrets as random_secrets
import tempfile
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.client.kernel import Kernel
from hub.probes.catalogue import PROBES, Probe
from hub.probes.targets import Targets
from infra.compose import container, workspace_image
from infra.errors import NotReady
from infra.instance import Instance
from infra.shell import run

SERVICE_PORTS = {"proxy": 8000, "hub": 8081, "portal": 8000, "gateway": 8001, "database": 5432,
                 "store": 8333}  # fmt: skip
SHUT, OPEN, BROKEN = "shut", "OPEN", "broken"
TWIN_SECONDS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One probe's result.

    Attributes:
        state: shut, OPEN (a hole), or broken (it could not run, or its control found nothing).
        found: What it reached in the workspace.
        control: What the same probe reached in the leaky twin.
    """

    probe: Probe
    state: str
    found: tuple[str, ...]
    control: tuple[str, ...]


def find_targets(
    instance: Instance, *, username: str, project: str, datasets: Mapping[str, str]
) -> Targets:
    """Look round the host for what a workspace must not reach.

    Args:
        instance: The installation.
        username: Whose workspace it is.
        project: In which project.
        datasets: What /data should hold: name -> folder beneath the datasets' folder.
    """
    networks = _inspect("network", run("docker", "network", "ls", "--quiet").split())
    containers = _inspect("container", run("docker", "ps", "--quiet").split())
    addresses = [a for one in containers for a in _addresses(one)]
    services = [(a, port) for name, port in SERVICE_PORTS.items()
                for a in (name, *_service_addresses(instance, name))]  # fmt: skip
    secret_files = [path for path in (instance.secrets / "all").iterdir() if path.is_file()]
    return Targets(
        gateways=tuple(_gateways(networks)),
        host_addresses=tuple(run("hostname", "-I").split()),
        containers=(*addresses, *(one["Name"].lstrip("/") for one in containers)),
        services=tuple((a, port) for a, port in services),
        secret_hashes=tuple(sha256(path.read_bytes().strip()).hexdigest() for path in secret_files),
        own_datasets=tuple(datasets),
        own_paths=_own_paths(username, project, datasets),
    )


def _own_paths(username: str, project: str, datasets: Mapping[str, str]) -> tuple[str, ...]:
    own = [f"/{kind}/{project}/{username}" for kind in ("homes", "outputs", "answers")]
    own += [f"/inputs/{project}"]
    return (*own, *(f"/datasets/{path}" for path in datasets.values()))


def probe_workspace(kernel: Kernel, targets: Targets, only: Collection[str] = ()) -> dict[str, Any]:
    """Run the probes in a kernel of a running workspace.

    Raises:
        NotReady: The kernel gave no result.
    """
    aimed = json.dumps(asdict(targets))
    code = (
        "import json\nfrom hub.probes import inside\n"
        f"found = inside.run(inside.targets_from({aimed!r}), {list(only)!r})\n"
        "print('PROBES ' + json.dumps(found))"
    )
    result = kernel.run(code, seconds=TWIN_SECONDS)
    for line in result.text.splitlines():
        if line.startswith("PROBES "):
            return dict(json.loads(line.removeprefix("PROBES ")))
    raise NotReady(f"The probes gave no result in the workspace: {result.error}")


def probe_twin(image: str, targets: Targets, only: Collection[str] = ()) -> dict[str, Any]:
    """Run the same probes in the same image, where every door is open."""
    planted = random_secrets.token_hex(32)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _somebody_elses(folder)
        (folder / "secret").write_text(planted)
        aimed = {**asdict(targets), "secret_hashes": [sha256(planted.encode()).hexdigest()]}
        output = run(*_twin_command(folder, image), *only, stdin=json.dumps(aimed).encode(),
                     timeout_seconds=TWIN_SECONDS)  # fmt: skip
    return dict(json.loads(output.splitlines()[-1]))


def _somebody_elses(folder: Path) -> None:
    other = folder / "datasets" / "somebody-elses"
    other.mkdir(parents=True)
    (other / "data.csv").write_text("planted\n1\n")


def _twin_command(folder: Path, image: str) -> list[str]:
    names = ["example.com", "probe.example.com", "host.docker.internal", "metadata.google.internal",
             *SERVICE_PORTS]  # fmt: skip
    command = ["docker", "run", "--rm", "--interactive", "--network", "none", "--user", "0:0",
               "--cap-add", "NET_ADMIN", "--cap-add", "SYS_ADMIN", "--cap-add", "SYS_PTRACE",
               "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
               "--sysctl", "net.ipv6.conf.all.disable_ipv6=0", "--dns", "203.0.113.53"]  # fmt: skip
    for name in names:
        command += ["--add-host", f"{name}:203.0.113.80"]
    command += [
        "--volume",
        f"{folder / 'datasets'}:/data",
        "--volume",
        f"{folder}/secret:/srv/secret",
    ]
    return [*command, image, "python", "-m", "hub.probes.leaky"]


def compare(
    workspace: dict[str, Any], twin: dict[str, Any], only: Collection[str] = ()
) -> list[Outcome]:
    """Put the two side by side; a probe without both results is broken."""
    outcomes = []
    for probe in PROBES:
        if only and probe.probe_id not in only:
            continue
        here, there = workspace.get(probe.probe_id, {}), twin.get(probe.probe_id, {})
        found, control = here.get("open"), there.get("open")
        if found:
            state = OPEN
        elif found is None or not control:
            state = BROKEN
        else:
            state = SHUT
        problem = [text for text in (here.get("error"), there.get("error")) if text]
        outcomes.append(Outcome(probe=probe, state=state, found=tuple(found or problem),
                                control=tuple(control or ())))  # fmt: skip
    return outcomes


def write(instance: Instance, outcomes: list[Outcome]) -> Path:
    """Keep the result under the installation's folder."""
    folder = instance.home / "probes"
    folder.mkdir(exist_ok=True)
    path = folder / time.strftime("%Y-%m-%dT%H%M%SZ.json", time.gmtime())
    result = {"at": path.stem, "image": workspace_image(instance),
              "probes": [asdict(outcome) for outcome in outcomes]}  # fmt: skip
    path.write_text(json.dumps(result, indent=1))
    return path


def _inspect(kind: str, ids: list[str]) -> list[dict[str, Any]]:
    return list(json.loads(run("docker", kind, "inspect", *ids))) if ids else []


def _gateways(networks: list[dict[str, Any]]) -> list[str]:
    configs = [config for one in networks for config in one["IPAM"]["Config"] or ()]
    return [config["Gateway"] for config in configs if "Gateway" in config]


def _addresses(one: dict[str, Any]) -> list[str]:
    return [n["IPAddress"] for n in one["NetworkSettings"]["Networks"].values() if n["IPAddress"]]


def _service_addresses(instance: Instance, name: str) -> list[str]:
    return _addresses(_inspect("container", [container(instance, name)])[0])
