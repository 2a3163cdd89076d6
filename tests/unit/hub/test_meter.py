import asyncio
import time
from datetime import UTC, datetime

import pytest

from hub.gateway.budgets import Spent
from hub.gateway.meter import (
    BURST_BYTES,
    LOOKED_AT_BURST_BYTES,
    LOOKED_AT_BYTES_PER_SECOND,
    Kind,
    Meter,
)
from tests.unit.hub.builders import a_registration

SMALL = {"session_bytes": 1000, "day_bytes": 1500}


def show(passage, size, kind=Kind.KERNEL):
    asyncio.run(passage.to_browser(kind, size))


def levels(passage):
    return [(told["scope"], told["level"]) for told in passage.count.untold]


@pytest.fixture
def small(tmp_path):
    return Meter(tmp_path).passage(a_registration(budgets=SMALL))


def test_counts_survive_a_restart_of_the_gateway(tmp_path):
    before = Meter(tmp_path)
    show(before.passage(a_registration()), 1000)
    before.passage(a_registration()).to_workspace(Kind.HTTP, 30)
    before.flush()

    after = Meter(tmp_path).passage(a_registration())

    assert after.count == before.passage(a_registration()).count
    assert after.count.shown_bytes == 1000


def test_each_start_of_a_workspace_is_counted_by_itself(tmp_path):
    meter = Meter(tmp_path)
    show(meter.passage(a_registration(started_id="one")), 5)

    assert meter.passage(a_registration(started_id="two")).count.shown_bytes == 0


def test_counts_that_cannot_be_written_are_kept_for_the_next_try(tmp_path):
    folder = tmp_path / "later"
    meter = Meter(folder)
    show(meter.passage(a_registration()), 7)
    meter.flush()
    folder.mkdir()

    meter.flush()

    assert Meter(folder).passage(a_registration()).count.shown_bytes == 7


def test_kinds_and_directions_are_counted_apart(tmp_path):
    passage = Meter(tmp_path).passage(a_registration())
    for size, kind in enumerate(Kind, start=1):
        show(passage, size, kind)
    passage.to_workspace(Kind.KERNEL, 50)

    (day,) = passage.count.days.values()
    assert day.to_browser == {"http": 1, "kernel": 2, "pixels": 3, "static": 4}
    assert day.to_workspace == {"kernel": 50}


def test_havens_own_files_use_up_no_budget(small):
    show(small, 1_000_000, Kind.STATIC)

    assert small.count.shown_bytes == 0


def test_what_does_not_fit_into_the_budget_does_not_pass_and_nothing_does_afterwards(small):
    show(small, 900)
    with pytest.raises(Spent, match="Stop the workspace"):
        show(small, 101)
    with pytest.raises(Spent):
        small.require_open()

    assert small.count.shown_bytes == 900


def test_half_and_four_fifths_are_told_once_each_and_the_end_too(small):
    for size in (499, 1, 299, 1, 100):
        show(small, size)
    for _ in range(2):
        with pytest.raises(Spent):
            show(small, 200)

    of_the_session = [level for scope, level in levels(small) if scope == "session"]
    assert of_the_session == ["alert", "throttle", "cut"]
    assert [words[:4] for words in small.words()] == ["50 %", "50 %", "80 %"]
    assert small.words() == []


def test_from_four_fifths_on_it_goes_slowly(tmp_path):
    budgets = {"session_bytes": 2 * 1024**2, "day_bytes": 1024**3}
    passage = Meter(tmp_path).passage(a_registration(budgets=budgets))
    show(passage, 1_600_000)
    started = time.monotonic()

    show(passage, BURST_BYTES + 16 * 1024)

    assert time.monotonic() - started > 0.3


def test_a_day_is_counted_over_all_sessions_of_a_person_and_project(tmp_path):
    meter = Meter(tmp_path)
    show(meter.passage(a_registration(started_id="one", budgets=SMALL)), 950)
    other = meter.passage(a_registration(started_id="two", budgets=SMALL))

    with pytest.raises(Spent, match="today"):
        show(other, 600)


def test_a_restart_does_not_give_the_day_back(tmp_path):
    before = Meter(tmp_path)
    show(before.passage(a_registration(started_id="one", budgets=SMALL)), 950)
    before.flush()

    with pytest.raises(Spent, match="today"):
        show(Meter(tmp_path).passage(a_registration(started_id="two", budgets=SMALL)), 600)


def test_somebody_elses_day_is_their_own(tmp_path):
    meter = Meter(tmp_path)
    show(meter.passage(a_registration(started_id="one", budgets=SMALL)), 1000)

    show(meter.passage(a_registration(username="bea", started_id="two", budgets=SMALL)), 1000)

    assert meter.counts["two"].shown_bytes == 1000


def test_the_next_day_begins_at_nothing(tmp_path):
    moment = [datetime(2026, 11, 22, 23, 59, tzinfo=UTC)]
    meter = Meter(tmp_path, now=lambda: moment[0])
    show(meter.passage(a_registration(started_id="one", budgets=SMALL)), 1000)
    moment[0] = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)

    show(meter.passage(a_registration(started_id="two", budgets=SMALL)), 1000)

    assert [*meter.counts["two"].days] == ["2026-11-23"]


def test_an_administrator_can_let_a_day_go_on(tmp_path):
    meter = Meter(tmp_path)
    show(meter.passage(a_registration(started_id="one", budgets=SMALL)), 1000)
    later = meter.passage(a_registration(started_id="two", budgets=SMALL))
    with pytest.raises(Spent):
        show(later, 800)

    meter.allowances["ada", "p1", meter.today()] = 5000

    show(later, 800)
    assert later.count.shown_bytes == 800


def test_counts_that_cannot_be_read_close_the_session(tmp_path):
    (tmp_path / "start-1.json").write_text("{")

    with pytest.raises(Spent):
        Meter(tmp_path).passage(a_registration()).require_open()


def test_a_tier_that_nobody_knows_shows_nothing(tmp_path):
    with pytest.raises(Spent):
        show(Meter(tmp_path).passage(a_registration(tier="new")), 1)


def test_all_connections_of_a_session_wait_for_one_bound_on_what_is_taken_apart(
    tmp_path, monkeypatch
):
    waited = []

    async def wait(seconds):
        waited.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", wait)
    meter = Meter(tmp_path)

    asyncio.run(meter.passage(a_registration()).look_at(LOOKED_AT_BURST_BYTES))
    assert waited == []

    asyncio.run(meter.passage(a_registration()).look_at(LOOKED_AT_BYTES_PER_SECOND))
    assert waited == [pytest.approx(1, abs=0.5)]

    asyncio.run(meter.passage(a_registration(started_id="another")).look_at(1))
    assert len(waited) == 1
