"""The benchmark's points, each broken once."""

import copy

import pytest

from infra.hardening import Rules, problems

GOOD = {
    "Name": "/haven_portal_1",
    "AppArmorProfile": "docker-default",
    "Config": {"User": "64113:64113", "Healthcheck": {"Test": ["CMD", "true"]}},
    "HostConfig": {
        "CapDrop": ["ALL"],
        "CapAdd": None,
        "Privileged": False,
        "NetworkMode": "haven_edge",
        "Memory": 1024**3,
        "CpuShares": 1024,
        "ReadonlyRootfs": True,
        "PortBindings": {"8000/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8000"}]},
        "RestartPolicy": {"Name": "always"},
        "PidMode": "",
        "IpcMode": "private",
        "UTSMode": "",
        "UsernsMode": "",
        "Devices": [],
        "Ulimits": [{"Name": "nofile", "Soft": 4096, "Hard": 4096}],
        "SecurityOpt": ["no-new-privileges:true"],
        "PidsLimit": 256,
    },
    "Mounts": [{"Source": "/var/lib/haven/secrets/portal", "Destination": "/run/secrets",
                "Propagation": "rprivate"}],
}  # fmt: skip
HOST = "HostConfig"
BREAKS = [
    ("4.1", lambda c: c["Config"].update(User="0:0")),
    ("4.1", lambda c: c["Config"].update(User="")),
    ("4.6", lambda c: c["Config"].update(Healthcheck=None)),
    ("5.2", lambda c: c.update(AppArmorProfile="unconfined")),
    ("5.3", lambda c: c[HOST]["SecurityOpt"].append("label=disable")),
    ("5.4", lambda c: c[HOST].update(CapDrop=None)),
    ("5.4", lambda c: c[HOST].update(CapAdd=["NET_ADMIN"])),
    ("5.5", lambda c: c[HOST].update(Privileged=True)),
    ("5.6", lambda c: c["Mounts"].append({"Source": "/", "Destination": "/host"})),
    ("5.6", lambda c: c["Mounts"].append({"Source": "/etc", "Destination": "/host"})),
    ("5.8", lambda c: bind(c, HostIp="127.0.0.1", HostPort="443")),
    ("5.10", lambda c: c[HOST].update(NetworkMode="host")),
    ("5.11", lambda c: c[HOST].update(Memory=0)),
    ("5.12", lambda c: c[HOST].update(CpuShares=0)),
    ("5.13", lambda c: c[HOST].update(ReadonlyRootfs=False)),
    ("5.14", lambda c: bind(c, HostIp="", HostPort="8000")),
    ("5.14", lambda c: bind(c, HostIp="0.0.0.0", HostPort="8000")),
    ("5.15", lambda c: c[HOST].update(RestartPolicy={"Name": "on-failure"})),
    ("5.16", lambda c: c[HOST].update(PidMode="host")),
    ("5.17", lambda c: c[HOST].update(IpcMode="host")),
    ("5.18", lambda c: c[HOST].update(Devices=[{"PathOnHost": "/dev/kvm"}])),
    ("5.19", lambda c: c[HOST].update(Ulimits=None)),
    ("5.20", lambda c: c["Mounts"][0].update(Propagation="rshared")),
    ("5.21", lambda c: c[HOST].update(UTSMode="host")),
    ("5.22", lambda c: c[HOST]["SecurityOpt"].append("seccomp=unconfined")),
    ("5.26", lambda c: c[HOST].update(SecurityOpt=[])),
    ("5.29", lambda c: c[HOST].update(PidsLimit=0)),
    ("5.31", lambda c: c[HOST].update(UsernsMode="host")),
    ("5.32", lambda c: c["Mounts"].append({"Source": "/var/run/docker.sock"})),
]
RULES = Rules(security=("name=apparmor", "name=selinux", "name=seccomp,profile=default"))


def bind(container, **binding):
    container[HOST]["PortBindings"] = {"8000/tcp": [binding]}


def test_a_container_that_is_set_up_well_has_no_problems():
    assert problems(GOOD, RULES) == []


@pytest.mark.parametrize(("point", "change"), BREAKS)
def test_each_point_that_does_not_hold_is_found_and_no_other(point, change):
    broken = copy.deepcopy(GOOD)
    broken["Mounts"] = [{"Destination": "/x", **mount} for mount in broken["Mounts"]]
    change(broken)

    assert {problem.point for problem in problems(broken, RULES)} == {point}


def test_the_hub_may_hold_the_engines_socket_and_nobody_else():
    hub = copy.deepcopy(GOOD)
    hub["Mounts"].append({"Source": "/var/run/docker.sock", "Destination": "/var/run/docker.sock"})

    assert problems(hub, Rules(socket=True)) == []
    assert [problem.point for problem in problems(hub, Rules())] == ["5.32"]


def test_a_workspace_must_not_come_back_by_itself():
    workspace = copy.deepcopy(GOOD)

    assert [p.point for p in problems(workspace, Rules(restarts=False))] == ["5.15"]
    workspace[HOST]["RestartPolicy"] = {"Name": "no", "MaximumRetryCount": 0}
    assert problems(workspace, Rules(restarts=False)) == []


def test_an_engine_without_apparmor_is_not_asked_for_it():
    bare = {**GOOD, "AppArmorProfile": ""}

    assert problems(bare, Rules(security=())) == []
