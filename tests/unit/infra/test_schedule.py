"""When the probes run by themselves."""

import os
from datetime import UTC, datetime

import pytest

from infra.errors import NotReady
from infra.instance import Instance
from infra.probes import schedule

LATER = datetime(2026, 11, 22, 2, 31, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path, monkeypatch):
    monkeypatch.setattr(schedule, "pid_file", lambda one: tmp_path / f"{one.name}.pid")
    return Instance(name="here", home=tmp_path, listen="127.0.0.1:1", public_url="http://x")


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), datetime(2026, 11, 22, 2, 30, tzinfo=UTC)),
        (datetime(2026, 11, 22, 2, 30, tzinfo=UTC), datetime(2026, 11, 23, 2, 30, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), datetime(2027, 1, 1, 2, 30, tzinfo=UTC)),
    ],
)
def test_the_next_run_is_at_that_time_today_or_tomorrow(now, due):
    assert schedule.next_run(now, "02:30") == due


def test_every_night_unless_told_otherwise():
    assert schedule.time_of_day({}) == "02:30"
    assert schedule.time_of_day({"HAVEN_PROBE_AT": "off"}) == "off"


@pytest.mark.parametrize("told", ["24:00", "2:30", "nightly", "", "02:30 UTC"])
def test_a_time_that_is_none_is_refused(told):
    with pytest.raises(NotReady, match="HAVEN_PROBE_AT"):
        schedule.time_of_day({"HAVEN_PROBE_AT": told})


def test_a_number_that_is_another_process_now_is_left_alone(instance):
    schedule.pid_file(instance).write_text("1")

    assert schedule.running(instance) is None
    assert schedule.stop(instance) is False
    assert not schedule.pid_file(instance).exists()


def test_it_runs_the_probes_when_they_are_due_and_ends_when_its_file_is_not_its_own(
    instance, monkeypatch
):
    ran = []
    moments = iter([datetime(2026, 11, 22, 2, 29, tzinfo=UTC)] * 2 + [LATER] * 9)
    monkeypatch.setattr(schedule, "running", lambda _: os.getpid() if len(ran) < 1 else None)
    monkeypatch.setattr(schedule, "_probe", lambda: ran.append("probed"))
    monkeypatch.setattr(schedule, "LOOK_SECONDS", 0)
    monkeypatch.setattr(schedule, "_now", lambda: next(moments))

    schedule.keep_on(instance, "02:30")

    assert ran == ["probed"]
