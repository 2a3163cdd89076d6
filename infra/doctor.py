"""Looks at a running installation for what would break a promise, and says what to do."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra import engine, services
from infra.compose import execute
from infra.errors import CommandFailed, HavenError
from infra.instance import UIDS, Instance
from infra.shell import run


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing looked at: what, whether it is well, and what was seen or what to do."""

    title: str
    well: bool
    detail: str


def examine(instance: Instance) -> Iterator[Check]:
    for title, look in LOOKS.items():
        try:
            yield Check(title=title, well=True, detail=look(instance))
        except CommandFailed as failure:
            lines = failure.output.strip().splitlines()
            yield Check(title=title, well=False, detail=lines[-1] if lines else str(failure))
        except HavenError as problem:
            yield Check(title=title, well=False, detail=str(problem))


class NotWell(HavenError):
    """A look found something wrong; the message says what and what to do."""


def _engine(_: Instance) -> str:
    return f"Docker Engine {'.'.join(map(str, engine.version()))}"


def _services(instance: Instance) -> str:
    unwell = [s.name for s in services.states(instance) if not s.well]
    if unwell:
        raise NotWell(f"not well: {', '.join(unwell)}; see `haven logs NAME`")
    return f"{len(services.SERVICES)} services are well"


def _sockets(instance: Instance) -> str:
    if not os.path.ismount(instance.sockets):
        raise NotWell("the sockets' file system is not mounted; run `haven up`")
    if not os.statvfs(instance.sockets).f_flag & 0x2000:
        raise NotWell("the sockets' file system follows links; run `haven down`, then `haven up`")
    return "mounted, follows no links"


def _store(instance: Instance) -> str:
    """Write to the store, then try to overwrite and delete; in the worker, which has the key."""
    said = execute(instance, "worker", "python", "-m", "output_checker.adapters.prove_store")
    return said.strip().splitlines()[-1]


def _ledger_role(instance: Instance) -> str:
    granted = execute(
        instance, "database", "psql", "--host=/tmp", "--username=postgres", "--dbname=haven",
        "--tuples-only", "--no-align", "--command",
        "select string_agg(privilege_type, ',' order by privilege_type) from "
        "information_schema.role_table_grants "
        "where table_name = 'ledger' and grantee = 'haven_app'",
    ).strip()  # fmt: skip
    if granted != "INSERT,SELECT":
        raise NotWell(f"the application may {granted} on the ledger; run `haven up` to migrate")
    return "the application may only read and append"


def _secrets(instance: Instance) -> str:
    open_to_others = [
        path.name
        for path in instance.secrets.rglob("*")
        if path.is_file() and path.stat().st_mode & 0o077
    ]
    if open_to_others:
        raise NotWell(f"readable by others: {', '.join(sorted(open_to_others))}; chmod 0400 them")
    return "each readable by its own process only"


def _docker_socket(instance: Instance) -> str:
    holders = run("docker", "ps", "--filter", "volume=/var/run/docker.sock",
                  "--filter", f"label=com.docker.compose.project={instance.name}",
                  "--format", '{{.Label "com.docker.compose.service"}}').split()  # fmt: skip
    if holders != ["hub"]:
        raise NotWell(f"the Docker socket is in {holders}; it belongs in the hub only")
    return "held by the hub only"


def _users(instance: Instance) -> str:
    for name, uid in UIDS.items():
        seen = execute(instance, name, "id", "-u").strip()
        if seen != str(uid):
            raise NotWell(f"{name} runs as user {seen}, not {uid}")
    return "each service runs as its own user, none as root"


LOOKS: dict[str, Callable[[Instance], str]] = {
    "engine": _engine,
    "services": _services,
    "users": _users,
    "Docker socket": _docker_socket,
    "sockets": _sockets,
    "secrets": _secrets,
    "ledger": _ledger_role,
    "release store": _store,
}
