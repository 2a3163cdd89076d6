"""How the hub runs a notebook again: what it is told, what it asks, and what it makes of both."""

# ruff: noqa: ARG002 - a fake takes all that its part is given

import asyncio
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from docker.errors import APIError
from requests.exceptions import ReadTimeout

from hub import container as workspaces
from hub.portal_client import Mount, PortalSilent, Refused, WorkspaceGrant
from hub.rerun import container, orders, runner
from hub.rerun.orders import Order, Place
from hub.rerun.runner import Reruns
from hub.settings import HubSettings

RERUN = "a" * 32
IMAGE = "sha256:" + "0" * 64
GRANT = WorkspaceGrant(
    project="p1", title="One", tier="pixel", mounts=(Mount(source="d/1", target="/data/d"),),
    memory_bytes=2**31, cpus=1.0, disk_mib=10, shared_mib=10, files=1000,
)  # fmt: skip
ORDER = Order(
    rerun_id=RERUN, project="p1", username="ada", notebook="make.ipynb", seconds=20,
    epoch=1_790_000_000, sources=("d/1",),
)  # fmt: skip


class FakePortal:
    def __init__(self):
        self.answers = []

    async def may_open(self, username, project):
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeEngine:
    """Containers are folders that a run may write to; `status` is how each ends."""

    def __init__(self):
        self.made, self.removed, self.limits = [], [], []
        self.status, self.is_full, self.waits = 0, False, 0

    def create_host_config(self, **limits):
        self.limits.append(limits)
        return limits

    def create_container(self, **arguments):
        self.made.append(arguments)
        return {"Id": arguments["name"]}

    def start(self, made):
        (folder,) = [p for p, how in self.limits[-1]["binds"].items() if how["bind"] == "/outputs"]
        if "clear" in made:
            for path in Path(folder).iterdir():
                path.unlink()
        else:
            (Path(folder) / "t.csv").write_text("made")

    def wait(self, made, timeout):
        if self.waits:
            self.waits -= 1
            raise ReadTimeout
        return {"StatusCode": self.status}

    def inspect_container(self, made):
        return {"State": {"OOMKilled": self.is_full}}

    def remove_container(self, made, *, v, force):
        self.removed.append(made)

    def containers(self, *, all, filters):  # noqa: A002
        assert filters == {"label": ["haven.rerun=h"]}
        return [{"Id": "left behind"}]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "EVERY_SECONDS", 0)
    settings = HubSettings(
        instance="h", home=tmp_path, public_url="", portal_url="", gateway_url="",
        workspace_image=IMAGE, service_image="s", secrets_dir=tmp_path,
    )  # fmt: skip
    for name in ("orders", "states", "outputs"):
        (tmp_path / "reruns" / name).mkdir(parents=True)
    found = Reruns(engine=FakeEngine(), portal=FakePortal(), settings=settings)
    found.portal.answers = [GRANT]
    return found


def ordered(runs, order=ORDER, **changes):
    body = {name: getattr(order, name) for name in Order.__slots__} | changes
    (runs.place.orders / f"{order.rerun_id}.json").write_text(json.dumps(body))


def swept(runs):
    done = asyncio.run(runs.sweep())
    return done and json.loads((runs.place.states / f"{done.rerun_id}.json").read_text())


def test_a_run_has_all_that_holds_for_a_workspace(runs):
    arguments, limits = container.rerun(runs.settings, ORDER, GRANT, cpus=1.0)
    workspace = workspaces.Workspace(
        name="", instance="h", username="ada", project="p1", image=IMAGE, base_url="/",
        tier="browser", memory_bytes=GRANT.memory_bytes, cpus=1.0,
    )  # fmt: skip
    as_workspace = workspaces.host_config(workspace)
    other = {"binds", "tmpfs", "auto_remove", "log_config"}

    assert {k: v for k, v in limits.items() if k not in other} == {
        k: v for k, v in as_workspace.items() if k not in other
    }
    assert (arguments["user"], arguments["network_disabled"]) == ("64100:64100", True)
    assert arguments["image"] == IMAGE


def test_a_run_sees_data_its_code_and_fresh_outputs_and_nothing_else(runs):
    _, limits = container.rerun(runs.settings, ORDER, GRANT, cpus=1.0)
    home = runs.settings.home

    assert limits["binds"] == {
        str(home / "datasets" / "d/1"): {"bind": "/data/d", "mode": "ro"},
        str(home / "reruns/notebooks" / RERUN): {"bind": "/run/rerun", "mode": "ro"},
        str(home / "reruns/outputs" / RERUN): {"bind": "/outputs", "mode": "rw"},
    }
    assert "/home/researcher" in limits["tmpfs"]
    assert limits["log_config"] == {"type": "none"}


def test_a_run_is_told_whatever_would_make_two_runs_differ(runs):
    arguments, _ = container.rerun(runs.settings, ORDER, GRANT, cpus=1.0)

    assert arguments["environment"] == {
        "HOME": "/home/researcher", "PYTHONHASHSEED": "0", "SOURCE_DATE_EPOCH": "1790000000",
        "MPLBACKEND": "Agg", "TZ": "UTC", "OMP_NUM_THREADS": "1",
    }  # fmt: skip


def test_a_notebook_that_runs_to_its_end_is_done_and_its_files_stay(runs):
    ordered(runs)

    assert swept(runs) == {"state": "done", "reason": "", "image": IMAGE}
    assert (runs.place.outputs / RERUN / "t.csv").read_text() == "made"
    assert runs.engine.removed == [f"h-rerun-{RERUN}"]


@pytest.mark.parametrize(("is_full", "reason"), [(False, "notebook"), (True, "memory")])
def test_one_that_stops_has_failed(runs, is_full, reason):
    ordered(runs)
    runs.engine.status, runs.engine.is_full = 1, is_full

    assert swept(runs) == {"state": "failed", "reason": reason, "image": IMAGE}


def test_one_that_runs_too_long_is_stopped(runs, monkeypatch):
    ordered(runs)
    times = iter(range(0, 10_000, 7))
    monkeypatch.setattr(runner.time, "monotonic", lambda: next(times))
    runs.engine.waits = 100

    assert swept(runs)["state"] == "timed_out"
    assert runs.engine.removed == [f"h-rerun-{RERUN}"]


def test_who_loses_the_right_to_the_data_loses_the_run(runs):
    ordered(runs)
    runs.engine.waits = 1
    runs.portal.answers = [GRANT, Refused("closed")]

    assert swept(runs)["reason"] == "refused"
    assert runs.engine.removed == [f"h-rerun-{RERUN}"]


def test_an_order_that_is_taken_back_ends_the_run(runs):
    ordered(runs)
    runs.engine.waits = 1
    path = runs.place.orders / f"{RERUN}.json"
    runs.portal.may_open = take_back_then(path, runs.portal.may_open)

    assert swept(runs)["reason"] == "moved_on"


def take_back_then(path, ask):
    async def asked(*names):
        path.unlink(missing_ok=True)
        return await ask(*names)

    return asked


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Refused("no"), "refused"), (replace(GRANT, mounts=()), "data_changed")],
)
def test_nothing_runs_on_data_that_its_person_may_not_open_now(runs, answer, reason):
    ordered(runs)
    runs.portal.answers = [answer]

    assert (swept(runs)["reason"], runs.engine.made) == (reason, [])


def test_nothing_runs_on_a_guess(runs):
    ordered(runs)
    runs.portal.answers = [PortalSilent("away")]

    assert swept(runs) is None
    assert runs.engine.made == []
    assert runs.place.state(RERUN) is None


def test_an_engine_that_refuses_is_an_end(runs):
    ordered(runs)

    def refuse(**_):
        raise APIError("no")

    runs.engine.create_container = refuse

    assert swept(runs)["reason"] == "not_started"


def test_what_nobody_waits_for_is_cleared_by_a_container_that_sees_nothing_else(runs):
    ordered(runs)
    swept(runs)
    (runs.place.orders / f"{RERUN}.json").unlink()

    assert swept(runs) is None
    assert [*runs.place.outputs.iterdir()] == [*runs.place.states.iterdir()] == []
    assert runs.engine.limits[-1]["network_mode"] == "none"
    assert [one["bind"] for one in runs.engine.limits[-1]["binds"].values()] == ["/outputs"]


def test_projects_take_turns(runs):
    for place, (letter, project) in enumerate((("b", "p1"), ("c", "p1"), ("d", "p2"))):
        order = replace(ORDER, rerun_id=letter * 32, project=project)
        ordered(runs, order)
        os.utime(runs.place.orders / f"{order.rerun_id}.json", (place, place))

    ran = [asyncio.run(runs.sweep()).rerun_id[0] for _ in range(3)]

    assert ran == ["b", "d", "c"]


def test_a_run_that_a_hub_left_in_the_middle_begins_anew(runs):
    ordered(runs)
    runs.place.say(RERUN, orders.RUNNING)
    (runs.place.outputs / RERUN).mkdir()
    (runs.place.outputs / RERUN / "half.csv").write_text("half")

    runs.begin()

    assert runs.engine.removed[0] == "left behind"
    assert swept(runs)["state"] == "done"
    assert [one.name for one in (runs.place.outputs / RERUN).iterdir()] == ["t.csv"]


@pytest.mark.parametrize("state", [orders.RUNNING, None])
def test_what_an_engine_could_not_clear_at_first_is_run_when_it_can(runs, monkeypatch, state):
    ordered(runs)
    (runs.place.outputs / RERUN).mkdir()
    (runs.place.outputs / RERUN / "half.csv").write_text("half")
    if state:
        runs.place.say(RERUN, state)

    def refuse(**_):
        raise APIError("no")

    with monkeypatch.context() as away:
        away.setattr(runs.engine, "create_container", refuse)
        runs.begin()
        assert swept(runs) is None
        assert runs.place.state(RERUN) == state

    assert swept(runs)["state"] == "done"
    assert [one.name for one in (runs.place.outputs / RERUN).iterdir()] == ["t.csv"]


@pytest.mark.parametrize(
    "changes",
    [{"project": "../x"}, {"username": 7}, {"seconds": 0}, {"seconds": 10**6}, {"rerun_id": "b"},
     {"more": 1}, {"sources": None}, {"epoch": "now"}],
)  # fmt: skip
def test_what_is_no_order_is_passed_over(runs, changes):
    ordered(runs, **changes)

    assert [*runs.place.every()] == []


def test_a_name_that_is_no_run_is_passed_over(runs):
    (runs.place.orders / "x.json").write_text("{}")
    (runs.place.orders / f"{RERUN}.json").write_text(" " * 100_000)

    assert [*Place(folder=runs.place.folder).every()] == []
