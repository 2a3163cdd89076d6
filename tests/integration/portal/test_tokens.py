"""Personal tokens: made and revoked on a page, shown once, and never more than their person."""

import re

import pytest
from sqlalchemy import text

from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.person import Person


def make(house, role="author", **form):
    page = house.browser(role).post("/tokens", data={"name": "nightly", "days": "30"} | form)
    found = re.search(r"data-token>([^<]+)<", page.text)
    return page, found and found[1]


def rows(house, role="author"):
    with house.sessions() as session:
        found = session.execute(
            text("SELECT * FROM api_token WHERE username = :name ORDER BY created_at"),
            {"name": house.name(role)},
        )
        return [dict(row._mapping) for row in found]


def ask(house, token, path="/api/v1/me", method="GET", **options):
    program = house.browser()
    del program.headers["Origin"]
    headers = {"Authorization": f"Bearer {token}"}
    return program.request(method, path, headers=headers, **options)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(house):
    page, secret = make(house)
    again = house.browser("author").get("/tokens")

    assert page.status_code == 200
    assert secret.startswith("haven_")
    assert page.headers["cache-control"] == "no-store"
    assert secret not in again.text
    assert "nightly" in again.text
    [row] = rows(house)
    assert secret not in str(row)
    assert row["last_used_at"] is None


def test_a_token_is_its_person_and_being_used_is_noted(house):
    _, secret = make(house)

    answer = ask(house, secret)

    assert answer.json()["username"] == house.name("author")
    assert rows(house)[0]["last_used_at"] == house.clock.now()


def test_what_a_token_did_is_in_the_ledger_with_its_number(house):
    _, secret = make(house)
    request = house.add_request()

    ask(house, secret, f"/api/v1/requests/{request.request_id}/withdraw", "POST")

    token_id = rows(house)[0]["token_id"]
    [line] = house.ledger(event="request.withdraw")
    assert line.actor == house.name("author")
    assert line.details["token"] == token_id
    assert [one.subject for one in house.ledger(event="token.created")] == [f"token:{token_id}"]


def test_what_a_browser_did_names_no_token(house):
    request = house.add_request()

    house.browser("author").post(f"/api/v1/requests/{request.request_id}/withdraw")

    [line] = house.ledger(event="request.withdraw")
    assert "token" not in line.details


@pytest.mark.parametrize(
    "form",
    [{"days": "91"}, {"days": "0"}, {"days": "x"}, {"name": ""}, {"name": "a" * 61}],
    ids=str,
)
def test_a_token_has_a_name_and_lasts_at_most_90_days(house, form):
    page, secret = make(house, **form)

    assert page.status_code == 422
    assert secret is None
    assert rows(house) == []


def test_nobody_has_more_than_twenty_tokens_that_work(house):
    for _ in range(20):
        make(house)

    page, secret = make(house)

    assert page.status_code == 422
    assert secret is None


def test_a_revoked_token_works_no_more(house):
    _, secret = make(house)
    token_id = rows(house)[0]["token_id"]

    answer = house.browser("author").post(f"/tokens/{token_id}/revoke")

    assert answer.status_code == 303
    assert ask(house, secret).status_code == 401
    assert len(house.ledger(event="token.revoked")) == 1


def test_nobody_revokes_anothers_token(house):
    _, secret = make(house)
    token_id = rows(house)[0]["token_id"]

    answer = house.browser("admin").post(f"/tokens/{token_id}/revoke")

    assert answer.status_code == 404
    assert ask(house, secret).status_code == 200


def test_an_expired_token_works_no_more(house):
    _, secret = make(house, days="1")
    house.clock.advance(days=1)

    assert ask(house, secret).status_code == 401


def test_who_is_switched_off_has_no_token_that_works(house):
    _, secret = make(house)
    off = Person(username=house.name("author"), display_name="Author", is_active=False)

    house.apply(Wanted(people=(WantedPerson(person=off),), project=house.project, places={}))

    assert ask(house, secret).status_code == 401


def test_a_token_opens_the_api_alone(house):
    _, secret = make(house)
    request = house.add_request()

    page = ask(house, secret, "/tokens")
    change = ask(house, secret, f"/requests/{request.request_id}/withdraw", "POST")

    assert page.status_code == 303
    assert change.status_code == 403
    assert house.state_of(request).value == "submitted"


@pytest.mark.parametrize("given", ["Bearer x", "Basic x", "Bearer", "", "bearer haven_"])
def test_where_a_token_does_not_work_the_cookie_beside_it_does_not_either(house, given):
    request = house.add_request()
    browser = house.browser("author")
    path = f"/api/v1/requests/{request.request_id}/withdraw"

    answer = browser.post(path, headers={"Authorization": given, "Origin": "http://evil.test"})

    assert answer.status_code == 401
    assert house.state_of(request).value == "submitted"


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.test"}, {"Origin": "null"}, {}])
def test_another_site_changes_nothing_by_the_api(house, headers):
    request = house.add_request()
    browser = house.browser("author")
    del browser.headers["Origin"]

    answer = browser.post(f"/api/v1/requests/{request.request_id}/withdraw", headers=headers)

    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert "access-control-allow-origin" not in answer.headers
    assert house.state_of(request).value == "submitted"
