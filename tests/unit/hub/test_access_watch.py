import asyncio

import httpx2
import pytest

from hub import registrations
from hub.access_watch import sweep
from hub.portal_client import Mount, PortalSilent, Refused, WorkspaceGrant
from tests.unit.hub.builders import a_registration


class FakePortal:
    """Grants what it is told: user name -> folders; anybody else is refused."""

    def __init__(self, silent=False, **granted):
        self._granted, self._silent = granted, silent

    async def workspace(self, username, project):
        if self._silent:
            raise PortalSilent
        if username not in self._granted:
            raise Refused("no")
        mounts = tuple(Mount(source=s, target="/data/d") for s in self._granted[username])
        return WorkspaceGrant(
            project=project, title="t", tier="browser", mounts=mounts, memory_bytes=1, cpus=1
        )


class FakeHub:
    """Stops servers as the hub's API does, and remembers which."""

    def __init__(self, folder, fails_for=()):
        self.folder, self.stopped, self._fails_for = folder, [], fails_for

    def answer(self, request):
        username = request.url.path.split("/")[4]
        if username in self._fails_for:
            raise httpx2.ReadTimeout("slow")
        self.stopped.append(username)
        return httpx2.Response(204)

    def sweep(self, portal):
        async def once():
            transport = httpx2.MockTransport(self.answer)
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://hub/hub/api"
            ) as hub:
                return await sweep(hub, portal, self.folder)

        return asyncio.run(once())


@pytest.fixture
def running(tmp_path):
    for name in ("ada", "bea"):
        registrations.write(tmp_path, a_registration(username=name, mounts=["d/1.0.0"]))
    return tmp_path


def test_a_workspace_whose_person_was_removed_is_stopped(running):
    hub = FakeHub(running)

    hub.sweep(FakePortal(bea=["d/1.0.0"]))

    assert hub.stopped == ["ada"]


def test_a_workspace_whose_dataset_was_taken_away_is_stopped(running):
    hub = FakeHub(running)

    hub.sweep(FakePortal(ada=[], bea=["d/1.0.0"]))

    assert hub.stopped == ["ada"]


def test_a_workspace_that_is_granted_as_it_is_keeps_running(running):
    hub = FakeHub(running)

    hub.sweep(FakePortal(ada=["d/1.0.0"], bea=["d/1.0.0"]))

    assert hub.stopped == []


def test_one_that_cannot_be_stopped_does_not_keep_the_others_running(running):
    hub = FakeHub(running, fails_for=("ada",))

    hub.sweep(FakePortal())

    assert hub.stopped == ["bea"]


def test_nothing_is_stopped_on_a_guess_when_the_portal_is_silent(running):
    hub = FakeHub(running)

    hub.sweep(FakePortal(silent=True))

    assert hub.stopped == []
