"""A workspace's container from `hub.container`, with what the hub would put around it."""

import hashlib
import json
import os
import secrets
import socket
import uuid
from contextlib import ExitStack

import docker
import pytest

from hub.container import HOME, SOCKET_FOLDER, UID, Workspace, container, host_config
from hub.probes.targets import Targets
from infra import images, suite
from infra.probes import inside
from infra.shell import run
from tests.isolation.doors import MARK, Spec

PLACES = {"datasets/own": "/data/own", "inputs-own": "/inputs", "answers": "/run/haven"}
WRITABLE = {"home": HOME, "outputs": "/outputs", "sockets": SOCKET_FOLDER}
OTHERS = ("datasets/other", "theirs", "inputs", "engine", "secret", "setuid", "host")
WAIT = (
    "import os, sys; os.execve(sys.executable, [sys.executable, '-c', "
    "'import time; time.sleep(900)', 'jupyterlab'], {**os.environ, **P})"
)
KEEP_RUNNING = "import time; time.sleep(900)"


@pytest.fixture(scope="module")
def engine_client(docker_engine):
    client = docker.APIClient(version="auto")
    yield client
    client.close()


@pytest.fixture
def around(tmp_path):
    """The folders, with something planted in each that no workspace may see."""
    folders = {}
    for name in (*PLACES, *WRITABLE, *OTHERS):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        os.chown(folder, UID, UID)
        folders[name] = folder
    for name in WRITABLE:
        folders[name].chmod(0o777)
    tmp_path.chmod(0o755)
    secret = secrets.token_hex(32)
    (folders["datasets/own"] / "data.csv").write_text("unit\nu1\n")
    (folders["datasets/other"] / "data.csv").write_text("unit\nu2\n")
    (folders["theirs"] / f"{MARK}-outputs").write_text("theirs")
    (folders["inputs"] / f"{MARK}-inputs").write_text("theirs")
    (folders["host"] / "mark").write_text("the host's")
    (folders["secret"] / "key").write_text(secret)
    (folders["setuid"] / "program").write_text("#!/bin/sh\n")
    (folders["setuid"] / "program").chmod(0o4755)
    (folders["answers"] / "answers").mkdir()
    with socket.socket(socket.AF_UNIX) as engine:
        path = folders["engine"] / "docker.sock"
        engine.bind(f"/proc/self/fd/{os.open(path.parent, os.O_PATH)}/docker.sock")
        path.chmod(0o666)
        folders["engine/docker.sock"] = path
        engine.listen()
        yield folders, hashlib.sha256(secret.encode()).hexdigest()


@pytest.fixture
def probe(engine_client, around):
    """Start a changed workspace, run the probes in it, and say what they found."""
    folders, secret_hash = around
    with ExitStack() as undo:

        def _probe(change, only=()):
            spec = a_spec(folders)
            change(spec)
            settle(spec, undo)
            identity = start(engine_client, spec, undo)
            targets = Targets(
                gateways=("172.31.0.1",), host_addresses=("172.31.0.9",),
                containers=("172.31.0.2",), services=(("hub", 8081),),
                secret_hashes=(secret_hash,), own_datasets=("own",),
                own_paths=tuple(str(folders[name]) for name in (*PLACES, *WRITABLE)),
                host_marks=(str(folders["host"] / "mark"),), mark=MARK,
                memory_bytes=spec_memory(folders), cpus=1.0,
            )  # fmt: skip
            found = inside.probe_container(identity, targets, only or inside_ids())
            return {one: result.get("open", [result.get("error")]) for one, result in found.items()}

        yield _probe


def inside_ids():
    from hub.probes.inside import ATTEMPTS

    return tuple(ATTEMPTS)


def spec_memory(folders):
    return 1024**3


def a_spec(folders):
    workspace = Workspace(
        name=f"{suite.NAME}-door-{uuid.uuid4().hex[:8]}",
        instance=f"{suite.NAME}-doors",
        username="ada",
        project="p1",
        image=images.image_id("workspace"),
        base_url="/user/ada/p1/",
        tier="browser",
        memory_bytes=spec_memory(folders),
        cpus=1.0,
        read_only={str(folders[name]): path for name, path in PLACES.items()},
        writable={str(folders[name]): path for name, path in WRITABLE.items()},
    )
    return Spec(made=container(workspace), limits=host_config(workspace), folders=folders)


def settle(spec, undo):
    """Make the network that a door names."""
    mode = spec.limits["network_mode"]
    name = f"{suite.NAME}-door-{uuid.uuid4().hex[:8]}"
    if mode == "INTERNAL":
        run("docker", "network", "create", "--internal", name)
        undo.callback(run, "docker", "network", "rm", name)
        spec.limits["network_mode"] = name
    if mode == "EVERYTHING":
        hosts = [part for one in inside.NAMES for part in ("--add-host", f"{one}:203.0.113.80")]
        aimed = json.dumps({"services": [["hub", 8081]]})
        code = f"from hub.probes import leaky; leaky.open_the_network({aimed!r}); {KEEP_RUNNING}"
        run("docker", "run", "--detach", "--rm", "--name", name, "--network", "none",
            "--user", "0:0", "--cap-add", "NET_ADMIN", "--dns", "203.0.113.53",
            "--sysctl", "net.ipv6.conf.all.disable_ipv6=0", *hosts,
            images.image_id("workspace"), "python", "-c", code)  # fmt: skip
        undo.callback(run, "docker", "rm", "--force", name)
        spec.limits["network_mode"] = f"container:{name}"
        spec.made.pop("hostname")


def start(client, spec, undo):
    lines = ["from hub.workspace.launch import PLACES as P", *spec.program, WAIT]
    spec.made["command"] = ["python", "-c", "\n".join(lines)]
    # What is left for looking at when it does not start is removed here in any case.
    spec.limits["auto_remove"] = False
    spec.made.pop("healthcheck")
    limits = {**client.create_host_config(**spec.limits), **spec.raw}
    made = client.create_container(**spec.made, host_config=limits)
    undo.callback(client.remove_container, made["Id"], force=True, v=True)
    client.start(made["Id"])
    return made["Id"]
