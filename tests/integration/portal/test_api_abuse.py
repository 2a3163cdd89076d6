"""The catalogue of abuse, by the API and with tokens: A01, A02, A04, A05, A06, A12, A13."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from output_checker.domain.workflow import State
from tests.integration.portal.test_api import voting
from tests.integration.portal.test_tokens import ask, make


@pytest.fixture
def by_token(house):
    """Ask as a role with a token of its own, a new one for each name."""
    tokens = {}

    def go(role, method, path, /, *, name="first", headers=None, **body):
        if (role, name) not in tokens:
            tokens[role, name] = make(house, role, name=name)[1]
        program = house.browser()
        del program.headers["Origin"]
        bearer = {"Authorization": f"Bearer {tokens[role, name]}"}
        return program.request(
            method, f"/api/v1{path}", headers=bearer | (headers or {}), json=body or None
        )

    return go


def test_a01_an_author_who_is_named_a_checker_too_does_not_vote_on_their_own(house, by_token):
    request = house.add_request()

    answer = by_token(
        "author", "POST", f"/review/{request.request_id}/vote", **voting(house, request)
    )

    assert answer.status_code == 403
    assert house.state_of(request) is State.SUBMITTED


def test_a02_two_tokens_of_one_checker_are_one_vote(house, by_token):
    request = house.add_request()
    path = f"/review/{request.request_id}/vote"

    first = by_token("checker1", "POST", path, **voting(house, request))
    second = by_token("checker1", "POST", path, name="second", **voting(house, request))
    browser = house.browser("checker1").post(f"/api/v1{path}", json=voting(house, request))

    assert [one.status_code for one in (first, second, browser)] == [200, 409, 409]
    assert second.json()["type"] == "urn:haven:problem:already_voted"
    assert house.state_of(request) is State.REVIEW


FORGED = [
    {"checker": "checker2"}, {"actor": "checker2"}, {"username": "checker2"}, {"role": "admin"},
    {"project_id": "other"}, {"required_reviews": 1}, {"state": "approved"}, {"is_blind": False},
]  # fmt: skip


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_a04_a_body_cannot_say_who_or_what_one_is(house, by_token, forged):
    request = house.add_request()
    path = f"/review/{request.request_id}/vote"

    answer = by_token("checker1", "POST", path, **voting(house, request), **forged)

    assert answer.status_code == 422
    assert house.state_of(request) is State.SUBMITTED


def test_a04_a_header_or_an_address_cannot_either(house, by_token):
    forged = {
        name: house.name("auditor")
        for name in ("X-User", "X-Forwarded-User", "Remote-User", "X-Remote-User", "From")
    }

    answer = by_token("author", "GET", "/me?username=admin&is_admin=true", headers=forged)

    assert answer.json()["username"] == house.name("author")
    assert answer.json()["is_admin"] is False
    assert by_token("author", "GET", "/ledger", headers=forged).status_code == 403


@pytest.mark.parametrize("state", [one for one in State if one.value not in
                                   {"submitted", "review", "consolidating"}])  # fmt: skip
def test_a05_no_vote_leads_anywhere_from_a_state_that_is_not_in_review(house, by_token, state):
    request = house.add_request(state=state)

    answer = by_token(
        "checker1", "POST", f"/review/{request.request_id}/vote", **voting(house, request)
    )

    assert answer.status_code == 409
    assert house.state_of(request) is state


def test_a05_two_approvals_at_once_are_two_and_the_second_decides(house, by_token):
    request = house.add_request()
    path = f"/review/{request.request_id}/vote"
    for role in ("checker1", "checker2"):
        by_token(role, "GET", "/me")

    with ThreadPoolExecutor(4) as pool:
        asked = [
            pool.submit(by_token, role, "POST", path, **voting(house, request))
            for role in ("checker1", "checker1", "checker2", "checker2")
        ]
        statuses = sorted(one.result().status_code for one in asked)

    assert statuses == [200, 200, 409, 409]
    assert house.state_of(request) is State.APPROVED
    assert len(house.ledger(event="request.approve")) == 1


def test_a05_a_vote_on_files_that_were_replaced_counts_not(house, by_token):
    request = house.add_request()

    answer = by_token(
        "checker1", "POST", f"/review/{request.request_id}/vote", **voting(house, request, turn=2)
    )

    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:haven:problem:stale_review"


@pytest.mark.parametrize("token", ["", "haven_", "haven_" + "A" * 43, "a b"])
def test_a06_a_made_up_token_opens_nothing(house, token):
    assert ask(house, token).status_code == 401


def test_a06_the_tokens_of_services_and_of_links_are_no_personal_tokens(house, internal):
    request = house.add_request(state=State.RELEASED)
    _, token = house.add_link(request)
    program = house.browser()

    assert program.get("/api/v1/me", headers=internal).status_code == 401
    assert ask(house, token).status_code == 401


def test_a06_a_personal_token_is_none_of_the_services(house):
    _, secret = make(house, "admin")

    assert ask(house, secret, "/internal/entitlements").status_code == 401


def test_a06_a_link_is_used_up_and_its_old_secret_is_dead(house, by_token, table):
    request = house.add_request(state=State.RELEASED, files=[table()])
    link, old = house.add_link(request)
    new = by_token("recipient", "POST", f"/links/{link.link_id}/open").json()["token"]

    statuses = [
        by_token("recipient", "POST", "/collect", token=token).status_code
        for token in (old, new, new, new)
    ]

    assert statuses == [404, 200, 200, 410]


def test_a06_an_expired_link_opens_no_more(house, by_token):
    request = house.add_request(state=State.RELEASED)
    link, token = house.add_link(request)
    house.clock.advance(days=15)

    assert by_token("recipient", "POST", "/collect", token=token).status_code == 410
    assert by_token("recipient", "POST", f"/links/{link.link_id}/open").status_code == 410


@pytest.mark.parametrize("state", [one for one in State if one is not State.RELEASED])
def test_a12_nobody_collects_what_is_not_released(house, by_token, state):
    request = house.add_request(state=state, recipients=())
    _, token = house.add_link(request, role="author")

    answer = by_token("author", "POST", "/collect", token=token)

    assert answer.status_code == 404
    assert b"north" not in answer.content


READ = ["/requests/{}", "/requests/{}/record", "/requests/{}/signature"]


@pytest.mark.parametrize("path", READ)
@pytest.mark.parametrize("role", ["stranger", "outsider", "admin"])
def test_a13_another_projects_request_is_as_one_that_is_not_there(house, by_token, role, path):
    request = house.add_request()

    theirs = by_token(role, "GET", path.format(request.request_id))
    none = by_token(role, "GET", path.format("0" * 32))

    assert theirs.status_code == none.status_code == 404
    assert theirs.json() == none.json()


def test_a13_no_list_names_another_projects_request(house, by_token):
    request = house.add_request()

    for path in ("/requests", "/review", "/links", "/projects"):
        answer = by_token("stranger", "GET", path)
        assert answer.status_code == 200
        assert request.request_id not in answer.text
        assert house.project_id not in answer.text
