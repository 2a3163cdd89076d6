"""Collecting what was released."""

import pytest

from output_checker.adapters.signing import KeySigner, verify
from output_checker.application.ports import Release
from output_checker.domain.integrity import sha256_hex
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.workflow import State
from tests.integration.portal.conftest import RELEASE_KEY


@pytest.fixture
def released(house):
    return house.add_request(state=State.RELEASED)


def test_the_recipient_sees_the_page_and_downloads_the_bytes(house, released):
    _, token = house.add_link(released)
    browser = house.browser("recipient")

    page = browser.get(f"/collect/{token}")
    answer = browser.post(f"/collect/{token}/download")

    assert "mean-pay.csv" in page.text
    assert answer.content == b"region,mean\nnorth,1\n"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert 'filename="mean-pay.csv"' in answer.headers["content-disposition"]
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("role", ["author", "checker1", "admin", "auditor"])
def test_nobody_but_the_recipient_can_use_a_link(house, released, role):
    _, token = house.add_link(released)
    browser = house.browser(role)

    assert browser.get(f"/collect/{token}").status_code == 404
    assert browser.post(f"/collect/{token}/download").status_code == 404


def test_looking_at_the_page_uses_no_download_up(house, released):
    _, token = house.add_link(released, allowed_downloads=1)
    browser = house.browser("recipient")

    for _ in range(3):
        assert browser.get(f"/collect/{token}").status_code == 200
    assert browser.post(f"/collect/{token}/download").status_code == 200
    closed = browser.post(f"/collect/{token}/download")

    assert closed.status_code == 410
    assert "as often as it may" in closed.text


def test_a_link_expires(house, released):
    _, token = house.add_link(released)
    browser = house.browser("recipient")
    house.clock.advance(days=15)
    browser = house.browser("recipient")

    answer = browser.get(f"/collect/{token}")

    assert answer.status_code == 410
    assert "expired" in answer.text


def test_the_recipient_gets_a_fresh_address_from_the_first_page(house, released):
    link, _ = house.add_link(released)
    browser = house.browser("recipient")

    home = browser.get("/").text
    answer = browser.post(f"/links/{link.link_id}/open")

    assert f"/links/{link.link_id}/open" in home
    assert browser.get(answer.headers["location"]).status_code == 200


def test_a_checker_closes_a_link_and_it_opens_nothing_any_more(house, released):
    link, token = house.add_link(released)

    answer = house.browser("checker1").post(f"/links/{link.link_id}/revoke")

    assert answer.status_code == 303
    assert house.browser("recipient").post(f"/collect/{token}/download").status_code == 410


def test_a_store_that_is_away_costs_no_download(house, released):
    _, token = house.add_link(released, allowed_downloads=1)
    kept, house.store.by_sha256 = house.store.by_sha256, {}
    browser = house.browser("recipient")

    away = browser.post(f"/collect/{token}/download")
    house.store.by_sha256 = kept

    assert away.status_code == 503
    assert browser.post(f"/collect/{token}/download").status_code == 200


def test_an_anonymous_browser_is_not_sent_away_with_the_links_secret(house, released):
    _, token = house.add_link(released)

    answer = house.browser().get(f"/collect/{token}")

    assert answer.status_code == 303
    assert token not in answer.headers["location"]


@pytest.fixture
def recorded(house, released):
    """A release with its record and signature, as the worker leaves them."""
    record = b'{"@graph": []}'
    with house.checker_unit_of_work() as uow:
        uow.releases.add(
            Release(
                request_id=released.request_id,
                record=record,
                record_sha256=sha256_hex(record),
                started_at=house.clock.now(),
                retain_until=house.clock.now(),
                ledger_head=LedgerHead(seq=1, entry_hash="0" * 64),
                signature=KeySigner(RELEASE_KEY).sign(record),
                released_at=house.clock.now(),
            )
        )
        uow.commit()
    return released


@pytest.mark.parametrize("role", ["author", "checker1", "auditor", "recipient"])
def test_who_may_see_a_release_gets_what_proves_it(house, recorded, role):
    house.add_link(recorded)
    browser = house.browser(role)

    record = browser.get(f"/requests/{recorded.request_id}/record").content
    signature = browser.get(f"/requests/{recorded.request_id}/record.sig").content

    assert verify(record, signature, browser.get("/release-key").text)
    assert "record.collected" in house.ledger()[-1].event


def test_a_request_that_was_never_released_has_no_record(house):
    request = house.add_request()

    answer = house.browser("author").get(f"/requests/{request.request_id}/record")

    assert answer.status_code == 404


def test_admins_are_told_when_the_store_is_not_as_the_ledger_says(house):
    with house.checker_unit_of_work() as uow:
        uow.ledger.append(
            at=house.clock.now(), actor="(worker)", event="store.reconciled", subject="store",
            project=None, details={"releases": 3, "objects": 9, "mismatches": 2},
        )  # fmt: skip
        uow.commit()

    assert "2 objects are missing" in house.browser("admin").get("/").text
    assert "2 objects are missing" not in house.browser("author").get("/").text
