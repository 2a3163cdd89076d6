"""The points of the CIS Docker Benchmark that apply to a container, read off `docker inspect`.

Pure: one description in, problems out. `haven doctor` and probe L08 use it on what runs.

Source:
    CIS Docker Benchmark, sections 4 and 5; the numbers are those of version 1.6.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Inspected = Mapping[str, Any]

SENSITIVE: Final = ("/", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sys",
                    "/usr", "/var", "/var/lib", "/var/lib/docker", "/var/run", "/run", "/home")  # fmt: skip  # noqa: E501
ENGINE_SOCKETS: Final = ("/var/run/docker.sock", "/run/docker.sock",
                         "/run/containerd/containerd.sock")  # fmt: skip
RESTARTS: Final = "always"
FIRST_FREE_PORT: Final = 1024
ANYWHERE: Final = ("", "0.0.0.0", "::")  # noqa: S104  looked for, not bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What differs between kinds of container.

    Attributes:
        socket: Whether it may hold the engine's socket: the hub, and nothing else.
        restarts: Whether it must come back by itself; a workspace must not.
        anywhere: Whether it may publish a port on every address: the proxy, when told to.
        security: The engine's security options, as `docker info` lists them.
    """

    socket: bool = False
    restarts: bool = True
    anywhere: bool = False
    security: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One point that does not hold: the benchmark's number, and what was seen."""

    point: str
    words: str


def problems(inspected: Inspected, rules: Rules) -> list[Problem]:
    """Every point that this container does not meet, in the benchmark's order."""
    found = []
    for point, look in LOOKS.items():
        found += [Problem(point=point, words=words) for words in look(inspected, rules)]
    return found


def _user(one: Inspected, _: Rules) -> Iterator[str]:
    if one["Config"].get("User", "").split(":")[0] in ("", "0", "root"):
        yield "runs as root"


def _health(one: Inspected, _: Rules) -> Iterator[str]:
    if (one["Config"].get("Healthcheck") or {}).get("Test") in (None, [], ["NONE"]):
        yield "nothing checks its health"


def _app_armor(one: Inspected, rules: Rules) -> Iterator[str]:
    has = any("apparmor" in option for option in rules.security)
    if has and one.get("AppArmorProfile", "") in ("", "unconfined"):
        yield "has no AppArmor profile, though the engine does"


def _se_linux(one: Inspected, rules: Rules) -> Iterator[str]:
    has = any("selinux" in option for option in rules.security)
    if has and "label=disable" in (one["HostConfig"].get("SecurityOpt") or ()):
        yield "has SELinux switched off, though the engine has it"


def _capabilities(one: Inspected, _: Rules) -> Iterator[str]:
    host = one["HostConfig"]
    if "ALL" not in [name.upper() for name in host.get("CapDrop") or ()]:
        yield "keeps the default capabilities"
    if host.get("CapAdd"):
        yield f"is given capabilities: {', '.join(host['CapAdd'])}"


def _privileged(one: Inspected, _: Rules) -> Iterator[str]:
    if one["HostConfig"].get("Privileged"):
        yield "is privileged"


def _folders(one: Inspected, _: Rules) -> Iterator[str]:
    for source in _sources(one):
        if source.rstrip("/") in SENSITIVE or source == "/":
            yield f"mounts {source} of the machine"


def _low_ports(one: Inspected, _: Rules) -> Iterator[str]:
    for port in [port for _address, port in _published(one)]:
        if 0 < port < FIRST_FREE_PORT:
            yield f"publishes port {port}"


def _network(one: Inspected, _: Rules) -> Iterator[str]:
    if one["HostConfig"].get("NetworkMode") == "host":
        yield "shares the machine's network"


def _memory(one: Inspected, _: Rules) -> Iterator[str]:
    if not one["HostConfig"].get("Memory"):
        yield "has no memory limit"


def _cores(one: Inspected, _: Rules) -> Iterator[str]:
    host = one["HostConfig"]
    if not (host.get("CpuShares") or host.get("NanoCpus") or host.get("CpuQuota")):
        yield "has no share of the processor set"


def _root(one: Inspected, _: Rules) -> Iterator[str]:
    if not one["HostConfig"].get("ReadonlyRootfs"):
        yield "can write to its root file system"


def _interfaces(one: Inspected, rules: Rules) -> Iterator[str]:
    for address, port in _published(one):
        if address in ANYWHERE and not rules.anywhere:
            yield f"publishes port {port} on every address"


def _restarts(one: Inspected, rules: Rules) -> Iterator[str]:
    policy = (one["HostConfig"].get("RestartPolicy") or {}).get("Name") or "no"
    if rules.restarts and policy != RESTARTS:
        yield f"its restart policy is {policy}, not {RESTARTS}"
    if not rules.restarts and policy != "no":
        yield "comes back by itself"


def _shared(setting: str, what: str) -> Callable[[Inspected, Rules], Iterator[str]]:
    def look(one: Inspected, _: Rules) -> Iterator[str]:
        if one["HostConfig"].get(setting) == "host":
            yield f"shares the machine's {what}"

    return look


def _devices(one: Inspected, _: Rules) -> Iterator[str]:
    for device in one["HostConfig"].get("Devices") or ():
        yield f"has the machine's device {device['PathOnHost']}"


def _limits(one: Inspected, _: Rules) -> Iterator[str]:
    if not one["HostConfig"].get("Ulimits"):
        yield "has the engine's own limits of open files"


def _propagation(one: Inspected, _: Rules) -> Iterator[str]:
    for mount in one.get("Mounts") or ():
        if mount.get("Propagation") in ("shared", "rshared"):
            yield f"passes mounts below {mount['Destination']} back to the machine"


def _system_calls(one: Inspected, _: Rules) -> Iterator[str]:
    if any("seccomp=unconfined" in o or "seccomp:unconfined" in o
           for o in one["HostConfig"].get("SecurityOpt") or ()):  # fmt: skip
        yield "has no system call filter"


def _privileges(one: Inspected, _: Rules) -> Iterator[str]:
    told = one["HostConfig"].get("SecurityOpt") or ()
    if not any(o in ("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true")
               for o in told):  # fmt: skip
        yield "can gain privileges"


def _processes(one: Inspected, _: Rules) -> Iterator[str]:
    if (one["HostConfig"].get("PidsLimit") or 0) <= 0:
        yield "has no limit of processes"


def _engine_socket(one: Inspected, rules: Rules) -> Iterator[str]:
    for source in _sources(one):
        if source in ENGINE_SOCKETS and not rules.socket:
            yield f"holds the engine's socket {source}"


def _sources(one: Inspected) -> list[str]:
    return [mount.get("Source", "") for mount in one.get("Mounts") or ()]


def _published(one: Inspected) -> Iterator[tuple[str, int]]:
    for bindings in (one["HostConfig"].get("PortBindings") or {}).values():
        for binding in bindings or ():
            yield binding.get("HostIp", ""), int(binding.get("HostPort") or 0)


LOOKS: Final[Mapping[str, Callable[[Inspected, Rules], Iterator[str]]]] = {
    "4.1": _user,
    "4.6": _health,
    "5.2": _app_armor,
    "5.3": _se_linux,
    "5.4": _capabilities,
    "5.5": _privileged,
    "5.6": _folders,
    "5.8": _low_ports,
    "5.10": _network,
    "5.11": _memory,
    "5.12": _cores,
    "5.13": _root,
    "5.14": _interfaces,
    "5.15": _restarts,
    "5.16": _shared("PidMode", "processes"),
    "5.17": _shared("IpcMode", "shared memory"),
    "5.18": _devices,
    "5.19": _limits,
    "5.20": _propagation,
    "5.21": _shared("UTSMode", "name"),
    "5.22": _system_calls,
    "5.26": _privileges,
    "5.29": _processes,
    "5.31": _shared("UsernsMode", "user numbers"),
    "5.32": _engine_socket,
}
