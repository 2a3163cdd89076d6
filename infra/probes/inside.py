"""Runs the probes of the inside: in a workspace, and in its leaky twin as their control."""

import json
import secrets
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from hub.probes.targets import Targets
from infra.probes.look_round import SERVICE_PORTS
from infra.probes.outcome import Pair, seen
from infra.shell import run

SECONDS = 420
PROGRAM = ("python", "-m", "hub.probes.inside")
NAMES = ("example.com", "probe.example.com", "host.docker.internal", "metadata.google.internal",
         "github.com", *SERVICE_PORTS)  # fmt: skip


def probe_container(container: str, targets: Targets, only: Collection[str]) -> dict[str, Any]:
    """Run them in a running container, as the user that it is set to run as.

    The engine starts the program in the workspace, so that it needs no way in that a tier may not
    have; the kernel and the server beside it are looked at through /proc.
    """
    if not only:
        return {}
    output = run("docker", "exec", "--interactive", container, *PROGRAM, *sorted(only),
                 stdin=json.dumps(asdict(targets)).encode(), timeout_seconds=SECONDS)  # fmt: skip
    return dict(json.loads(output.splitlines()[-1]))


def probe_twin(image: str, targets: Targets, only: Collection[str]) -> dict[str, Any]:
    """Run the same probes in the same image, where every door is open."""
    if not only:
        return {}
    planted = secrets.token_hex(32)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        marks = _plant(folder, planted, targets.mark)
        aimed = {**asdict(targets), "secret_hashes": [sha256(planted.encode()).hexdigest()],
                 "host_marks": [str(marks / "host")]}  # fmt: skip
        output = run(*_twin_command(folder, image), *sorted(only),
                     stdin=json.dumps(aimed).encode(), timeout_seconds=SECONDS)  # fmt: skip
    return dict(json.loads(output.splitlines()[-1]))


def side_by_side(
    here: Mapping[str, Any], there: Mapping[str, Any], wanted: Collection[str]
) -> dict[str, Pair]:
    return {one: Pair(here=seen(here, one), control=seen(there, one)) for one in wanted}


def _plant(folder: Path, secret: str, mark: str) -> Path:
    """What the twin finds: a secret, somebody else's data, and marked files."""
    other, marks = folder / "datasets" / "somebody-elses", folder / "marks"
    other.mkdir(parents=True)
    marks.mkdir()
    (other / "data.csv").write_text("planted\n1\n")
    (folder / "secret").write_text(secret)
    for kind in ("outputs", "home", "inputs", "shared"):
        (marks / f"{mark}-{kind}").write_text("planted")
    (marks / "host").write_text("planted")
    return marks


def _twin_command(folder: Path, image: str) -> list[str]:
    command = ["docker", "run", "--rm", "--interactive", "--network", "none", "--user", "0:0",
               "--cap-add", "NET_ADMIN", "--cap-add", "SYS_ADMIN", "--cap-add", "SYS_PTRACE",
               "--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined",
               "--security-opt", "systempaths=unconfined",
               "--sysctl", "net.ipv6.conf.all.disable_ipv6=0", "--dns", "203.0.113.53"]  # fmt: skip
    for name in NAMES:
        command += ["--add-host", f"{name}:203.0.113.80"]
    for place, path in (("datasets", "/data"), ("secret", "/srv/secret"),
                        ("marks", str(folder / "marks"))):  # fmt: skip
        command += ["--volume", f"{folder / place}:{path}"]
    return [*command, image, "python", "-m", "hub.probes.leaky"]
