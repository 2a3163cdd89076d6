import json

import pytest

from hub.activity import Activity, container_cpu_seconds
from tests.unit.hub.builders import a_registration


class World:
    """Counts, processor time and a clock that a test moves."""

    def __init__(self, folder):
        self.folder, self.cpu, self.at = folder, {("ada", "p1"): 0.0}, 0.0
        self.activity = Activity(folder, lambda: self.cpu, lambda: self.at)
        self.send(10)

    def send(self, size):
        days = {"2026-11-22": {"to_workspace": {"http": size, "kernel": 0}}}
        (self.folder / "start-1.json").write_text(json.dumps({"days": days}))

    def pass_by(self, seconds, *, computing=0.0):
        self.at += seconds
        self.cpu["ada", "p1"] += computing

    def is_active(self):
        return self.activity.look([a_registration()])["start-1"].is_active


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    world.is_active()
    return world


def test_a_workspace_that_nobody_touches_is_idle(world):
    world.pass_by(10, computing=0.3)

    assert not world.is_active()


def test_what_a_person_sends_is_activity(world):
    world.pass_by(10)
    world.send(11)

    assert world.is_active()


def test_a_kernel_that_computes_is_activity_though_nobody_types(world):
    world.pass_by(10, computing=9.5)

    assert world.is_active()


def test_what_cannot_be_measured_does_not_make_a_workspace_idle(world):
    world.pass_by(10)
    world.cpu = {}

    assert world.is_active()


def test_a_watch_that_starts_anew_takes_nobody_for_idle(tmp_path):
    assert World(tmp_path).is_active()


def test_counts_that_cannot_be_read_are_no_activity(world):
    world.pass_by(10)
    (world.folder / "start-1.json").write_text("{")
    world.is_active()
    world.pass_by(10)

    assert not world.is_active()


class FakeEngine:
    def __init__(self, fails=False):
        self._fails = fails

    def containers(self, filters):
        if self._fails:
            raise ConnectionError
        assert filters == {"label": "haven.instance=h"}
        return [{"Id": "c1", "Labels": {"haven.user": "ada", "haven.project": "p1"}}]

    def stats(self, container, *, stream, one_shot):
        assert (container, stream, one_shot) == ("c1", False, True)
        return {"cpu_stats": {"cpu_usage": {"total_usage": 1_500_000_000}}}


def test_the_engine_tells_processor_time_in_seconds():
    assert container_cpu_seconds(FakeEngine(), "h") == {("ada", "p1"): 1.5}


def test_an_engine_that_is_away_tells_nothing():
    assert container_cpu_seconds(FakeEngine(fails=True), "h") == {}
