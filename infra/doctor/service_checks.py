"""The containers that run: the services and the workspaces."""

import json
from typing import Any

from infra import hardening, services
from infra.compose import execute
from infra.doctor.check import Check, NotWell, Weight
from infra.doctor.engine_checks import information
from infra.instance import UIDS, Instance
from infra.shell import run

INSIDE_ONLY = ("edge", "data", "vault")
# Ports below 1024 are what https is, once an admin has chosen to listen there.
NOT_FOR_THE_PROXY = {"5.8"}


def all_well(instance: Instance) -> str:
    unwell = [one.name for one in services.states(instance) if not one.well]
    if unwell:
        raise NotWell(f"not well: {', '.join(unwell)}")
    return f"{len(services.names(instance))} services are well"


def users(instance: Instance) -> str:
    for name in services.names(instance):
        uid = UIDS[name]
        seen = execute(instance, name, "id", "-u").strip()
        if seen != str(uid):
            raise NotWell(f"{name} runs as user {seen}, not {uid}")
    return "each service runs as its own user, none as root"


def engine_socket(instance: Instance) -> str:
    holders = sorted(
        name
        for name, one in _service_containers(instance).items()
        if any("docker.sock" in mount.get("Source", "") for mount in one["Mounts"])
    )
    if holders != ["hub"]:
        raise NotWell(f"the Docker socket is in {holders}; it belongs in the hub only")
    return "held by the hub only"


def points_of_services(instance: Instance) -> str:
    found = _service_containers(instance)
    problems = []
    for name, one in found.items():
        rules = hardening.Rules(
            socket=name == "hub",
            anywhere=name == "proxy" and instance.tls is not None,
            security=tuple(information().get("SecurityOptions") or ()),
        )
        skipped = NOT_FOR_THE_PROXY if name == "proxy" else set()
        problems += [f"{name} {problem.words} ({problem.point})"
                     for problem in hardening.problems(one, rules)
                     if problem.point not in skipped]  # fmt: skip
    if problems:
        raise NotWell("; ".join(problems))
    return f"{len(hardening.LOOKS)} points of the CIS Docker Benchmark hold for each service"


def points_of_workspaces(instance: Instance) -> str:
    found = _workspaces(instance)
    rules = hardening.Rules(
        restarts=False, security=tuple(information().get("SecurityOptions") or ())
    )
    problems = [
        f"{one['Name'].lstrip('/')} {problem.words} ({problem.point})"
        for one in found
        for problem in hardening.problems(one, rules)
    ]
    if problems:
        raise NotWell("; ".join(problems))
    return f"hold for each of {len(found)} running workspaces"


def no_network(instance: Instance) -> str:
    found = _workspaces(instance)
    connected = [
        one["Name"].lstrip("/") for one in found if one["HostConfig"]["NetworkMode"] != "none"
    ]
    if connected:
        raise NotWell(f"with a network: {', '.join(connected)}")
    return f"none of {len(found)} running workspaces has one"


def inner_networks(instance: Instance) -> str:
    names = [f"{instance.name}_{name}" for name in INSIDE_ONLY]
    found = json.loads(run("docker", "network", "inspect", *names))
    leading_out = [one["Name"] for one in found if not one["Internal"]]
    if leading_out:
        raise NotWell(f"leads out of the machine: {', '.join(leading_out)}")
    return "between services only; none leads out"


def ways_out(instance: Instance) -> str:
    """Which services are on a network that leads out of the machine."""
    allowed = {"proxy", services.NOTIFIER} if instance.notifying else {"proxy"}
    found = _service_containers(instance)
    networks = {name: one["NetworkSettings"]["Networks"] for name, one in found.items()}
    # "none" is the engine's word for no network at all.
    inside = {"none", *(f"{instance.name}_{name}" for name in INSIDE_ONLY)}
    outside = {name for name, its in networks.items() if set(its) - inside}
    if outside - allowed:
        raise NotWell(f"with a way out: {', '.join(sorted(outside - allowed))}")
    return f"{' and '.join(sorted(outside))} only"


def sends_notices(instance: Instance) -> str:
    if instance.notifying is None or not instance.notifying.smtp_host:
        also = f"; besides {instance.notifying.words}" if instance.notifying else ""
        raise NotWell(f"no mail server is named: people read notices in Haven{also}")
    return instance.notifying.words


def published_ports(instance: Instance) -> str:
    publishing = {
        name: sorted(
            f"{binding['HostIp']}:{binding['HostPort']}"
            for bindings in (one["HostConfig"].get("PortBindings") or {}).values()
            for binding in bindings or ()
        )
        for name, one in _service_containers(instance).items()
    }
    plain = instance.tls.plain_listen if instance.tls else ""
    expected = sorted(address for address in (instance.listen, plain) if address)
    others = sorted(name for name, ports in publishing.items() if ports and name != "proxy")
    if others:
        raise NotWell(f"published though it must not be: {', '.join(others)}")
    if publishing.get("proxy") != expected:
        raise NotWell(f"the proxy publishes {publishing.get('proxy')}, not {expected}")
    return f"the proxy alone, at {', '.join(expected)}"


def _service_containers(instance: Instance) -> dict[str, dict[str, Any]]:
    label = "com.docker.compose.service"
    found = _inspected(f"com.docker.compose.project={instance.name}")
    return {one["Config"]["Labels"][label]: one for one in found}


def _workspaces(instance: Instance) -> list[dict[str, Any]]:
    return _inspected(f"haven.instance={instance.name}")


def _inspected(label: str) -> list[dict[str, Any]]:
    ids = run("docker", "ps", "--quiet", "--filter", f"label={label}").split()
    return list(json.loads(run("docker", "inspect", *ids))) if ids else []


CHECKS = (
    Check(
        check_id="S1",
        title="services",
        means="A part of the platform does not work.",
        mend="See `haven logs NAME`; `haven up` starts what is missing.",
        weight=Weight.FAULT,
        look=all_well,
    ),
    Check(
        check_id="S2",
        title="users",
        means="A service that is taken over could read another's secrets, or act as root.",
        mend="Run `haven up` with this version's compose file.",
        weight=Weight.PROMISE,
        look=users,
    ),
    Check(
        check_id="S3",
        title="Docker socket",
        means="Whatever else holds the socket is root on this machine.",
        mend="Take the mount away from every service but the hub.",
        weight=Weight.PROMISE,
        look=engine_socket,
    ),
    Check(
        check_id="S4",
        title="services, by the CIS benchmark",
        means="A service that is taken over could do more than its work needs.",
        mend="Run `haven up` with this version's compose file; the numbers are the benchmark's.",
        weight=Weight.FAULT,
        look=points_of_services,
    ),
    Check(
        check_id="S5",
        title="workspaces, by the CIS benchmark",
        means="A notebook could do more than its work needs.",
        mend="Stop the workspace: it was not started by this version's hub.",
        weight=Weight.PROMISE,
        look=points_of_workspaces,
    ),
    Check(
        check_id="S6",
        title="workspaces' network",
        means="Data could leave a workspace without passing the output checker.",
        mend="Stop the workspace: it was not started by the hub.",
        weight=Weight.PROMISE,
        look=no_network,
    ),
    Check(
        check_id="S7",
        title="networks between services",
        means="A service that is taken over could send data out.",
        mend="Run `haven down`, then `haven up`.",
        weight=Weight.PROMISE,
        look=inner_networks,
    ),
    Check(
        check_id="S8",
        title="published ports",
        means="A service could be reached without passing the proxy.",
        mend="Run `haven up` with this version's compose file.",
        weight=Weight.PROMISE,
        look=published_ports,
    ),
    Check(
        check_id="S9",
        title="ways out",
        means="A service that is taken over could send data out.",
        mend="Run `haven up` with this version's compose files.",
        weight=Weight.PROMISE,
        look=ways_out,
    ),
    Check(
        check_id="S10",
        title="notices",
        means="People hear of what waits for them only when they look.",
        mend="Set HAVEN_SMTP and HAVEN_MAIL_FROM, if mails may leave; docs/admins.md shows how.",
        weight=Weight.ADVICE,
        look=sends_notices,
    ),
)
