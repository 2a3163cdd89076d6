"""Doors of a workspace, each opened on purpose, and the probes that must then say so.

A door is a change of what `hub.container` makes, or of what stands around it. Doors that do not
disturb each other are opened together, in one container.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MARK = "haven-probe-door"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """What a container is made from, to be changed.

    Attributes:
        made: Arguments of docker-py's `create_container`.
        limits: Arguments of its `create_host_config`.
        folders: By name, folders on the host that a door may mount.
        raw: Entries of the engine's own HostConfig that docker-py has no argument for.
        program: Lines that the first process runs before it waits.
    """

    made: dict[str, Any]
    limits: dict[str, Any]
    folders: Mapping[str, Path]
    raw: dict[str, Any] = field(default_factory=dict)
    program: list[str] = field(default_factory=list)

    def mount(self, folder: str, path: str, mode: str = "ro") -> None:
        self.limits["binds"][str(self.folders[folder])] = {"bind": path, "mode": mode}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A door.

    Attributes:
        batch: Doors with the same number are opened in one container.
        words: What is open, for the table.
        open: Opens it.
        caught: Probe -> a piece of what it must say.
        also: Probes that may find something too, since the door is more than one.
    """

    batch: str
    words: str
    open: Callable[[Spec], object]
    caught: Mapping[str, str]
    also: frozenset[str] = frozenset()


def without(option: str) -> Callable[[Spec], object]:
    def change(spec: Spec) -> None:
        kept = [one for one in spec.limits["security_opt"] if not one.startswith(option)]
        spec.limits["security_opt"] = kept

    return change


def privileges_gained(spec: Spec) -> None:
    """In so many words: an engine can be set up so that leaving the option out opens nothing."""
    without("no-new-privileges")(spec)
    spec.limits["security_opt"].append("no-new-privileges:false")


def filtered_by(seccomp: str | None) -> Callable[[Spec], object]:
    def change(spec: Spec) -> None:
        without("seccomp")(spec)
        if seccomp:
            spec.limits["security_opt"].append(f"seccomp={seccomp}")

    return change


def writable(path: str) -> Callable[[Spec], object]:
    def change(spec: Spec) -> None:
        for bind in spec.limits["binds"].values():
            if bind["bind"] == path:
                bind["mode"] = "rw"

    return change


def network(mode: str) -> Callable[[Spec], object]:
    def change(spec: Spec) -> None:
        spec.made["network_disabled"] = False
        spec.limits["network_mode"] = mode

    return change


def as_root(spec: Spec) -> None:
    spec.made["user"] = "0:0"


def hidden_files_shown(spec: Spec) -> None:
    spec.raw.update(MaskedPaths=[], ReadonlyPaths=[])


def an_administrators_container(spec: Spec) -> None:
    as_root(spec)
    filtered_by("unconfined")(spec)
    spec.limits.update(cap_drop=[], cap_add=["SYS_ADMIN"])


def beside(code: str) -> str:
    """A line that starts a program beside the one that is waited for."""
    return f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {code!r}])"


NETWORK = frozenset(f"N{n:02}" for n in range(1, 18))
PROXY = """
import socketserver
class Proxy(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(999)
        self.request.sendall(b'HTTP/1.1 200 ok\\r\\n')
socketserver.TCPServer(('127.0.0.1', 3128), Proxy).serve_forever()
"""
MIRROR = PROXY.replace("3128", "3141")
MIRRORED = frozenset({"P02", "P03", "P04", "P05"})
DOORS = (
    Door(batch="mounts", words="the dataset is mounted writable",
         open=writable("/data/own"), caught={"D01": "is mounted writable"}),
    Door(batch="mounts", words="a folder of the machine is mounted",
         open=lambda spec: spec.mount("host", str(spec.folders["host"])),
         caught={"D03": "the host's file by its path"}),
    Door(batch="mounts", words="another project's dataset is mounted",
         open=lambda spec: spec.mount("datasets/other", "/data/other"),
         caught={"D04": "dataset other"}),
    Door(batch="mounts", words="another person's outputs are mounted",
         open=lambda spec: spec.mount("theirs", "/mnt/theirs"),
         caught={"D06": f"{MARK}-outputs"}),
    Door(batch="mounts", words="another project's inputs are mounted",
         open=lambda spec: spec.mount("inputs", "/mnt/inputs"), caught={"D07": f"{MARK}-inputs"}),
    Door(batch="mounts", words="the engine's socket is mounted",
         open=lambda spec: spec.mount("engine/docker.sock", "/run/docker.sock"),
         caught={"C01": "/run/docker.sock"}),
    Door(batch="mounts", words="a service's secret is mounted",
         open=lambda spec: spec.mount("secret", "/srv"),
         caught={"S01": "a service's secret in /srv"}),
    Door(batch="mounts", words="a program that becomes root is in reach",
         open=lambda spec: spec.mount("setuid", "/usr/games"),
         caught={"C02": "setuid /usr/games/program"}),
    Door(batch="limits", words="the own answers are mounted writable",
         open=writable("/run/haven"),
         caught={"S04": "wrote an answer into /run/haven", "D07": "wrote to /run/haven"}),
    Door(batch="limits", words="a token for the hub is in the variables",
         open=lambda spec: spec.made["environment"].update(JUPYTERHUB_API_TOKEN="x"),
         caught={"S01": "variable JUPYTERHUB_API_TOKEN", "S02": "/environ"}),
    Door(batch="limits", words="the memory has no limit",
         open=lambda spec: (spec.limits.pop("mem_limit"), spec.limits.pop("memswap_limit")),
         caught={"C07": "memory up to"}),
    Door(batch="limits", words="the processor has no limit",
         open=lambda spec: spec.limits.pop("nano_cpus"), caught={"C07": "cores up to"}),
    Door(batch="limits", words="processes have no limit",
         open=lambda spec: spec.limits.update(pids_limit=0),
         caught={"C07": "processes and more"}),
    Door(batch="limits", words="the root file system is writable",
         open=lambda spec: spec.limits.update(read_only=False),
         caught={"C08": "the root file system is mounted writable"}),
    Door(batch="limits", words="programs may run from /tmp",
         open=lambda spec: spec.limits.update(tmpfs={"/tmp": "rw,exec,mode=1777"}),
         caught={"C08": "ran a program from /tmp"}),
    Door(batch="limits", words="the engine's own system call filter is used instead of Haven's",
         open=filtered_by(None), caught={"C04": "io_uring_setup"}),
    Door(batch="limits", words="a device of the machine is there",
         open=lambda spec: spec.limits.update(devices=["/dev/zero:/dev/haven-door:r"]),
         caught={"C06": "/dev/haven-door"}),
    Door(batch="limits", words="a program in the workspace passes requests on",
         open=lambda spec: spec.program.append(beside(PROXY)), caught={"N14": "127.0.0.1', 3128"}),
    Door(batch="limits", words="a mirror gives and takes whatever is asked",
         open=lambda spec: spec.program.append(beside(MIRROR)),
         caught={"P02": "GET /simple/haven-probe-", "P03": "POST /legacy/",
                 "P04": "GET /simple/?d=", "P05": "haven-probe-1.0.tar.gz"},
         also=frozenset({"N14"})),
    Door(batch="limits", words="a proxy is named in the variables",
         open=lambda spec: spec.made["environment"].update(https_proxy="http://10.0.0.1:3128"),
         caught={"N15": "variable https_proxy"}),
    Door(batch="mounts", words="the server looks for settings in the home folder",
         open=lambda spec: spec.program.append("del P['JUPYTER_CONFIG_DIR']"),
         caught={"S05": "a person's own settings"}),
    Door(batch="mounts", words="privileges may be gained",
         open=privileges_gained, caught={"C03": "can gain privileges"}),
    Door(batch="mounts", words="there is no system call filter",
         open=filtered_by("unconfined"), caught={"C04": "no system call filter"}),
    Door(batch="mounts", words="the kernel's hidden files are shown",
         open=hidden_files_shown,
         caught={"C06": "read /proc/"}),
    Door(batch="mounts", words="capabilities are kept",
         open=lambda spec: spec.limits.update(cap_drop=[]), caught={"C03": "CapBnd"}),
    Door(batch="processes", words="the machine's processes are shared",
         open=lambda spec: spec.limits.update(pid_mode="host"),
         caught={"C05": "of user"}, also=frozenset({"C03", "C04", "S01", "S02", "D03", "S05"})),
    Door(batch="root", words="the workspace runs as root with the kernel's files open",
         open=lambda spec: (as_root(spec), filtered_by(None)(spec),
                            hidden_files_shown(spec)),
         caught={"C02": "the user is root", "C09": "core_pattern"},
         also=frozenset({"C04", "C06", "C03", "C08"})),
    Door(batch="administrator", words="the workspace may administer its container",
         open=an_administrators_container, caught={"D02": "mounted over", "C03": "CapEff"},
         also=frozenset({"C02", "C04", "C06", "C08", "C09", "D01", "D02", "D03", "D06", "D07",
                         "N08", "S01", "S04", "S05"})),
    Door(batch="privileged", words="the container is privileged",
         open=lambda spec: (spec.limits.update(privileged=True), filtered_by(None)(spec)),
         caught={"C03": "CapBnd", "C04": "no system call filter", "C06": "/dev/"},
         also=frozenset({"C09"})),
    Door(batch="bridge", words="the workspace is on Docker's default network",
         open=network("bridge"), caught={"N08": "UDP", "N12": "interface eth0"},
         also=NETWORK | {"C01"}),
    Door(batch="internal", words="the workspace is on an internal network of its own",
         open=network("INTERNAL"), caught={"N06": "127.0.0.11", "N12": "interface eth0"},
         also=NETWORK | {"C01"}),
    Door(batch="everything", words="the workspace is on a network from which all can be reached",
         open=network("EVERYTHING"),
         caught={"N01": "example.com:443", "N02": "1.1.1.1:443", "N03": "2606:4700",
                 "N04": "lookup", "N05": "1.1.1.1:853", "N06": "127.0.0.11", "N07": "8.8.8.8",
                 "N08": "UDP", "N09": "172.31.0.1:2375", "N10": "host.docker.internal",
                 "N11": "169.254.169.254:80", "N12": "172.31.0.2:8888", "N13": "hub:8081",
                 "N14": "3128", "N15": "1.1.1.1:443", "N16": "github.com:22", "C01": ":2375"},
         also=MIRRORED),
)  # fmt: skip
BATCHES = tuple(dict.fromkeys(door.batch for door in DOORS))
