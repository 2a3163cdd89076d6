"""Workspaces in gVisor, where this machine's engine has it: both tiers, and what probes find."""

import os
import socket
import uuid
from contextlib import ExitStack

import docker
import pytest

from hub.container import SOCKET_NAME, UID, Workspace, container, host_config
from hub.probes.targets import Targets
from hub.storage.mount import SOCKET_OPTIONS
from infra import images, suite
from infra.doctor import engine_checks
from infra.instance import Instance
from infra.probes import sandbox
from infra.shell import run
from tests.waiting import eventually

RUNTIME = "runsc"
BASE = "/user/ada/p1/"
PLACES = {"home": "/home/researcher", "outputs": "/outputs", "sockets": "/run/workspace"}


@pytest.fixture(scope="module", autouse=True)
def gvisor(docker_engine):
    if RUNTIME not in (engine_checks.information().get("Runtimes") or {}):
        pytest.skip("the engine does not know runsc (gVisor); docs/admins.md says how to add it")


@pytest.fixture
def started(tmp_path):
    """Start a workspace in the sandbox; returns its container as the engine describes it."""
    client = docker.APIClient(version="auto")
    with ExitStack() as undo:
        undo.callback(client.close)
        tmp_path.chmod(0o755)
        for name in PLACES:
            (tmp_path / name).mkdir()
        run("mount", "-t", "tmpfs", "-o", SOCKET_OPTIONS, f"{suite.NAME}-sandbox",
            str(tmp_path / "sockets"))  # fmt: skip
        undo.callback(run, "umount", str(tmp_path / "sockets"))
        for name in PLACES:
            os.chown(tmp_path / name, UID, UID)

        def _start(tier):
            workspace = Workspace(
                name=f"{suite.NAME}-sandbox-{uuid.uuid4().hex[:8]}", instance=suite.NAME,
                username="ada", project="p1", image=images.image_id("workspace"), base_url=BASE,
                tier=tier, memory_bytes=4 * 1024**3, cpus=1.0, runtime=RUNTIME,
                writable={str(tmp_path / name): path for name, path in PLACES.items()},
            )  # fmt: skip
            limits = client.create_host_config(**host_config(workspace))
            made = client.create_container(**container(workspace), host_config=limits)
            undo.callback(run, "docker", "rm", "--force", made["Id"])
            client.start(made["Id"])
            return client.inspect_container(made["Id"])

        yield _start


def asked(path, question, size):
    """What comes back on a socket; nothing where nobody answers."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(5)
        try:
            caller.connect(str(path))
            caller.sendall(question)
            return caller.recv(size)
        except OSError:
            return b""


def page(path):
    return asked(path, f"GET {BASE}api HTTP/1.0\r\nHost: workspace\r\n\r\n".encode(), 15)


def greeting(path):
    return asked(path, b"", 12)


def test_the_runtime_is_taken():
    assert engine_checks.runtime_fits(an_instance()) == f"{RUNTIME} does"


def an_instance():
    return Instance(name=suite.NAME, home="/nowhere", listen="127.0.0.1:0", public_url="http://x",
                    runtime=RUNTIME)  # fmt: skip


def test_jupyterlab_answers_on_its_socket_from_outside(started, tmp_path):
    started("browser")
    path = tmp_path / "sockets" / SOCKET_NAME

    eventually(lambda: page(path) == b"HTTP/1.1 200 OK")


def test_a_screen_with_a_browser_answers_and_stays(started, tmp_path):
    own = started("pixel")
    path = tmp_path / "sockets" / SOCKET_NAME

    eventually(lambda: greeting(path) == b"RFB 003.008\n")
    eventually(lambda: "--type=renderer" in run("docker", "exec", own["Id"], "ps", "axww"))

    assert greeting(path) == b"RFB 003.008\n"


def test_its_system_calls_are_filtered_and_its_limits_held(started):
    own = started("browser")
    elsewhere = sandbox.made_another_way(own)
    targets = Targets(processes=2560)

    pairs = sandbox.look(own, own, targets, {"C04": {"open": ["all"]}}, elsewhere)

    assert elsewhere == {"C04", "C07"}
    assert (pairs["C04"].here.open, pairs["C04"].here.error) == ((), None)
    # The test's folders are on no disks of their own; what the kernel holds is all there.
    assert [one for one in pairs["C07"].here.open if not one.startswith("the disk")] == []
    assert pairs["C07"].here.error is None
