import asyncio
import json
from datetime import datetime

import httpx2
import pytest

from hub import endings, registrations
from hub.access_watch import Watch
from hub.activity import Look
from hub.portal_client import PortalSilent, Verdict
from tests.unit.hub.builders import a_registration


class FakePortal:
    """Answers with what it is told: user name -> (reason to stop, notice)."""

    def __init__(self, *, silent=False, **verdicts):
        self._verdicts, self._silent = verdicts, silent
        self.reported, self.ends = [], []

    async def running(self, workspaces):
        if self._silent:
            raise PortalSilent
        self.reported = [(one.username, one.is_active, one.cpu_seconds) for one in workspaces]
        return [
            Verdict(started_id=one.started_id, stop=stop, notice=notice)
            for one in workspaces
            for stop, notice in [self._verdicts.get(one.username, (None, None))]
        ]

    async def ended(self, username, project, started_id, *, reason, ended_at):
        if self._silent:
            raise PortalSilent
        assert datetime.fromisoformat(ended_at).tzinfo
        self.ends.append((username, project, started_id, reason))


class FakeActivity:
    def look(self, running):
        return {one.started_id: Look(is_active=True, cpu_seconds=2.5) for one in running}


class FakeHub:
    """Stops servers as the hub's API does, and remembers which."""

    def __init__(self, fails_for=()):
        self.stopped, self._fails_for = [], fails_for

    def answer(self, request):
        username = request.url.path.split("/")[4]
        if username in self._fails_for:
            raise httpx2.ReadTimeout("slow")
        self.stopped.append(username)
        return httpx2.Response(204)


@pytest.fixture
def home(tmp_path):
    for name in ("registrations", "endings", "answers/p1/ada", "answers/p1/bea"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("ada", "bea"):
        registration = a_registration(username=name, started_id=f"start-of-{name}")
        registrations.write(tmp_path / "registrations", registration)
    return tmp_path


@pytest.fixture
def sweep(home):
    def sweep(portal, hub=None):
        async def once():
            transport = httpx2.MockTransport((hub or FakeHub()).answer)
            base_url = "http://hub/hub/api"
            async with httpx2.AsyncClient(transport=transport, base_url=base_url) as client:
                watch = Watch(hub=client, portal=portal, activity=FakeActivity(), home=home)
                return await watch.sweep()

        return asyncio.run(once())

    return sweep


def test_what_the_portal_says_must_stop_is_stopped(sweep):
    hub = FakeHub()

    sweep(FakePortal(ada=("lapsed", None)), hub)

    assert hub.stopped == ["ada"]


def test_a_workspace_that_was_started_while_the_portal_was_asked_keeps_running(sweep, home):
    class Slow(FakePortal):
        async def running(self, workspaces):
            again = a_registration(username="ada", started_id="a-later-start")
            registrations.write(home / "registrations", again)
            return await super().running(workspaces)

    hub = FakeHub()

    sweep(Slow(ada=("lapsed", None), bea=("lapsed", None)), hub)

    assert hub.stopped == ["bea"]


def test_what_may_go_on_keeps_running(sweep):
    hub = FakeHub()

    sweep(FakePortal(), hub)

    assert hub.stopped == []


def test_one_that_cannot_be_stopped_does_not_keep_the_others_running(sweep):
    hub = FakeHub(fails_for=("ada",))

    sweep(FakePortal(ada=("lapsed", None), bea=("frozen", None)), hub)

    assert hub.stopped == ["bea"]


def test_nothing_is_stopped_on_a_guess_when_the_portal_is_silent(sweep):
    hub = FakeHub()

    sweep(FakePortal(silent=True), hub)

    assert hub.stopped == []


def test_the_portal_hears_who_works_and_how_much_was_computed(sweep):
    portal = FakePortal()

    sweep(portal)

    assert sorted(portal.reported) == [("ada", True, 2.5), ("bea", True, 2.5)]


def test_whoever_stops_it_learns_the_reason(sweep, home):
    sweep(FakePortal(ada=("frozen", None)))

    endings.note(home / "endings", username="ada", project="p1", started_id="start-of-ada",
                 reason=endings.STOPPED)  # fmt: skip

    [note] = (home / "endings").glob("*.json")
    assert json.loads(note.read_text())["reason"] == "frozen"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("idle", "nobody had used it"),
        ("lapsed", "the right to it ended"),
        ("untrained", "a course that the project asks for"),
    ],
)
def test_a_person_who_comes_back_reads_why_their_workspace_stopped(sweep, home, given, words):
    sweep(FakePortal(ada=(given, None)))
    folder = home / "endings"

    endings.note(folder, username="ada", project="p1", started_id="start-of-ada",
                 reason=endings.STOPPED)  # fmt: skip

    assert words in endings.why_stopped(folder, "ada", "p1")
    assert endings.why_stopped(folder, "bea", "p1") == ""


def test_who_stopped_their_workspace_themselves_is_told_nothing_new(home):
    folder = home / "endings"
    endings.note(folder, username="ada", project="p1", started_id="s", reason=endings.STOPPED)

    assert endings.why_stopped(folder, "ada", "p1") == ""


def test_a_notice_is_laid_into_the_workspace_and_taken_away_again(sweep, home):
    notice = home / "answers" / "p1" / "ada" / "notice.txt"

    sweep(FakePortal(ada=(None, "It stops at 12:00 UTC.")))
    shown = notice.read_text()
    sweep(FakePortal())

    assert shown == "It stops at 12:00 UTC.\n"
    assert not notice.exists()


def test_a_workspace_that_ended_while_the_portal_was_asked_leaves_no_notice_behind(sweep, home):
    class Slow(FakePortal):
        async def running(self, workspaces):
            registrations.remove(home / "registrations", "ada", "p1")
            return await super().running(workspaces)

    sweep(Slow(ada=(None, "It stops at 12:00 UTC."), bea=(None, "It stops at 13:00 UTC.")))

    assert [path.parent.name for path in home.glob("answers/p1/*/notice.txt")] == ["bea"]


def test_an_end_that_could_not_be_told_is_told_later(sweep, home):
    endings.note(home / "endings", username="ada", project="p1", started_id="s9",
                 reason=endings.STOPPED)  # fmt: skip
    portal = FakePortal()

    sweep(FakePortal(silent=True))
    sweep(portal)
    sweep(portal)

    assert portal.ends == [("ada", "p1", "s9", "stopped")]
