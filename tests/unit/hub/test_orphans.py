"""Which containers are taken away after a hub that ended in the middle of a start."""

import pytest

from hub import orphans, registrations
from tests.unit.hub.builders import a_registration


class FakeEngine:
    def __init__(self):
        self.running = []
        self.asked = {}

    def containers(self, *, filters, **_):
        self.asked = filters
        return list(self.running)

    def remove_container(self, container, **_):
        self.running = [one for one in self.running if one["Id"] != container]


def a_container(username="ada", project="p1", created=100):
    labels = {"haven.user": username, "haven.project": project}
    return {"Id": username + project, "Names": [f"/{username}--{project}"], "Labels": labels,
            "Created": created}  # fmt: skip


@pytest.fixture
def engine():
    return FakeEngine()


def remove(engine, folder):
    return orphans.remove(engine, instance="x", folder=folder, started_before=200.7)


def test_a_workspace_that_the_gateway_does_not_know_is_removed(engine, tmp_path):
    engine.running = [a_container()]

    assert remove(engine, tmp_path) == ["ada--p1"]
    assert engine.running == []
    assert engine.asked == {"label": ["haven.instance=x"]}


def test_a_workspace_that_it_knows_stays(engine, tmp_path):
    registrations.write(tmp_path, a_registration())
    engine.running = [a_container(), a_container(project="p2")]

    assert remove(engine, tmp_path) == ["ada--p2"]
    assert [one["Id"] for one in engine.running] == ["adap1"]


def test_a_workspace_that_is_being_started_now_stays(engine, tmp_path):
    engine.running = [a_container(created=200)]

    assert remove(engine, tmp_path) == []
