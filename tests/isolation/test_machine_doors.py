"""Each door of the machine, of the hub's start and of the registry, opened once on purpose."""

import os
import signal
import socket
import uuid

import pytest

from hub.container import HOME, SOCKET_FOLDER, Workspace, container, host_config
from infra import images, suite
from infra.compose import container as service
from infra.folders import FOLDERS
from infra.hardening import Rules
from infra.probes import access, host
from infra.probes.look_round import inspect
from infra.probes.run import run_probes
from infra.shell import run
from tests.isolation.doors import Spec
from tests.isolation.machine_doors import FOLDER_DOORS, PORT_DOORS, SPEC_DOORS, WATCH_DOORS

WATCH_SECONDS = 20


@pytest.fixture
def spec(docker_engine, tmp_path):
    own = {"homes/p1/ada": HOME, "outputs/p1/ada": "/outputs", "sockets/ada~p1": SOCKET_FOLDER}
    read_only = {"answers/p1/ada": "/run/haven", "inputs/p1": "/inputs", "datasets/d": "/data/d"}
    workspace = Workspace(
        name=f"{suite.NAME}-door-{uuid.uuid4().hex[:8]}", instance=suite.NAME, username="ada",
        project="p1", image=images.image_id("workspace"), base_url="/", tier="browser",
        memory_bytes=1024**3, cpus=1.0,
        read_only={str(tmp_path / name): path for name, path in read_only.items()},
        writable={str(tmp_path / name): path for name, path in own.items()},
    )  # fmt: skip
    (tmp_path / "host").mkdir()
    folders = {"host": tmp_path / "host"}
    return Spec(made=container(workspace), limits=host_config(workspace), folders=folders)


@pytest.fixture
def looked_at(spec, engine_client):
    """Make the container, start nothing, and look at it as the probes do."""
    made = []

    def _look():
        if spec.made["image"] == "BY A TAG":
            spec.made["image"] = images.tag("workspace")
        limits = engine_client.create_host_config(**spec.limits)
        made.append(engine_client.create_container(**spec.made, host_config=limits)["Id"])
        one = inspect("container", made)[0]
        image = images.image_id("workspace")
        return {
            "N17": host.ways_in(one),
            "C10": host.foreign_mounts(one, sources=("d",)),
            "C11": host.chosen_by_its_person(one, image=image, names=()),
            "C12": host.unapproved_image(one, approved=image),
            "L08": host.hardening_problems(one, Rules(restarts=False)),
        }

    yield _look
    for identity in made:
        engine_client.remove_container(identity, force=True, v=True)


def test_a_workspace_as_the_hub_makes_it_is_found_shut(looked_at):
    assert {one: found for one, found in looked_at().items() if found} == {}


@pytest.mark.parametrize("door", SPEC_DOORS, ids=lambda door: door.words)
def test_each_open_door_of_the_container_is_found_by_its_probe_and_by_no_other(
    spec, looked_at, door
):
    door.open(spec)

    found = looked_at()

    assert {one for one, texts in found.items() if texts} == set(door.caught)
    for one, piece in door.caught.items():
        assert any(piece in text for text in found[one]), found[one]


@pytest.fixture
def home(tmp_path):
    for name, (owner, group, mode) in FOLDERS.items():
        (tmp_path / name).mkdir()
        os.chown(tmp_path / name, owner, group)
        (tmp_path / name).chmod(mode)
    secret = tmp_path / "secrets" / "hub" / "cookie_secret"
    secret.parent.mkdir(parents=True)
    secret.write_text("secret")
    secret.chmod(0o400)
    return tmp_path


def test_an_open_folder_is_found(home):
    assert host.wrong_modes(home, FOLDERS) == []

    (home / "outputs").chmod(0o2777)

    piece = FOLDER_DOORS[0].caught["D08"]
    assert any(piece in text for text in host.wrong_modes(home, FOLDERS))


def test_a_readable_secret_is_found(home):
    (home / "secrets" / "hub" / "cookie_secret").chmod(0o444)

    piece = FOLDER_DOORS[1].caught["D08"]
    assert any(piece in text for text in host.wrong_modes(home, FOLDERS))


def test_a_published_port_besides_the_front_door_is_found():
    def published(port):
        binding = {"HostIp": "127.0.0.1", "HostPort": port}
        return {"Name": "/x", "HostConfig": {"PortBindings": {"1/tcp": [binding]}}}

    front = "127.0.0.1:8000"
    assert host.open_ports([published("8000")], front_door=front, forbidden=()) == []
    found = host.open_ports([published("5432")], front_door=front, forbidden=())
    assert PORT_DOORS[0].caught["L06"] in found[0]


def test_an_engine_that_listens_on_the_network_is_found():
    with socket.create_server(("127.0.0.1", 0)) as opened:
        port = opened.getsockname()[1]
        found = host.open_ports((), front_door="", forbidden=(port,))

    assert PORT_DOORS[1].caught["L06"] in found[0]
    assert host.open_ports((), front_door="", forbidden=(port,)) == []


def test_a_watch_that_does_nothing_is_found(platform, monkeypatch):
    monkeypatch.setattr(access, "SECONDS", WATCH_SECONDS)
    lines = run("docker", "top", service(platform, "hub"), "-eo", "pid,args").splitlines()
    watch = next(int(line.split()[0]) for line in lines if "hub.access_watch" in line)
    os.kill(watch, signal.SIGSTOP)
    try:
        outcomes = run_probes(platform, list(WATCH_DOORS[0].caught)).outcomes
    finally:
        os.kill(watch, signal.SIGCONT)

    for outcome in outcomes:
        assert outcome.state == "OPEN"
        assert WATCH_DOORS[0].caught[outcome.probe.probe_id] in outcome.found[0]
