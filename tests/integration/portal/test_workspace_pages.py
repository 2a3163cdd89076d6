"""Pages about workspaces: freezes, stops, sizes and what was used."""

import csv
import io
import uuid
from datetime import UTC, datetime

import pytest

from registry.application.end_workspace import end_workspace
from registry.application.freeze import freeze, thaw
from registry.application.start_workspace import start_workspace
from registry.application.watch_workspaces import Seen, watch_workspaces
from registry.domain.errors import NotFound
from registry.domain.limits import Idle, Limits
from registry.domain.workspace_session import EndReason


class Runs:
    """Workspaces, started and ended as the hub would."""

    def __init__(self, house):
        self._house = house

    def start(self, role="member"):
        started_id = uuid.uuid4().hex
        start_workspace(
            self._house.registry_unit_of_work(), self._house.clock,
            username=self._house.name(role), project_id=self._house.project_id,
            started_id=started_id,
        )  # fmt: skip
        return started_id

    def see(self, started_id, role="member", cpu_seconds=None):
        seen = Seen(
            username=self._house.name(role), project_id=self._house.project_id,
            started_id=started_id, tier="browser", sources=(f"jobs-{self._house.tag}/1.0.0",),
            is_active=False, cpu_seconds=cpu_seconds,
        )  # fmt: skip
        [verdict] = watch_workspaces(
            self._house.registry_unit_of_work(), self._house.clock, seen=[seen]
        )
        return verdict

    def end(self, started_id, role="member"):
        end_workspace(
            self._house.registry_unit_of_work(), self._house.clock,
            username=self._house.name(role), project_id=self._house.project_id,
            started_id=started_id, reason=EndReason.STOPPED,
        )  # fmt: skip


@pytest.fixture
def runs(house):
    return Runs(house)


@pytest.fixture(autouse=True)
def _thawed(house):
    yield
    for project_id in (None, house.project_id):
        try:
            thaw(house.registry_unit_of_work(), house.clock, project_id=project_id, actor="dana")
        except NotFound:
            continue


def freezing(house, **changes):
    form = {"project": house.project_id, "reason": "Maintenance on Sunday.", "which": "all",
            "confirmed": "yes"}  # fmt: skip
    return house.browser("admin").post("/workspaces/freeze", data=form | changes)


def test_an_admin_freezes_a_project_and_its_people_read_why(house):
    answer = freezing(house)
    project = house.browser("author").get(f"/projects/{house.project_id}").text
    home = house.browser("author").get("/").text

    assert answer.status_code == 303
    for page in (project, home):
        assert "Maintenance on Sunday." in page
        assert "/hub/spawn/" not in page


def test_people_of_other_projects_read_nothing_of_it(house):
    freezing(house)

    page = house.browser("outsider").get("/").text

    assert "Maintenance on Sunday." not in page
    assert "/hub/spawn/" in page


def test_a_freeze_of_all_is_read_by_all(house):
    freezing(house, project="")

    assert "All workspaces are frozen" in house.browser("outsider").get("/").text


def test_thawing_is_one_press_away(house):
    freezing(house)
    admin = house.browser("admin")

    offered = admin.get("/workspaces").text
    answer = admin.post("/workspaces/thaw", data={"project": house.project_id})

    assert f'name="project" value="{house.project_id}"' in offered
    assert answer.status_code == 303
    assert "/hub/spawn/" in house.browser("author").get(f"/projects/{house.project_id}").text


@pytest.mark.parametrize("missing", ["confirmed", "reason"])
def test_a_freeze_is_not_made_by_accident(house, missing):
    answer = freezing(house, **{missing: ""})

    assert answer.status_code == 422
    assert "/hub/spawn/" in house.browser("author").get("/").text


@pytest.mark.parametrize("role", ["author", "checker1", "auditor"])
def test_only_admins_steer_workspaces(house, runs, role):
    runs.start()
    browser = house.browser(role)
    stop = f"/workspaces/{house.name('member')}/{house.project_id}/stop"
    form = {"project": house.project_id, "reason": "r", "confirmed": "yes"}

    answers = [
        browser.post("/workspaces/freeze", data=form),
        browser.post("/workspaces/thaw", data=form),
        browser.get(stop),
        browser.post(stop),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert house.ledger(event="registry.workspaces_frozen") == []
    assert house.ledger(event="registry.workspace_stop_asked") == []


def test_an_auditor_sees_what_runs_and_no_buttons(house, runs):
    runs.start()

    page = house.browser("auditor").get("/workspaces").text

    assert house.name("member") in page
    assert "2 CPU, 4 GiB" in page
    assert '<form method="post" action="/workspaces' not in page


def test_an_admin_is_asked_before_a_workspace_is_stopped(house, runs):
    started_id = runs.start()
    admin = house.browser("admin")
    path = f"/workspaces/{house.name('member')}/{house.project_id}/stop"

    asked = admin.get(path)
    before = runs.see(started_id)
    admin.post(path)
    after = runs.see(started_id)

    assert "Stop it" in asked.text
    assert (before.stop, after.stop) == (None, EndReason.STOPPED_BY_ADMIN)


def test_a_member_chooses_the_size_of_their_next_workspace(house):
    member = house.browser("member")
    path = f"/projects/{house.project_id}"

    answer = member.post(f"{path}/profile", data={"profile": "small"})

    assert answer.status_code == 303
    assert 'value="small" checked' in member.get(path).text


@pytest.mark.parametrize(("profile", "status"), [("huge", 422), ("", 422)])
def test_a_size_that_is_not_offered_is_refused_in_words(house, profile, status):
    path = f"/projects/{house.project_id}/profile"

    answer = house.browser("member").post(path, data={"profile": profile})

    assert answer.status_code == status
    assert "offers no workspace of this size" in answer.text


def test_a_person_is_warned_and_may_keep_their_workspace(house, runs):
    house.change_project(limits=Limits(idle=Idle(stop_after_minutes=60, warn_minutes=10)))
    started_id = runs.start()
    house.clock.advance(minutes=55)
    runs.see(started_id)
    member = house.browser("member")

    warned = [member.get(path).text for path in ("/", f"/projects/{house.project_id}")]
    others = house.browser("author").get(f"/projects/{house.project_id}").text
    answer = member.post(f"/projects/{house.project_id}/go-on")

    for page in warned:
        assert f"Your workspace in {house.project_id} stops" in page
    assert "Your workspace" not in others.replace("Size of your workspace", "")
    assert answer.status_code == 303
    assert "Your workspace in" not in member.get("/").text


def test_usage_counts_size_times_hours_and_what_was_measured(house, runs):
    house.change_project(ends_on=datetime(2032, 1, 1, tzinfo=UTC).date())
    house.clock.at = datetime(2031, 3, 10, 12, tzinfo=UTC)
    started_id = runs.start()
    house.clock.advance(minutes=90)
    runs.see(started_id, cpu_seconds=1800)
    runs.end(started_id)

    rows = usage_of(house, "member", "2031-03")

    assert rows == [
        {
            "username": house.name("member"), "project_id": house.project_id, "starts": "1",
            "hours": "1.5000", "cpu_hours": "3.0000", "memory_gib_hours": "6.0000",
            "cpu_used_hours": "0.5000",
        }
    ]  # fmt: skip


def test_a_run_over_the_end_of_a_month_is_split_between_the_two(house, runs):
    house.change_project(ends_on=datetime(2032, 1, 1, tzinfo=UTC).date())
    house.clock.at = datetime(2031, 3, 31, 23, tzinfo=UTC)
    started_id = runs.start()
    house.clock.advance(hours=3)
    runs.end(started_id)

    months = [usage_of(house, "member", month) for month in ("2031-03", "2031-04")]

    assert [[row["hours"] for row in rows] for rows in months] == [["1.0000"], ["2.0000"]]


def test_people_see_the_usage_of_their_own_projects_and_admins_of_all(house, runs):
    runs.start()
    house.clock.advance(hours=1)

    seen = {
        role: house.name("member") in house.browser(role).get("/usage").text
        for role in ("author", "admin", "auditor", "outsider", "checker1")
    }

    assert seen == {
        "author": True, "admin": True, "auditor": True, "outsider": False, "checker1": False,
    }  # fmt: skip


def test_a_month_that_is_none_is_refused_in_words(house):
    answer = house.browser("admin").get("/usage?month=2026-13")

    assert answer.status_code == 422
    assert "written like 2026-11" in answer.text


def test_the_project_page_states_its_limits(house):
    page = house.browser("author").get(f"/projects/{house.project_id}").text

    assert "together 64 CPU and 128 GiB; 10 GiB of disk each, 20 GiB shared, 200000 files" in page


def test_freezing_somebody_elses_project_by_the_registry_leaves_a_trace(house):
    freeze(
        house.registry_unit_of_work(), house.clock,
        project_id=house.project_id, reason="r", actor="dana", stops_running=False,
    )  # fmt: skip

    [line] = house.ledger(event="registry.workspaces_frozen")
    assert (line.actor, line.project) == ("dana", house.project_id)


def usage_of(house, role, month):
    answer = house.browser(role).get(f"/usage.csv?month={month}")
    assert answer.headers["content-type"].startswith("text/csv")
    return [
        row for row in csv.DictReader(io.StringIO(answer.text)) if house.tag in row["project_id"]
    ]
