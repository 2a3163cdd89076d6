"""The Docker engine and the machine below it."""

import json
import platform
import socket
import tempfile
import time
from pathlib import Path
from typing import Any

from infra import engine, images
from infra.doctor.check import Check, NotWell, Weight
from infra.instance import WORKSPACE_UID, Instance
from infra.shell import run, succeeds

SOCKET = Path("/var/run/docker.sock")
OLDEST_KERNEL = (5, 10)
LOOPBACK = {"127.0.0.0/8", "::1/128"}
ENGINE_FILES = tuple(
    Path(path)
    for path in (
        "/etc/docker", "/etc/docker/daemon.json", "/etc/default/docker", "/usr/bin/dockerd",
        "/usr/sbin/dockerd", "/lib/systemd/system/docker.service",
        "/lib/systemd/system/docker.socket",
    )
)  # fmt: skip
SOCKET_SECONDS = 20
# As JupyterLab and the screen do it. Who calls is told whether the first process is filtered: "2".
LISTEN = """
import asyncio, os, sys
said = next(line for line in open("/proc/self/status") if line.startswith("Seccomp:"))
async def answer(_, caller):
    caller.write(said.split()[1].encode())
    caller.close()
async def listen():
    server = await asyncio.start_unix_server(answer, sys.argv[1])
    os.chmod(sys.argv[1], 0o660)
    await server.serve_forever()
asyncio.run(listen())
"""
FILTERED = b"2"


def information() -> dict[str, Any]:
    """What `docker info` says."""
    return dict(json.loads(run("docker", "info", "--format", "{{json .}}")))


def version(_: Instance) -> str:
    found = ".".join(map(str, engine.version()))
    if engine.version() < engine.OLDEST:
        raise NotWell(f"Docker Engine {found}")
    return f"Docker Engine {found}"


def kernel(_: Instance) -> str:
    release = platform.release()
    major, minor = (int("".join(filter(str.isdigit, part)) or 0) for part in release.split(".")[:2])
    if (major, minor) < OLDEST_KERNEL:
        raise NotWell(f"Linux {release}")
    return f"Linux {release}"


def not_on_the_network(_: Instance) -> str:
    warnings = information().get("Warnings") or []
    said = [one for one in warnings if "API is accessible" in one]
    if said:
        raise NotWell(said[0].strip())
    return "answers on its socket only"


def socket_file(_: Instance) -> str:
    mode = SOCKET.stat().st_mode & 0o777
    if mode & 0o007:
        raise NotWell(f"{SOCKET} has mode {mode:04o}: everybody on this machine is its master")
    return f"{SOCKET} has mode {mode:04o}"


def runtime(instance: Instance) -> str:
    if not instance.runtime:
        return "the engine's default"
    known = sorted(information().get("Runtimes") or {})
    if instance.runtime not in known:
        raise NotWell(f"the engine does not know {instance.runtime}; it knows {', '.join(known)}")
    return instance.runtime


def runtime_fits(instance: Instance) -> str:
    """Start a container with the runtime, and reach a socket that it makes from outside it."""
    if not instance.runtime:
        return "the engine's default does"
    if not images.exists("workspace"):
        raise NotWell("the workspaces' image is not built; run `haven up`")
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        place.chmod(0o777)
        name = run(
            "docker", "run", "--detach", "--rm", "--runtime", instance.runtime,
            "--network", "none", "--user", f"{WORKSPACE_UID}:{WORKSPACE_UID}", "--cap-drop", "ALL",
            "--security-opt", "no-new-privileges:true", "--read-only",
            "--volume", f"{place}:/run/workspace", images.tag("workspace"),
            "python", "-c", LISTEN, "/run/workspace/s",
        ).strip()  # fmt: skip
        try:
            said = _answer(place / "s")
        finally:
            succeeds(["docker", "rm", "--force", name])
    return _judged(instance.runtime, said)


def _judged(runtime: str, said: bytes) -> str:
    if not said:
        raise NotWell(f"a socket that is made inside {runtime} cannot be reached from here")
    if said != FILTERED:
        raise NotWell(f"{runtime} starts programs without the system call filter")
    return f"{runtime} does"


def _answer(path: Path) -> bytes:
    """What the container says to whoever calls; nothing when nobody answers in time."""
    deadline = time.monotonic() + SOCKET_SECONDS
    while time.monotonic() < deadline:
        try:
            with socket.socket(socket.AF_UNIX) as caller:
                caller.settimeout(1)
                caller.connect(str(path))
                if said := caller.recv(1):
                    return said
        except OSError:
            pass  # not there yet, or not any more
        time.sleep(0.1)
    return b""


def system_call_filter(_: Instance) -> str:
    options = information().get("SecurityOptions") or []
    if not any("seccomp" in option for option in options):
        raise NotWell("the engine starts containers without a system call filter")
    return "on, with the engine's profile below Haven's own list"


def user_numbers(_: Instance) -> str:
    if any("name=userns" in one for one in information().get("SecurityOptions") or []):
        raise NotWell("userns-remap is on")
    return "as on the machine"


def files(_: Instance) -> str:
    changeable = [
        str(path)
        for path in ENGINE_FILES
        if path.exists() and (path.stat().st_uid != 0 or path.stat().st_mode & 0o022)
    ]
    if changeable:
        raise NotWell(f"can be changed by others than root: {', '.join(changeable)}")
    return "can be changed by root only"


def registries(_: Instance) -> str:
    told = information().get("RegistryConfig") or {}
    others = sorted(set(told.get("InsecureRegistryCIDRs") or ()) - LOOPBACK)
    named = [name for name, one in (told.get("IndexConfigs") or {}).items() if not one["Secure"]]
    if others or named:
        raise NotWell(f"images may come unverified from {', '.join([*others, *named])}")
    return "none without TLS"


def live_restore(_: Instance) -> str:
    if information().get("LiveRestoreEnabled"):
        raise NotWell("the hub would keep the socket of an engine that is gone")
    return "off: services start again with the engine"


def confinement(_: Instance) -> str:
    options = " ".join(information().get("SecurityOptions") or [])
    found = [name for name in ("apparmor", "selinux") if f"name={name}" in options]
    if not found:
        raise NotWell("neither AppArmor nor SELinux confines containers")
    return ", ".join(found)


CHECKS = (
    Check(
        check_id="E1",
        title="engine's version",
        means="Older engines do not drop every capability of a container without a network.",
        mend="Install the distribution's docker.io, 20.10 or newer.",
        weight=Weight.PROMISE,
        look=version,
        before_start=True,
    ),
    Check(
        check_id="E2",
        title="kernel's version",
        means="Before 5.10 a mount cannot refuse to follow links, and a workspace could lead the "
        "gateway to another socket.",
        mend="Run Linux 5.10 or newer.",
        weight=Weight.PROMISE,
        look=kernel,
        before_start=True,
    ),
    Check(
        check_id="E3",
        title="engine's address",
        means="Whoever reaches the engine over the network is root on this machine.",
        mend="Take the tcp:// hosts out of the daemon's settings (CIS 2.7), and restart it.",
        weight=Weight.PROMISE,
        look=not_on_the_network,
        before_start=True,
    ),
    Check(
        check_id="E4",
        title="engine's socket",
        means="Whoever can open the socket is root on this machine.",
        mend="chmod 0660 /var/run/docker.sock, and chgrp docker (CIS 3.15, 3.16).",
        weight=Weight.PROMISE,
        look=socket_file,
        before_start=True,
    ),
    Check(
        check_id="E5",
        title="workspaces' runtime",
        means="No workspace would start, or not in the sandbox that was asked for.",
        mend="Install the runtime and name it in the daemon's settings, or take "
        "HAVEN_WORKSPACE_RUNTIME away; docs/admins.md shows how for gVisor.",
        weight=Weight.PROMISE,
        look=runtime,
        before_start=True,
    ),
    Check(
        check_id="E6",
        title="system call filter",
        means="A container could use every call of the kernel.",
        mend="Use an engine and a kernel with seccomp (CIS 2.17, 5.22).",
        weight=Weight.PROMISE,
        look=system_call_filter,
        before_start=True,
    ),
    Check(
        check_id="E7",
        title="user numbers",
        means="With userns-remap the folders' owners on the machine are not those inside, and no "
        "service could read its own secrets.",
        mend="Take userns-remap out of the daemon's settings: Haven's containers have no root, no "
        "capability and no way to gain one, and a sandbox of its own is had with gVisor.",
        weight=Weight.PROMISE,
        look=user_numbers,
        before_start=True,
    ),
    Check(
        check_id="E8",
        title="live-restore",
        means="With it the hub outlives a restart of the engine and keeps the old engine's "
        "socket, so that no workspace starts or stops until the hub is started again. Workspaces "
        "end either way: the engine takes them away with itself.",
        mend='Set {"live-restore": false} in /etc/docker/daemon.json, against CIS 2.15, and '
        "reload it.",
        weight=Weight.ADVICE,
        look=live_restore,
    ),
    Check(
        check_id="E9",
        title="confinement",
        means="One layer less between a container and the kernel.",
        mend="Run a kernel with AppArmor or SELinux, and the engine with it (CIS 5.2, 5.3).",
        weight=Weight.ADVICE,
        look=confinement,
    ),
    Check(
        check_id="E10",
        title="runtime's sandbox",
        means="The gateway could reach no workspace, since its socket would exist inside the "
        "sandbox only; or the workspace would run without its system call filter.",
        mend="For gVisor, give runsc --host-uds=all and --oci-seccomp in the daemon's settings; "
        "docs/admins.md shows how.",
        weight=Weight.PROMISE,
        look=runtime_fits,
    ),
    Check(
        check_id="E11",
        title="engine's files",
        means="Whoever can change the engine's program or settings is root at its next start.",
        mend="chown root and chmod go-w the files that are named (CIS 3.1-3.22).",
        weight=Weight.PROMISE,
        look=files,
        before_start=True,
    ),
    Check(
        check_id="E12",
        title="registries",
        means="A base image could be replaced on its way here.",
        mend="Take insecure-registries out of the daemon's settings (CIS 2.5).",
        weight=Weight.ADVICE,
        look=registries,
    ),
)
