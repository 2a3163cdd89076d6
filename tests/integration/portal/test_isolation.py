"""What the isolation probes found: recorded, shown, and raised as an alarm."""

import copy
from datetime import timedelta

import pytest
from sqlalchemy import text

from infra.probes import signed
from portal.isolation.record import record_run

KEY = signed.new_key()


def a_result(house, states=None, *, whole=True, ago=timedelta()):
    at = house.clock.now() - ago
    probes = [
        {
            "probe_id": name, "place": "inside", "tries": f"try {name}", "means": "data leaves",
            "control": "a twin", "control_count": 2, "state": state,
            "found": ["1.1.1.1:443"] if state == "OPEN" else [],
        }
        for name, state in (states or {"N01": "shut", "N02": "shut"}).items()
    ]  # fmt: skip
    payload = {
        "at": at.isoformat(), "version": "2026.11.0", "image": "sha256:" + "0" * 64,
        "tier": "browser", "whole": whole, "probes": probes,
        "not_yet": [{"probe_id": "L01", "tries": "sign in alone", "reason": "nothing is there"}],
    }  # fmt: skip
    return signed.sign(payload, KEY)


@pytest.fixture
def record(house, database):
    def _record(document):
        with house.sessions() as session:
            holes = record_run(session, document, actor="(host:root)", now=house.clock.now())
            session.commit()
        return holes

    database.as_superuser("DELETE FROM probe_run")
    yield _record
    database.as_superuser("DELETE FROM probe_run")


def test_a_run_is_in_the_ledger_with_its_counts(house, record):
    record(a_result(house, {"N01": "shut", "N02": "OPEN", "N03": "broken"}))

    with house.sessions() as session:
        lines = session.execute(
            text("SELECT event, details FROM ledger WHERE event LIKE 'isolation.%' "
                 "ORDER BY seq DESC LIMIT 2")
        ).all()  # fmt: skip
    assert [line.event for line in lines] == ["isolation.hole", "isolation.probed"]
    assert lines[0].details == {"probe": "N02"}
    assert (lines[1].details["open"], lines[1].details["broken"]) == (1, 1)


@pytest.mark.parametrize("state", ["OPEN", "broken", "shut"])
def test_admins_alone_are_told_of_what_was_found(house, record, state):
    record(a_result(house, {"N01": state}))

    told = "The isolation probes found something"
    assert (told in house.browser("admin").get("/notices").text) is (state != "shut")
    assert told not in house.browser("author").get("/notices").text


def test_a_changed_result_is_not_recorded(house, record):
    document = copy.deepcopy(a_result(house, {"N01": "OPEN"}))
    document["payload"]["probes"][0]["state"] = "shut"

    with pytest.raises(signed.NotGenuine):
        record(document)


def test_the_application_cannot_change_a_recorded_run(house, record, app_database_url):
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ProgrammingError

    record(a_result(house))
    engine = create_engine(app_database_url)

    with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission"):
        connection.execute(text("UPDATE probe_run SET is_whole = false"))
    engine.dispose()


def test_everybody_sees_what_was_found_in_plain_words(house, record):
    record(a_result(house))

    page = house.browser("member").get("/isolation").text

    assert "2 of 2 shut" in page
    assert "try N01" in page
    assert "sign in alone" in page


def test_how_to_use_an_open_door_is_for_admins_and_auditors(house, record):
    record(a_result(house, {"N01": "OPEN"}))

    assert "1.1.1.1:443" not in house.browser("member").get("/isolation").text
    assert "1.1.1.1:443" in house.browser("admin").get("/isolation").text
    with house.sessions() as session:
        run_id = session.scalar(text("SELECT max(run_id) FROM probe_run"))
    assert house.browser("member").get(f"/isolation/runs/{run_id}").status_code == 404
    assert house.browser("auditor").get(f"/isolation/runs/{run_id}").status_code == 200


def test_what_is_downloaded_can_be_verified_with_the_key_on_the_page(house, record):
    record(a_result(house))
    browser = house.browser("member")
    with house.sessions() as session:
        run_id = session.scalar(text("SELECT max(run_id) FROM probe_run"))

    document = browser.get(f"/isolation/runs/{run_id}").json()

    assert signed.verify(document, browser.get("/isolation/key").text)["tier"] == "browser"


@pytest.mark.parametrize(
    ("states", "ago", "words"),
    [
        ({"N01": "OPEN"}, timedelta(), "found an open door: N01"),
        ({"N01": "broken"}, timedelta(), "could not run: N01"),
        ({"N01": "shut"}, timedelta(hours=27), "have not run since yesterday"),
    ],
)
def test_an_admins_home_page_warns(house, record, states, ago, words):
    record(a_result(house, states, ago=ago))

    assert words in house.browser("admin").get("/").text
    assert words not in house.browser("member").get("/").text


def test_an_admin_is_warned_when_the_probes_never_ran(house, record):
    assert "have not run yet" in house.browser("admin").get("/").text
    assert "have not run yet" in house.browser("member").get("/isolation").text


def test_all_is_well_and_nobody_is_warned(house, record):
    record(a_result(house))

    assert "Isolation needs a look" not in house.browser("admin").get("/").text


def test_a_hole_that_a_partial_run_finds_is_not_hidden_by_the_whole_one_before_it(house, record):
    record(a_result(house, ago=timedelta(hours=1)))
    record(a_result(house, {"N01": "OPEN"}, whole=False))

    assert "found an open door: N01" in house.browser("admin").get("/").text


def test_a_run_that_is_not_there_is_not_found(house, record):
    browser = house.browser("admin")

    assert browser.get("/isolation/runs/2147483647").status_code == 404
    assert browser.get("/isolation/runs/99999999999").status_code == 404
    assert browser.get("/isolation/key").status_code == 404
