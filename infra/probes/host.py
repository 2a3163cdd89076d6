"""Probes on the machine: what the engine and the file system say about a workspace.

Each look is a function of what was found, so that the same look serves for the workspace and for a
counterpart that is wrong on purpose.
"""

import re
import stat
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from hub.container import SOCKET_FOLDER
from hub.probes.reach import reached
from infra import engine, hardening
from infra.hardening import Rules
from infra.probes.look_round import addresses, own_paths
from infra.shell import run

Inspected = Mapping[str, Any]

ENGINE_PORTS = (2375, 2376)
WAYS_IN = (22, 80, 5900, 8000, 8888)
ENVIRONMENT = frozenset({"HOME", "LANG", "PATH"})
LISTENING = "0A"


def ways_in(one: Inspected) -> list[str]:
    """N17: whatever could be connected to from outside the container."""
    mode = one["HostConfig"]["NetworkMode"]
    found = [f"network {mode}"] if mode != "none" else []
    found += [f"address {address}" for address in addresses(one)]
    found += [f"published port {port}" for port in one["HostConfig"].get("PortBindings") or ()]
    return found + reached(addresses(one), WAYS_IN)


def foreign_mounts(one: Inspected, *, sources: Collection[str]) -> list[str]:
    """C10: mounts that a workspace of this person and project should not have.

    Args:
        one: The container.
        sources: Where its data may come from, beneath the datasets' folder.
    """
    labels = one["Config"].get("Labels") or {}
    own = own_paths(labels.get("haven.user", ""), labels.get("haven.project", ""), sources)
    # A tmpfs has no source; the sockets' folder is its own.
    mounts = [mount for mount in one["Mounts"] if mount["Type"] != "tmpfs"]
    found = [f"mount {mount['Source'] or mount['Destination']}" for mount in mounts
             if not str(mount["Source"]).endswith(own)]  # fmt: skip
    writable = {"/home/researcher", "/outputs", SOCKET_FOLDER, "/shared"}
    return found + [f"writable {mount['Destination']}" for mount in mounts
                    if mount["RW"] and mount["Destination"] not in writable]  # fmt: skip


def chosen_by_its_person(one: Inspected, *, image: str, names: Collection[str]) -> list[str]:
    """C11: an image, variables or a network that nobody but its person would have set."""
    set_here = {text.split("=", 1)[0] for text in one["Config"]["Env"] or ()}
    unknown = sorted(name for name in set_here
                     if name not in ENVIRONMENT and name not in names
                     and not name.startswith(("PYTHON", "HAVEN_")))  # fmt: skip
    found = [f"variable {name}" for name in unknown]
    if one["Image"] != image:
        found.append(f"image {one['Image'][:19]}")
    if one["HostConfig"]["NetworkMode"] != "none":
        found.append(f"network {one['HostConfig']['NetworkMode']}")
    return found


def unapproved_image(one: Inspected, *, approved: str) -> list[str]:
    """C12: an image that is not the approved one, or named so that it could become another."""
    found = [] if one["Image"] == approved else [f"runs {one['Image'][:19]}"]
    named = one["Config"]["Image"]
    return found if named.startswith("sha256:") else [*found, f"named by a tag: {named}"]


def wrong_modes(home: Path, expected: Mapping[str, tuple[int, int, int]]) -> list[str]:
    """D08: folders with another owner, group or mode than declared, and secrets others can read.

    Args:
        home: The installation's folder.
        expected: Folder -> owner, group, mode.
    """
    found = []
    for name, (owner, group, mode) in expected.items():
        seen = (home / name).stat()
        if (seen.st_uid, seen.st_gid, stat.S_IMODE(seen.st_mode)) != (owner, group, mode):
            found.append(f"{name}: {seen.st_uid}:{seen.st_gid} {stat.S_IMODE(seen.st_mode):04o}")
    found += [f"secrets/{path.parent.name}/{path.name} can be read by others"
              for path in sorted((home / "secrets").rglob("*"))
              if path.is_file() and path.stat().st_mode & 0o077]  # fmt: skip
    return found + [f"{path.relative_to(home)} is open to everybody" for path in _world_open(home)]


def socket_open_to_all(path: Path) -> list[str]:
    """D08: the engine's socket, when more than its group may use it."""
    return [f"{path} is open to everybody"] if path.stat().st_mode & stat.S_IWOTH else []


def open_ports(
    containers: Collection[Inspected], *, front_door: str, forbidden: Collection[int]
) -> list[str]:
    """L06: ports that are published besides the front door, and forbidden ones that listen."""
    found = []
    for one in containers:
        for bindings in (one["HostConfig"].get("PortBindings") or {}).values():
            for binding in bindings or ():
                place = f"{binding.get('HostIp') or '0.0.0.0'}:{binding.get('HostPort')}"  # noqa: S104  shown
                if place != front_door:
                    found.append(f"{one['Name'].lstrip('/')} publishes {place}")
    listening = _listening(Path("/proc/net"))
    return found + [f"port {port} listens" for port in sorted(set(forbidden) & listening)]


def hardening_problems(one: Inspected, rules: Rules) -> list[str]:
    """L08: the benchmark's points that a container does not meet."""
    name = one["Name"].lstrip("/")
    return [f"{name} {problem.words} ({problem.point})"
            for problem in hardening.problems(one, rules)]  # fmt: skip


def rules_for(one: Inspected, *, security: Collection[str], listen: str) -> Rules:
    service = (one["Config"].get("Labels") or {}).get("com.docker.compose.service", "")
    return Rules(
        socket=service == "hub",
        restarts=bool(service),
        anywhere=service == "proxy" and listen.startswith("0.0.0.0:"),
        security=tuple(security),
    )


def old_engine() -> list[str]:
    version = engine.version()
    is_old = version < engine.OLDEST
    return [f"Docker engine {'.'.join(map(str, version))}"] if is_old else []


def engine_security() -> list[str]:
    return run("docker", "info", "--format",
               "{{range .SecurityOptions}}{{println .}}{{end}}").split()  # fmt: skip


def weak_cookies(headers: Collection[str], *, is_https: bool) -> list[str]:
    """L08: cookies that scripts or other sites could use.

    Args:
        headers: The values of `Set-Cookie`.
        is_https: Whether people reach Haven over TLS.
    """
    found = []
    for header in headers:
        name, flags = header.split("=", 1)[0], header.lower()
        if "max-age=0" in flags:
            continue  # it takes a cookie away
        # The form key is read by JupyterLab's own script, and is no use without the session.
        if name != "_xsrf" and "httponly" not in flags:
            found.append(f"cookie {name} can be read by scripts")
        if "samesite" not in flags and name != "_xsrf":
            found.append(f"cookie {name} is sent along from other sites")
        if is_https and not re.search(r";\s*secure", flags):
            found.append(f"cookie {name} is sent without TLS")
    return found


def _listening(folder: Path) -> set[int]:
    return {int(line[1].rsplit(":", 1)[1], 16)
            for line in _tcp_lines(folder) if line[3] == LISTENING}  # fmt: skip


def _tcp_lines(folder: Path) -> Iterator[list[str]]:
    for table in ("tcp", "tcp6"):
        path = folder / table
        if path.exists():
            yield from (line.split() for line in path.read_text().splitlines()[1:])


def _world_open(home: Path) -> Iterator[Path]:
    for name in ("datasets", "homes", "outputs", "answers", "inputs", "registrations", "quarantine",
                 "indexes", "sockets", "shared"):  # fmt: skip
        path = home / name
        if path.exists() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH | stat.S_IXOTH):
            yield path
