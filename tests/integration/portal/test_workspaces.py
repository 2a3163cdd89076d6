"""Runs of workspaces: what the hub tells, what it is told, and what is written down."""

import uuid
from dataclasses import replace

import pytest

from registry.application.freeze import freeze, thaw
from registry.application.steer_workspace import choose_profile, go_on, stop_workspace
from registry.domain.errors import NotFound, NotValid
from registry.domain.limits import Idle, Limits, Profile, Quota
from registry.domain.tier import Tier

SMALL = Profile(name="small", cpus=1, memory_gib=2)
LARGE = Profile(name="large", cpus=4, memory_gib=8)


class HubsView:
    """What the hub does, over the internal address."""

    def __init__(self, house, internal):
        self._house = house
        self._http = house.browser()
        self._headers = internal

    def start(self, role="member", project=None):
        started_id = uuid.uuid4().hex
        path = self._path(role, project)
        return started_id, self._http.post(
            path, headers=self._headers, json={"started_id": started_id}
        )

    def end(self, started_id, role="member", **body):
        path = f"{self._path(role, None)}/{started_id}/ended"
        return self._http.post(path, headers=self._headers, json={"reason": "stopped"} | body)

    def report(self, started_id, role="member", **changes):
        """The portal's verdict on one running workspace."""
        tag = self._house.tag
        one = {
            "username": self._house.name(role),
            "project": self._house.project_id,
            "started_id": started_id,
            "tier": "browser",
            "mounts": [f"jobs-{tag}/1.0.0"],
            "is_active": False,
            "cpu_seconds": None,
        } | changes
        answer = self._http.post(
            "/internal/running", headers=self._headers, json={"workspaces": [one]}
        )
        assert answer.status_code == 200, answer.text
        [verdict] = answer.json()["verdicts"]
        return verdict

    def _path(self, role, project):
        project = project or self._house.project_id
        return f"/internal/workspaces/{self._house.name(role)}/{project}/sessions"


@pytest.fixture
def hub(house, internal):
    return HubsView(house, internal)


@pytest.fixture
def frozen(house):
    """Freeze as an administrator; thawed at the end, whatever the test did."""
    frozen = []

    def do(project_id, **more):
        frozen.append(project_id)
        freeze(
            house.registry_unit_of_work(), house.clock,
            project_id=project_id, reason="A probe found a hole.", actor="dana", **more,
        )  # fmt: skip

    yield do
    for project_id in set(frozen):
        try:
            thaw(house.registry_unit_of_work(), house.clock, project_id=project_id, actor="dana")
        except NotFound:
            continue


def lines(house, event):
    return [(line.actor, dict(line.details)) for line in house.ledger(event=f"registry.{event}")]


def test_a_start_is_answered_with_what_the_workspace_may_take(house, hub):
    _, answer = hub.start()

    assert answer.status_code == 201
    assert (answer.json()["cpus"], answer.json()["memory_bytes"]) == (2.0, 4 * 1024**3)
    [(actor, details)] = lines(house, "workspace_started")
    assert actor == house.name("member")
    assert details == {"tier": "browser", "cpus": "2", "memory_bytes": str(4 * 1024**3)}


@pytest.mark.parametrize("role", ["checker1", "outsider", "stranger"])
def test_no_start_is_recorded_for_who_may_not(house, hub, role):
    _, answer = hub.start(role)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_a_member")
    assert lines(house, "workspace_started") == []


def test_an_end_is_recorded_once_with_its_reason(house, hub):
    started_id, _ = hub.start()
    house.clock.advance(minutes=90)

    answers = [hub.end(started_id, reason=reason) for reason in ("stopped", "crashed")]

    assert [answer.status_code for answer in answers] == [204, 204]
    name = house.name("member")
    assert lines(house, "workspace_ended") == [
        (name, {"reason": "stopped", "username": name, "minutes": "90"})
    ]


def test_an_end_of_a_run_that_was_never_recorded_is_refused(hub):
    assert hub.end(uuid.uuid4().hex).status_code == 404


def test_nobody_ends_the_run_of_another(house, hub):
    started_id, _ = hub.start()

    assert hub.end(started_id, role="author").status_code == 404
    assert lines(house, "workspace_ended") == []


def test_an_end_is_not_believed_to_lie_in_the_future_or_before_the_start(house, hub):
    started_id, _ = hub.start()
    house.clock.advance(minutes=5)

    hub.end(started_id, ended_at="2999-01-01T00:00:00Z")

    [(_, details)] = lines(house, "workspace_ended")
    assert details["minutes"] == "5"


def test_a_second_start_takes_the_place_of_the_first(house, hub):
    hub.start()
    hub.start()

    [(_, details)] = lines(house, "workspace_ended")
    assert details["reason"] == "replaced"
    assert len(lines(house, "workspace_started")) == 2


def test_the_quota_holds_over_all_running_workspaces_of_the_project(house, hub):
    limits = Limits(profiles=(LARGE, SMALL), quota=Quota(cpus=5, memory_gib=100))
    house.change_project(limits=limits)
    first_id, first = hub.start("author")
    _, second = hub.start("member")
    choose_profile(
        house.registry_unit_of_work(), house.clock,
        username=house.name("member"), project_id=house.project_id, profile="small",
    )  # fmt: skip
    smaller_id, smaller = hub.start("member")
    hub.end(smaller_id)
    hub.end(first_id, role="author")

    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (403, "quota")
    assert "take 4 of its 5 CPUs, and yours would take 4 more" in second.json()["detail"]
    assert (smaller.status_code, smaller.json()["cpus"]) == (201, 1.0)


def test_only_a_size_that_the_project_offers_can_be_chosen(house):
    with pytest.raises(NotValid):
        choose_profile(
            house.registry_unit_of_work(), house.clock,
            username=house.name("member"), project_id=house.project_id, profile="huge",
        )  # fmt: skip


def test_a_workspace_as_it_was_granted_goes_on(hub):
    started_id, _ = hub.start()

    assert hub.report(started_id) == {"started_id": started_id, "stop": None, "notice": None}


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({"members": frozenset()}, 0),
        ({"is_closed": True}, 0),
        ({"grants": frozenset()}, 0),
        ({"tier": Tier.PIXEL}, 0),
        ({}, 201),
    ],
    ids=["removed", "closed", "grant withdrawn", "tier made stricter", "expired"],
)
def test_a_running_workspace_stops_with_the_right_to_it(house, hub, changes, days):
    started_id, _ = hub.start()
    if changes:
        house.change_project(**changes)
    house.clock.advance(days=days)

    assert hub.report(started_id)["stop"] == "lapsed"


def test_a_workspace_without_its_line_is_stopped(hub):
    assert hub.report(uuid.uuid4().hex)["stop"] == "lapsed"


def test_a_run_that_the_hub_lost_is_closed_at_its_last_sign_of_life(house, hub):
    lost_id, _ = hub.start()
    house.clock.advance(minutes=2)
    hub.report(lost_id, cpu_seconds=7.5)
    other_id, _ = hub.start("author")
    house.clock.advance(minutes=4)

    hub.report(other_id, role="author")

    ended = lines(house, "workspace_ended")
    assert ended == [
        ("(hub)", {"reason": "lost", "username": house.name("member"), "minutes": "2"})
    ]


def test_an_idle_workspace_is_warned_of_and_then_stopped(house, hub):
    house.change_project(limits=Limits(idle=Idle(stop_after_minutes=60, warn_minutes=10)))
    started_id, _ = hub.start()

    house.clock.advance(minutes=49)
    before = hub.report(started_id)
    house.clock.advance(minutes=2)
    warned = hub.report(started_id)
    house.clock.advance(minutes=9)
    over = hub.report(started_id)

    assert (before["stop"], before["notice"]) == (None, None)
    assert warned["stop"] is None
    assert warned["notice"].startswith("Nobody has used this workspace for a while. It stops at")
    assert over["stop"] == "idle"


@pytest.mark.parametrize("how", ["a kernel", "a button"])
def test_a_sign_of_life_takes_the_warning_back(house, hub, how):
    house.change_project(limits=Limits(idle=Idle(stop_after_minutes=60, warn_minutes=10)))
    started_id, _ = hub.start()
    house.clock.advance(minutes=55)
    hub.report(started_id)

    if how == "a button":
        go_on(
            house.registry_unit_of_work(), house.clock,
            username=house.name("member"), project_id=house.project_id,
        )  # fmt: skip
    after = hub.report(started_id, is_active=how == "a kernel")
    house.clock.advance(minutes=30)
    later = hub.report(started_id)

    assert (after["stop"], after["notice"]) == (None, None)
    assert later["stop"] is None


def test_a_busy_workspace_ends_at_its_longest_time_after_a_warning(house, hub):
    house.change_project(limits=Limits(idle=Idle(longest_hours=2, warn_minutes=10)))
    started_id, _ = hub.start()

    house.clock.advance(minutes=111)
    warned = hub.report(started_id, is_active=True)
    house.clock.advance(minutes=9)
    over = hub.report(started_id, is_active=True)

    assert "as long as the project allows" in warned["notice"]
    assert over["stop"] == "too_long"


@pytest.mark.parametrize("scope", ["project", "all"])
def test_a_freeze_refuses_new_workspaces_and_stops_running_ones(house, hub, frozen, scope):
    started_id, _ = hub.start()
    frozen(house.project_id if scope == "project" else None)

    _, refused = hub.start("author")
    verdict = hub.report(started_id)

    assert (refused.status_code, refused.json()["code"]) == (403, "frozen")
    assert "A probe found a hole." in refused.json()["detail"]
    assert verdict["stop"] == "frozen"


def test_a_freeze_of_new_workspaces_leaves_running_ones_alone(house, hub, frozen):
    started_id, _ = hub.start()
    frozen(house.project_id, stops_running=False)

    assert hub.report(started_id)["stop"] is None
    assert hub.start("author")[1].status_code == 403


def test_a_freeze_of_one_project_is_none_of_another(house, hub, frozen):
    frozen(house.other_id)

    assert hub.start()[1].status_code == 201


def test_thawing_undoes_the_freeze_and_both_are_in_the_ledger(house, hub, frozen):
    frozen(house.project_id)
    thaw(house.registry_unit_of_work(), house.clock, project_id=house.project_id, actor="dana")

    assert hub.start()[1].status_code == 201
    assert lines(house, "workspaces_frozen") == [("dana", {"stops_running": "True"})]
    assert lines(house, "workspaces_thawed") == [("dana", {})]


def test_what_is_not_frozen_cannot_be_thawed(house):
    with pytest.raises(NotFound):
        thaw(house.registry_unit_of_work(), house.clock, project_id=house.project_id, actor="dana")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 301])
def test_a_freeze_needs_a_reason(house, reason):
    with pytest.raises(NotValid):
        freeze(
            house.registry_unit_of_work(), house.clock,
            project_id=house.project_id, reason=reason, actor="dana",
        )  # fmt: skip


def test_a_project_that_is_not_there_cannot_be_frozen(house):
    with pytest.raises(NotFound):
        freeze(
            house.registry_unit_of_work(), house.clock,
            project_id="no-such-project", reason="r", actor="dana",
        )  # fmt: skip


def test_an_administrators_stop_reaches_the_hub_and_the_ledger(house, hub):
    started_id, _ = hub.start()
    stop_workspace(
        house.registry_unit_of_work(),
        username=house.name("member"), project_id=house.project_id, actor=house.name("admin"),
    )  # fmt: skip

    verdict = hub.report(started_id)
    hub.end(started_id, reason=verdict["stop"])

    assert verdict["stop"] == "stopped_by_admin"
    [(actor, details)] = lines(house, "workspace_ended")
    assert (actor, details["reason"]) == (house.name("admin"), "stopped_by_admin")


def test_there_is_nothing_to_stop_where_nothing_runs(house):
    with pytest.raises(NotFound):
        stop_workspace(
            house.registry_unit_of_work(),
            username=house.name("member"), project_id=house.project_id, actor="dana",
        )  # fmt: skip


@pytest.mark.parametrize("path", ["/internal/running", "/internal/workspaces/a/b/sessions"])
def test_only_the_token_reports_workspaces(house, path):
    assert house.browser("admin").post(path, json={}).status_code == 401


def test_limits_are_part_of_the_project_and_of_its_diff(house):
    wanted = replace(house.project, limits=Limits(profiles=(SMALL,)))
    from registry.domain.apply_plan import Wanted

    changes = [str(one) for one in house.apply(Wanted(project=wanted, places={}))]

    assert changes[0].startswith(f"~ project {house.project_id}: limits standard: 2 CPU, 4 GiB")
    assert "-> small: 1 CPU, 2 GiB of memory; together" in changes[0]
