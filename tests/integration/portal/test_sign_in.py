"""To the hub and back, sessions, and their ends."""

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.sessions import cookie_name
from registry.adapters.database.tables import PortalSessionRow

COOKIE = cookie_name(is_https=False)


def set_out(browser, path="/"):
    """Start signing in; returns what the hub would be asked."""
    answer = browser.get(path)
    return parse_qs(urlsplit(answer.headers["location"]).query)


def come_back(browser, house, question, role="author", code="code-1"):
    house.hub.usernames[code] = house.name(role)
    return browser.get("/oauth_callback", params={"code": code, "state": question["state"][0]})


def test_a_browser_is_sent_to_the_hub_with_a_challenge_and_comes_back_to_where_it_was(house):
    browser = house.browser()

    question = set_out(browser, "/requests")
    answer = come_back(browser, house, question)

    assert question["client_id"] == ["service-haven"]
    assert question["redirect_uri"] == ["http://haven.test/oauth_callback"]
    assert question["code_challenge_method"] == ["S256"]
    assert answer.status_code == 303
    assert answer.headers["location"] == "/requests"
    assert browser.get("/requests").status_code == 200


def test_the_hub_is_shown_the_verifier_that_the_challenge_was_made_of(house):
    import base64
    import hashlib

    browser = house.browser()
    question = set_out(browser)
    come_back(browser, house, question)

    digest = hashlib.sha256(house.hub.verifiers[0].encode()).digest()
    assert question["code_challenge"] == [base64.urlsafe_b64encode(digest).rstrip(b"=").decode()]


def test_two_tabs_can_sign_in_at_once(house):
    browser = house.browser()
    first, second = set_out(browser, "/requests"), set_out(browser, "/review")

    answers = [
        come_back(browser, house, first, code="code-1"),
        come_back(browser, house, second, code="code-2"),
    ]

    assert [answer.headers["location"] for answer in answers] == ["/requests", "/review"]


def test_another_browsers_way_back_is_refused(house):
    question = set_out(house.browser())

    answer = come_back(house.browser(), house, question)

    assert answer.status_code == 403
    assert house.hub.verifiers == []
    assert COOKIE not in answer.headers.get("set-cookie", "")


def test_a_way_back_that_took_too_long_is_refused(house):
    browser = house.browser()
    question = set_out(browser)
    house.clock.advance(minutes=11)

    assert come_back(browser, house, question).status_code == 403


def test_a_code_that_the_hub_does_not_know_signs_nobody_in(house):
    browser = house.browser()
    question = set_out(browser)

    answer = browser.get("/oauth_callback", params={"code": "x", "state": question["state"][0]})

    assert answer.status_code == 403
    assert "Start again" in answer.text


def test_a_cookie_that_was_tampered_with_is_refused(house):
    browser = house.browser()
    question = set_out(browser)
    [(name, sealed)] = browser.cookies.items()
    browser.cookies.clear()
    browser.cookies.set(name, f"{sealed[:-1]}{'0' if sealed[-1] != '0' else '1'}")

    assert come_back(browser, house, question).status_code == 403


def test_somebody_whom_the_registry_does_not_know_is_not_signed_in(house):
    browser = house.browser()
    question = set_out(browser)
    house.hub.usernames["code-1"] = "nobody-here"

    answer = browser.get(
        "/oauth_callback", params={"code": "code-1", "state": question["state"][0]}
    )

    assert answer.status_code == 403
    assert "not registered" in answer.text


@pytest.mark.parametrize("path", ["//evil.test/x", "/\\evil.test", "/\tevil"])
def test_signing_in_never_leads_to_another_site(house, path):
    from portal.sign_in_state import begin

    assert begin(path, house.clock.now()).next_path == "/"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(house):
    browser = house.browser()
    question = set_out(browser)
    answer = come_back(browser, house, question)

    [cookie] = [c for c in answer.headers.get_list("set-cookie") if c.startswith(COOKIE)]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_the_database_holds_only_a_hash_of_the_cookie(house):
    browser = house.browser("author")
    secret = browser.cookies[COOKIE]

    with house.sessions() as session:
        hashes = [row.session_hash for row in session.query(PortalSessionRow)]

    assert secret not in hashes
    assert all(len(kept) == 64 for kept in hashes)


def test_signing_out_ends_the_session_and_not_only_the_cookie(house):
    browser = house.browser("author")
    secret = browser.cookies[COOKIE]

    answer = browser.post("/sign-out")
    browser.cookies.set(COOKIE, secret)

    assert answer.headers["location"] == "/signed-out"
    assert "Every session of yours is over" in browser.get("/signed-out").text
    browser.cookies.set(COOKIE, secret)
    assert browser.get("/requests").status_code == 303


def test_a_session_ends_when_it_is_not_used(house):
    browser = house.browser("author")
    house.clock.advance(minutes=59)
    assert browser.get("/").status_code == 200

    house.clock.advance(minutes=61)

    assert browser.get("/").status_code == 303


def test_a_session_ends_after_twelve_hours_of_use(house):
    browser = house.browser("author")
    for _ in range(12):
        house.clock.advance(minutes=59)
        assert browser.get("/").status_code == 200

    house.clock.advance(minutes=13)

    assert browser.get("/").status_code == 303


def test_an_account_that_is_switched_off_is_out_at_once(house):
    from dataclasses import replace

    from registry.domain.apply_plan import Wanted, WantedPerson
    from registry.domain.person import Person

    browser = house.browser("author")
    person = Person(username=house.name("author"), display_name="Author")
    off = WantedPerson(person=replace(person, is_active=False))
    house.apply(Wanted(people=(off,), places={}))

    assert browser.get("/").status_code == 303


def test_a_member_who_is_removed_loses_the_project_at_once(house):
    browser = house.browser("member")
    assert browser.get(f"/projects/{house.project_id}").status_code == 200

    house.change_project(members=frozenset({house.name("author")}))

    assert browser.get(f"/projects/{house.project_id}").status_code == 404
