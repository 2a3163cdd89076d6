"""Probes on the machine, each looking at the workspace and at what is wrong on purpose."""

import socket
import tempfile
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from infra.folders import FOLDERS
from infra.instance import Instance
from infra.probes import host
from infra.probes.attempts import tried
from infra.probes.look_round import inspect, mounted_datasets
from infra.probes.outcome import Pair, Seen
from infra.probes.stage import Stage
from infra.shell import run

ENGINE_SOCKET = Path("/var/run/docker.sock")


def look(
    instance: Instance, stage: Stage, wrong: Mapping[str, Any], *, image: str,
    wanted: Collection[str],
) -> dict[str, Pair]:  # fmt: skip
    """Run the wanted probes of the machine.

    Args:
        instance: The installation.
        stage: The workspaces that run.
        wrong: A container that is set up wrongly on purpose.
        image: The approved image's content id.
        wanted: Which probes.
    """
    looks: dict[str, Callable[[], Pair]] = {
        "N17": lambda: _pair(host.ways_in(stage.own), host.ways_in(wrong)),
        "C10": lambda: _mounts(instance, stage, wrong),
        "C11": lambda: _pair(_chosen(stage.asked, image), _chosen(wrong, image)),
        "C12": lambda: _pair(host.unapproved_image(stage.own, approved=image),
                             host.unapproved_image(wrong, approved=image)),
        "D08": lambda: _modes(instance),
        "L06": lambda: _ports(instance),
        "L08": lambda: _rights(instance, stage, wrong),
    }  # fmt: skip
    return {one: tried(attempt) for one, attempt in looks.items() if one in wanted}


def _pair(here: Collection[str], control: Collection[str]) -> Pair:
    return Pair(here=Seen(open=tuple(here)), control=Seen(open=tuple(control)))


def _mounts(instance: Instance, stage: Stage, wrong: Mapping[str, Any]) -> Pair:
    found: list[str] = []
    for one in (stage.own, stage.asked):
        sources = mounted_datasets(one, instance.datasets).values()
        found += host.foreign_mounts(one, sources=sources)
    return _pair(found, host.foreign_mounts(wrong, sources=()))


def _chosen(one: Mapping[str, Any], image: str) -> list[str]:
    return host.chosen_by_its_person(one, image=image, names=())


def _modes(instance: Instance) -> Pair:
    here = host.wrong_modes(instance.home, FOLDERS) + host.socket_open_to_all(ENGINE_SOCKET)
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        for name in FOLDERS:
            (home / name).mkdir()
            (home / name).chmod(0o777)
        (home / "secrets" / "all").mkdir(parents=True)
        (home / "secrets" / "all" / "key").write_text("planted")
        (home / "secrets" / "all" / "key").chmod(0o644)
        return _pair(here, host.wrong_modes(home, FOLDERS))


def _ports(instance: Instance) -> Pair:
    ids = run("docker", "ps", "--quiet", "--filter",
              f"label=com.docker.compose.project={instance.name}").split()  # fmt: skip
    services = inspect("container", ids)
    here = host.open_ports(services, front_door=instance.listen, forbidden=host.ENGINE_PORTS)
    with socket.create_server(("127.0.0.1", 0)) as opened:
        forbidden = (*host.ENGINE_PORTS, opened.getsockname()[1])
        there = host.open_ports((), front_door=instance.listen, forbidden=forbidden)
    return _pair(here, there)


def _rights(instance: Instance, stage: Stage, wrong: Mapping[str, Any]) -> Pair:
    ids = run("docker", "ps", "--quiet", "--filter",
              f"label=com.docker.compose.project={instance.name}").split()  # fmt: skip
    security = host.engine_security()
    found = host.old_engine()
    for one in (*inspect("container", ids), stage.own, stage.asked):
        rules = host.rules_for(one, security=security, listen=instance.listen)
        found += host.hardening_problems(one, rules)
    found += host.weak_cookies(stage.cookies, is_https=instance.public_url.startswith("https"))
    rules = host.rules_for(wrong, security=security, listen=instance.listen)
    control = host.hardening_problems(wrong, rules)
    return _pair(found, control + host.weak_cookies(["planted=1; Path=/"], is_https=False))
