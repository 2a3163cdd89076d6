import asyncio

import httpx2
import pytest

from hub.access_watch import sweep
from hub.portal_client import PortalSilent


class FakePortal:
    def __init__(self, *entitled, silent=False):
        self._entitled, self._silent = frozenset(entitled), silent

    async def entitled(self):
        if self._silent:
            raise PortalSilent
        return self._entitled


class FakeHub:
    """Answers as the hub's API does, and remembers what was stopped."""

    def __init__(self, *running):
        self.running, self.stopped = set(running), []

    def answer(self, request):
        if request.method == "DELETE":
            _, _, _, _, username, _, project = request.url.path.split("/")
            self.stopped.append((username, project))
            return httpx2.Response(204)
        names = {user for user, _ in self.running}
        body = [
            {"name": name, "servers": {p: {} for user, p in self.running if user == name}}
            for name in names
        ]
        return httpx2.Response(200, json=body)

    def sweep(self, portal):
        async def once():
            transport = httpx2.MockTransport(self.answer)
            async with httpx2.AsyncClient(
                transport=transport, base_url="http://hub/hub/api"
            ) as hub:
                return await sweep(hub, portal)

        return asyncio.run(once())


def test_a_workspace_whose_person_was_removed_is_stopped():
    hub = FakeHub(("ada", "p1"), ("bea", "p1"))

    hub.sweep(FakePortal(("bea", "p1")))

    assert hub.stopped == [("ada", "p1")]


def test_a_workspace_that_is_entitled_keeps_running():
    hub = FakeHub(("ada", "p1"))

    hub.sweep(FakePortal(("ada", "p1"), ("bea", "p2")))

    assert hub.stopped == []


def test_nothing_is_stopped_on_a_guess_when_the_portal_is_silent():
    hub = FakeHub(("ada", "p1"))

    with pytest.raises(PortalSilent):
        hub.sweep(FakePortal(silent=True))

    assert hub.stopped == []
