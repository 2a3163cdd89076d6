"""What the gateway reports, and what administrators see and do about it."""

import uuid

import pytest

from tests.integration.portal.conftest import INTERNAL_TOKEN, TRAFFIC_TOKEN

GATEWAY = {"Authorization": f"Bearer {TRAFFIC_TOKEN}"}


class Gateway:
    """Reports about one session of a member of the house's project."""

    def __init__(self, house):
        self.house = house
        self.day = house.clock.now().date().isoformat()
        self.session = {
            "started_id": uuid.uuid4().hex,
            "username": house.name("member"),
            "project": house.project_id,
        }

    def tell(self, *, figures=None, levels=(), ended=False, headers=GATEWAY):
        body = {
            "days": [self.session | {"tier": "browser", "day": self.day} | figures]
            if figures
            else [],
            "reached": [self.session | self._reached(level) for level in levels],
            "ended": [self.session] if ended else [],
        }
        return self.house.browser().post("/internal/traffic", json=body, headers=headers)

    def _reached(self, level):
        return {
            "scope": "session", "level": level, "day": self.day, "used_bytes": 500,
            "budget_bytes": 1000, "at": self.house.clock.now().isoformat(),
        }  # fmt: skip

    def lines(self, event):
        return self.house.ledger(event=f"registry.{event}")


@pytest.fixture
def gateway(house):
    return Gateway(house)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": f"Bearer {INTERNAL_TOKEN}"},
        {"Authorization": f"Basic {TRAFFIC_TOKEN}"},
    ],
    ids=["nobody", "the hub", "another scheme"],
)
def test_nobody_but_the_gateway_reports(gateway, headers):
    assert gateway.tell(figures={"requests": 1}, headers=headers).status_code == 401


@pytest.mark.parametrize("path", ["/internal/entitlements", "/internal/workspaces/x/y"])
def test_the_gateways_token_opens_nothing_else(house, path):
    assert house.browser().get(path, headers=GATEWAY).status_code == 401


def test_figures_are_shown_to_admins_and_auditors(house, gateway):
    gateway.tell(figures={"kernel_to_browser": 3 * 1024**2, "static_to_browser": 5 * 1024**2})

    for role in ("admin", "auditor"):
        page = house.browser(role).get("/traffic").text

        assert gateway.session["username"] in page
        assert "3.0 MiB" in page
        assert "5.0 MiB" in page
        assert gateway.session["started_id"][:8] in page


@pytest.mark.parametrize("role", ["member", "author", "checker1"])
def test_others_do_not_see_them(house, gateway, role):
    gateway.tell(figures={"requests": 1})

    assert house.browser(role).get("/traffic").status_code == 404


def test_a_report_that_comes_late_takes_nothing_back(house, gateway):
    gateway.tell(figures={"http_to_browser": 5 * 1024**2})
    gateway.tell(figures={"http_to_browser": 2 * 1024**2})

    assert "5.0 MiB" in house.browser("admin").get("/traffic").text


def test_each_level_is_one_line_of_the_ledger_however_often_it_is_told(gateway):
    for _ in range(2):
        gateway.tell(levels=("alert", "throttle", "cut"))

    for event in ("traffic_alert", "traffic_throttle", "traffic_cut"):
        (line,) = gateway.lines(event)
        assert line.details["budget_bytes"] == "1000"
        assert line.actor == "(gateway)"


def test_the_end_of_a_session_is_one_line_with_its_sums(gateway):
    gateway.tell(figures={"http_to_browser": 7, "kernel_to_browser": 5, "refused": 2})
    for _ in range(2):
        gateway.tell(ended=True)

    (line,) = gateway.lines("traffic_closed")
    assert line.details["http_to_browser"] == "7"
    assert line.details["kernel_to_browser"] == "5"
    assert line.details["refused"] == "2"


def test_a_session_of_nobody_is_not_taken(gateway):
    gateway.session["username"] = "../../nobody"

    assert gateway.tell(figures={"requests": 1}).status_code == 422


def allow(house, gateway, role, amount):
    path = f"/traffic/{gateway.session['username']}/{house.project_id}/allow"
    return house.browser(role).post(path, data={"mebibytes": amount})


def own(house, answer):
    return [one for one in answer.json()["allowances"] if one["project"] == house.project_id]


def test_an_administrator_raises_a_day_and_the_gateway_hears_it(house, gateway):
    assert allow(house, gateway, "admin", "10").status_code == 303
    assert allow(house, gateway, "admin", "5").status_code == 303

    (allowed,) = own(house, gateway.tell(figures={"requests": 1}))
    assert allowed["bytes"] == 15 * 1024**2
    assert [line.details["added_bytes"] for line in gateway.lines("traffic_allowed")] == [
        str(10 * 1024**2),
        str(5 * 1024**2),
    ]


def test_a_day_begins_anew_with_what_was_used(house, gateway):
    gateway.tell(figures={"http_to_browser": 700, "kernel_to_browser": 11})

    allow(house, gateway, "admin", "reset")

    (allowed,) = own(house, gateway.tell(figures={"requests": 1}))
    assert allowed["bytes"] == 711


@pytest.mark.parametrize("amount", ["", "0", "-5", "10001", "many", "²"])
def test_an_amount_that_makes_no_sense_is_refused(house, gateway, amount):
    assert allow(house, gateway, "admin", amount).status_code == 422


@pytest.mark.parametrize("role", ["auditor", "member", "author"])
def test_nobody_else_raises_a_day(house, gateway, role):
    assert allow(house, gateway, role, "10").status_code == 404
