"""The probes that are made another way in a sandbox with a kernel of its own."""

import json
import os
import platform

import pytest

from hub.probes import limits as inside
from hub.probes.targets import Targets
from infra.probes import sandbox
from infra.probes.sandbox import Held

GIBIBYTE = 1024**3
OWN = {
    "Id": "own",
    "Image": "sha256:1",
    "Config": {"User": "64100:64100"},
    "State": {"Pid": 7},
    "Mounts": [],
    "HostConfig": {
        "Runtime": "runsc", "Memory": 4 * GIBIBYTE, "NanoCpus": 2_000_000_000, "PidsLimit": 2048,
        "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges:true", 'seccomp={"a": 1}'],
    },
}  # fmt: skip
GIVEN = Held(memory_bytes=4 * GIBIBYTE, cores=2.0, processes=2048)


@pytest.fixture
def engine(monkeypatch):
    """An engine that answers as told, and the commands that it got."""
    got = []

    def answering(said):
        monkeypatch.setattr(sandbox, "run", lambda *command, **_: got.append(command) or said)
        return got

    return answering


def test_in_the_machines_own_kernel_every_probe_is_made_inside(engine):
    engine(platform.release() + "\n")

    assert sandbox.made_another_way(OWN) == frozenset()


def test_in_another_kernel_calls_and_limits_are_tried_elsewhere(engine):
    engine("4.4.0\n")

    assert sandbox.made_another_way(OWN) == {"C04", "C07"}


def test_limits_are_read_from_control_groups_of_the_first_version(tmp_path):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cgroup").write_text("3:memory:/d/x\n2:cpu,cpuacct:/d/x\n1:pids:/d/x\n0::/\n")
    for name, text in {
        "memory/d/x/memory.limit_in_bytes": str(GIBIBYTE),
        "cpu/d/x/cpu.cfs_quota_us": "150000",
        "cpu/d/x/cpu.cfs_period_us": "100000",
        "pids/d/x/pids.max": "2048",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text + "\n")

    held = sandbox.held(7, proc=tmp_path, cgroups=tmp_path)

    assert held == Held(memory_bytes=GIBIBYTE, cores=1.5, processes=2048)


@pytest.mark.parametrize(
    ("memory", "cpu", "pids", "expected"),
    [
        (str(GIBIBYTE), "150000 100000", "2048",
         Held(memory_bytes=GIBIBYTE, cores=1.5, processes=2048)),
        ("max", "max 100000", "max", Held(memory_bytes=None, cores=None, processes=None)),
    ],
    ids=["bounded", "not bounded"],
)  # fmt: skip
def test_limits_are_read_from_control_groups_of_the_second_version(
    tmp_path, memory, cpu, pids, expected
):
    (tmp_path / "7").mkdir()
    (tmp_path / "7" / "cgroup").write_text("0::/d/x\n")
    (tmp_path / "d" / "x").mkdir(parents=True)
    for name, text in {"memory.max": memory, "cpu.max": cpu, "pids.max": pids}.items():
        (tmp_path / "d" / "x" / name).write_text(text + "\n")

    assert sandbox.held(7, proc=tmp_path, cgroups=tmp_path) == expected


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (GIVEN, []),
        (Held(memory_bytes=None, cores=2.0, processes=2048),
         ["memory up to what the machine has"]),
        (Held(memory_bytes=8 * GIBIBYTE, cores=2.0, processes=2048),
         [f"memory up to {8 * GIBIBYTE}"]),
        (Held(memory_bytes=4 * GIBIBYTE, cores=None, processes=2048),
         ["cores up to what the machine has"]),
        (Held(memory_bytes=4 * GIBIBYTE, cores=2.0, processes=None), ["2560 processes and more"]),
    ],
)  # fmt: skip
def test_what_the_machines_kernel_does_not_hold_is_found(monkeypatch, now, found):
    monkeypatch.setattr(sandbox, "held", lambda _pid: now)

    assert list(sandbox.limits(OWN, 2560)) == found


def test_a_home_that_is_on_no_disk_of_its_own_is_found(monkeypatch, tmp_path):
    monkeypatch.setattr(sandbox, "held", lambda _pid: GIVEN)
    mount = {"Source": str(tmp_path), "Destination": "/outputs"}

    assert list(sandbox.limits({**OWN, "Mounts": [mount]}, 2560)) == ["the disk behind /outputs"]


def test_a_sandbox_that_is_gone_makes_the_probe_broken_and_not_shut(engine):
    engine(json.dumps({"C04": {"open": []}}))

    pairs = sandbox.look(
        {**OWN, "State": {"Pid": 2**30}}, OWN, Targets(), {"C04": {"open": ["x"]}}, {"C07"}
    )

    assert "FileNotFoundError" in str(pairs["C07"].here.error)


def test_calls_are_tried_in_a_sandbox_of_the_same_making(engine):
    got = engine(json.dumps({"C04": {"open": ["io_uring_setup"]}}))

    pairs = sandbox.look(OWN, OWN, Targets(), {"C04": {"open": ["unshare"]}}, {"C04"})

    command = " ".join(got[0])
    assert "--runtime runsc --network none --user 64100:64100 --read-only" in command
    assert (
        "--cap-drop ALL --security-opt no-new-privileges:true --security-opt seccomp=/" in command
    )
    assert pairs["C04"].here.open == ("io_uring_setup",)
    assert pairs["C04"].control.open == ("unshare",)


@pytest.mark.parametrize(
    ("kernel", "there", "found"),
    [
        ("another", {"null", "fuse", "net"}, []),
        ("another", {"null", "sda"}, ["/dev/sda"]),
        (os.uname().release, {"null", "fuse"}, ["/dev/fuse"]),
        ("", {"null", "fuse"}, ["/dev/fuse"]),
    ],
)
def test_a_kernel_of_its_own_has_devices_of_its_own(monkeypatch, tmp_path, kernel, there, found):
    monkeypatch.setattr(inside, "listed", lambda _: [tmp_path / name for name in there])
    monkeypatch.setattr(inside, "HIDDEN_FILES", ())
    monkeypatch.setattr(inside, "KERNEL_FILES", ())

    assert inside.c06_devices(Targets(kernel=kernel)) == found
