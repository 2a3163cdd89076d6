"""What ends a running workspace, how fast, and what is written down about it."""

import json
import os
import signal
import threading
import time

import pytest
import yaml

from hub.client.browser import Browser
from infra import admin, services
from infra.compose import container
from infra.demo import accounts
from infra.shell import run
from tests.waiting import eventually

PROJECT, USERNAME = "lifecycle-trial", "guest"


class Trial:
    """A member with an open workspace in a project that a test may change."""

    def __init__(self, told, folder):
        self.told, self._path = told, folder / "trial.yaml"
        whole = yaml.safe_load(accounts.project_file(told.instance).read_text())
        person = {"username": USERNAME, "display_name": "A. Guest", "password": told.password}
        self.project = whole["project"] | {"id": PROJECT, "members": [USERNAME], "training": []}
        self._people = [person]
        self.apply()
        self.browser = Browser(told.instance.public_url, USERNAME)
        self.browser.sign_in(told.password)

    def apply(self, **changes):
        self.project |= changes
        self._path.write_text(yaml.safe_dump({"people": self._people, "project": self.project}))
        return admin.output_of(self.told.instance, "project", "apply", str(self._path))

    def haven(self, *arguments):
        return admin.output_of(self.told.instance, *arguments)

    def runs(self):
        found = services.workspaces(self.told.instance)
        return (USERNAME, PROJECT) in {(user, project) for user, project, _ in found}

    def seconds_until_stopped(self):
        started = time.monotonic()
        while self.runs():
            assert time.monotonic() - started < 60, "the workspace still runs"
            time.sleep(0.5)
        return time.monotonic() - started

    def last_end(self):
        """How the latest run ended, once the ledger has it."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            lines = self.haven("ledger", "show", "--project", PROJECT).splitlines()
            events = [line for line in lines if "registry.workspace_" in line]
            if events and "workspace_ended" in events[-1]:
                return events[-1].split("reason=")[1].split()[0]
            time.sleep(0.5)
        raise AssertionError("the end is not in the ledger")


@pytest.fixture
def trial(told, tmp_path):
    trial = Trial(told, tmp_path)
    trial.browser.open_workspace(PROJECT)
    yield trial
    trial.browser.http.close()


def expire(trial):
    day = "(now() at time zone 'utc')::date - 1"
    trial.told._as_superuser(f"update project set ends_on = {day} where project_id = '{PROJECT}'")


CHANGES = {
    "expiry": (expire, Trial.apply, "lapsed"),
    "removal": (
        lambda trial: trial.apply(members=[]),
        lambda trial: trial.apply(members=[USERNAME]),
        "lapsed",
    ),
    "closure": (
        lambda trial: trial.apply(closed=True),
        lambda trial: trial.apply(closed=False),
        "lapsed",
    ),
    "a course asked for": (
        lambda trial: trial.apply(training=["a-course-of-nobody"]),
        lambda trial: trial.apply(training=[]),
        "untrained",
    ),
    "a grant withdrawn": (
        lambda trial: trial.apply(grants=trial.project["grants"][:1]),
        lambda trial: trial.apply(
            grants=[{"dataset": name, "version": "1.0.0"} for name in accounts.DATASETS]
        ),
        "lapsed",
    ),
    "a freeze": (
        lambda trial: trial.haven("workspaces", "freeze", "--reason", "r", "--project", PROJECT),
        lambda trial: trial.haven("workspaces", "thaw", "--project", PROJECT),
        "frozen",
    ),
    "an administrator": (
        lambda trial: trial.haven("workspaces", "stop", USERNAME, PROJECT),
        Trial.apply,
        "stopped_by_admin",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_running_workspace_is_stopped_within_a_minute_by(trial, change, record_property):
    make, undo, reason = CHANGES[change]

    make(trial)
    try:
        seconds = trial.seconds_until_stopped()
    finally:
        undo(trial)
    record_property("seconds", round(seconds, 1))

    assert trial.last_end() == reason


def test_a_workspace_that_its_person_stops_is_written_down_so(trial):
    trial.browser.close_workspace(PROJECT)

    assert trial.last_end() == "stopped"


def test_a_workspace_that_dies_is_forgotten_and_written_down(trial):
    from infra.shell import run

    wanted = (f"haven.instance={trial.told.instance.name}", f"haven.project={PROJECT}")
    filters = [word for label in wanted for word in ("--filter", f"label={label}")]
    run("docker", "kill", *run("docker", "ps", "--quiet", *filters).split())

    assert trial.last_end() == "crashed"
    trial.browser.open_workspace(PROJECT)


def test_a_frozen_project_refuses_a_start_in_words(trial):
    trial.browser.close_workspace(PROJECT)
    trial.haven("workspaces", "freeze", "--reason", "Water in the cellar.", "--project", PROJECT)
    try:
        answer = trial.browser.http.get(f"/hub/spawn/{USERNAME}/{PROJECT}", follow_redirects=True)
    finally:
        trial.haven("workspaces", "thaw", "--project", PROJECT)

    assert answer.status_code == 403
    assert "Water in the cellar." in answer.text


def listed(trial):
    entries = trial.browser.api(PROJECT, "GET", "api/contents").json()["content"]
    return {entry["name"] for entry in entries}


def test_an_idle_workspace_warns_inside_and_stops(trial):
    notice = trial.told.instance.home / "answers" / PROJECT / USERNAME / "notice.txt"
    # An earlier test's may still be up: the watch takes it down at its next sweep.
    eventually(lambda: not notice.exists())
    before = listed(trial)
    trial.apply(idle={"stop_after_minutes": 1, "warn_minutes": 1})
    try:
        deadline = time.monotonic() + 30
        while not notice.exists():
            assert time.monotonic() < deadline, "nobody was warned"
            time.sleep(0.5)
        words = notice.read_text()
        warned = listed(trial)
        deadline = time.monotonic() + 120
        while trial.runs():
            assert time.monotonic() < deadline, "the idle workspace still runs"
            time.sleep(1)
    finally:
        trial.apply(idle={})

    assert warned - before == {"Stopping soon.txt"}
    assert words.startswith("Nobody has used this workspace for a while.")
    assert trial.last_end() == "idle"


@pytest.fixture
def window(trial, page):
    """The member at a real browser: signed in, and at JupyterLab by the buttons that are there."""
    page.goto(trial.told.instance.public_url)
    page.fill("input[name=username]", USERNAME)
    page.fill("input[name=password]", trial.told.password)
    page.press("input[name=password]", "Enter")
    page.click("a:has-text('Open workspace')")
    # Not the launcher: JupyterLab shows the files that an earlier window left open in its place.
    page.wait_for_selector(".jp-DirListing-content", timeout=90_000)
    return page


def test_at_a_real_browser_the_warning_stands_among_the_files(trial, window):
    trial.apply(idle={"stop_after_minutes": 1, "warn_minutes": 1})
    try:
        window.dblclick(".jp-DirListing-item >> text=Stopping soon.txt", timeout=60_000)
        window.wait_for_selector("text=Nobody has used this workspace for a while.")
    finally:
        trial.apply(idle={})


def test_at_a_real_browser_work_ends_with_the_project_and_the_page_says_why(trial, window):
    expire(trial)
    try:
        trial.seconds_until_stopped()
        window.goto(window.url)
        window.wait_for_selector("#start")
        stopped = window.inner_text("body")
        window.click("#start")
        window.wait_for_selector("text=has reached its end date")
    finally:
        trial.apply()

    assert "the right to it ended. Your files are safe." in stopped


def test_at_a_real_browser_a_page_opened_while_the_workspace_stops_goes_on_by_itself(trial, window):
    portal = run("docker", "inspect", "--format", "{{.State.Pid}}",
                 container(trial.told.instance, "portal"))  # fmt: skip
    # The end of a run is recorded there, and the hub waits for that.
    os.kill(int(portal), signal.SIGSTOP)
    stopping = threading.Thread(target=trial.browser.close_workspace, args=(PROJECT,))
    try:
        stopping.start()
        eventually(lambda: not trial.runs())
        window.goto(window.url)
        seen = window.inner_text("h1")
    finally:
        os.kill(int(portal), signal.SIGCONT)
        stopping.join()
    window.wait_for_selector("#start")

    assert seen == "The workspace is stopping"


def test_usage_of_the_trial_is_counted(trial):
    trial.browser.close_workspace(PROJECT)
    trial.last_end()

    rows = json.loads(trial.haven("usage", "--project", PROJECT, "--format", "json"))

    assert [row["username"] for row in rows] == [USERNAME]
    assert rows[0]["cpu_hours"] == pytest.approx(2 * rows[0]["hours"])


def test_a_project_that_says_nothing_is_reached_as_pictures(told):
    researcher = told.browsers[accounts.RESEARCHER]
    researcher.http.get(f"/hub/spawn/{accounts.RESEARCHER}/{accounts.SECOND_PROJECT}")
    page = researcher.workspace_path(accounts.SECOND_PROJECT, "")
    try:
        deadline = time.monotonic() + 90
        while "/hub/" in str((answer := researcher.http.get(page)).url):
            assert time.monotonic() < deadline, "the workspace does not open"
            time.sleep(0.5)
    finally:
        researcher.close_workspace(accounts.SECOND_PROJECT)

    assert answer.status_code == 200
    assert "jupyter-config-data" not in answer.text
    assert "canvas" in answer.text
