"""A container that is set up wrongly on purpose, for the looks on the machine to find."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from infra.instance import Instance
from infra.probes.look_round import inspect
from infra.shell import run, succeeds

PORT = 8888


@contextmanager
def counterpart(instance: Instance, image: str) -> Iterator[dict[str, Any]]:
    """Run the workspace's image with a network, a port, a tag, a foreign folder and no limits.

    It serves an empty folder on loopback and holds nothing of the installation.

    Yields:
        The container, as the engine describes it.
    """
    name = f"{instance.name}-probe-{secrets.token_hex(4)}"
    elsewhere = instance.home / "probe" / "elsewhere"
    elsewhere.mkdir(parents=True, exist_ok=True)
    run("docker", "tag", image, f"{name}:wrong")
    try:
        run("docker", "run", "--detach", "--rm", "--name", name, "--user", "0:0",
            "--publish", f"127.0.0.1::{PORT}", "--volume", f"{elsewhere}:/elsewhere",
            "--env", "CHOSEN_BY_ITS_PERSON=1", f"{name}:wrong",
            "python", "-m", "http.server", str(PORT), "--directory", "/elsewhere")  # fmt: skip
        yield inspect("container", [name])[0]
    finally:
        succeeds(["docker", "rm", "--force", "--volumes", name])
        succeeds(["docker", "rmi", f"{name}:wrong"])
