import asyncio
import json

import httpx2
import pytest

from hub.gateway import metrics
from hub.gateway.budgets import Spent
from hub.gateway.meter import Kind, Meter
from hub.gateway.reporter import Reporter
from tests.unit.hub.builders import a_registration

SMALL = {"session_bytes": 1000, "day_bytes": 1500}


class FakePortal:
    def __init__(self):
        self.heard, self.allowances, self.status = [], [], 200

    def answer(self, request):
        self.heard.append(json.loads(request.content))
        return httpx2.Response(self.status, json={"allowances": self.allowances})


@pytest.fixture
def portal():
    return FakePortal()


def report(meter, portal, running=("start-1",)):
    async def once():
        transport = httpx2.MockTransport(portal.answer)
        async with httpx2.AsyncClient(transport=transport, base_url="http://portal") as client:
            return await Reporter(meter, client, lambda: set(running)).report()

    return asyncio.run(once())


def show(meter, size, **changes):
    asyncio.run(meter.passage(a_registration(budgets=SMALL, **changes)).to_browser(Kind.HTTP, size))


def test_figures_and_levels_are_told_by_session_and_day(tmp_path, portal):
    meter = Meter(tmp_path)
    show(meter, 600)

    assert report(meter, portal)

    (day,) = portal.heard[0]["days"]
    assert (day["started_id"], day["username"], day["http_to_browser"]) == ("start-1", "ada", 600)
    assert [one["level"] for one in portal.heard[0]["reached"]] == ["alert"]


def test_what_was_told_is_not_told_again(tmp_path, portal):
    meter = Meter(tmp_path)
    show(meter, 600)
    report(meter, portal)

    report(meter, portal)

    assert portal.heard[1]["reached"] == []


@pytest.mark.parametrize("restarts", [False, True])
def test_what_the_portal_did_not_take_is_told_again_also_after_a_restart(
    tmp_path, portal, restarts
):
    meter = Meter(tmp_path)
    show(meter, 600)
    portal.status = 503
    assert not report(meter, portal)
    meter.flush()
    portal.status = 200

    report(Meter(tmp_path) if restarts else meter, portal)

    assert [one["level"] for one in portal.heard[1]["reached"]] == ["alert"]


def test_the_end_of_a_session_is_told_once(tmp_path, portal):
    meter = Meter(tmp_path)
    show(meter, 10)
    for _ in range(2):
        report(meter, portal, running=())

    assert [len(heard["ended"]) for heard in portal.heard] == [1, 0]


def test_what_an_administrator_allowed_holds_from_the_next_report_on(tmp_path, portal):
    meter = Meter(tmp_path)
    show(meter, 1000)
    with pytest.raises(Spent):
        show(meter, 600, started_id="start-2")
    portal.allowances = [{"username": "ada", "project": "p1", "day": meter.today(), "bytes": 5000}]

    report(meter, portal, running=("start-1", "start-2"))

    show(meter, 600, started_id="start-2")


def test_sessions_of_earlier_days_are_forgotten_once_they_are_told(tmp_path, portal):
    meter = Meter(tmp_path)
    show(meter, 10)
    count = meter.counts["start-1"]
    count.days = {"2020-01-01": count.days.popitem()[1]}
    meter.flush()

    report(meter, portal, running=())

    assert meter.counts == {}
    assert list(tmp_path.glob("*.json")) == []


def test_the_metrics_hold_sums_and_nobodys_name(tmp_path):
    meter = Meter(tmp_path)
    show(meter, 600)
    show(meter, 70, username="bea", started_id="start-2")

    text = metrics.text(meter.counts.values(), {"start-1"})

    assert 'haven_gateway_bytes{tier="browser",to="browser",kind="http"} 670' in text
    assert 'haven_workspace_sessions{tier="browser"} 1' in text
    assert 'haven_gateway_budgets_reached{scope="session",level="alert"} 1' in text
    assert "ada" not in text
    assert "bea" not in text
    assert "start-" not in text
