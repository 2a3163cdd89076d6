"""Taking a release back in the browser."""

import pytest

from output_checker.domain.workflow import State


@pytest.fixture
def release(house):
    request = house.add_request(state=State.RELEASED)
    _, token = house.add_link(request)
    return request, token, f"/requests/{request.request_id}/withdraw-release"


def test_the_author_takes_it_back_and_the_recipients_link_ends(house, release):
    request, token, page = release
    author, recipient = house.browser("author"), house.browser("recipient")
    assert page in author.get(f"/requests/{request.request_id}").text
    assert recipient.get(f"/collect/{token}").status_code == 200

    answer = author.post(page, data={"reason": "It shows a firm"})

    assert answer.headers["location"] == f"/requests/{request.request_id}"
    assert house.state_of(request) is State.WITHDRAWN
    assert "It shows a firm" in author.get(f"/requests/{request.request_id}").text
    assert recipient.get(f"/collect/{token}").status_code == 410
    assert recipient.post(f"/collect/{token}/download").status_code == 410
    told = recipient.get("/notices").text
    assert "A release was withdrawn" in told
    assert "It shows a firm" not in told


def test_an_admin_takes_it_back_without_seeing_it(house, release):
    request, _, page = release
    admin = house.browser("admin")

    shown = admin.get(page).text
    assert house.name("recipient") in shown
    assert "mean-pay" not in shown
    assert admin.post(page, data={"reason": "It shows a firm"}).headers["location"] == "/"
    assert house.state_of(request) is State.WITHDRAWN


@pytest.mark.parametrize("role", ["member", "checker1", "auditor", "recipient"])
def test_others_may_not(house, release, role):
    request, _, page = release
    browser = house.browser(role)

    assert browser.get(page).status_code == 403
    assert browser.post(page, data={"reason": "Because"}).status_code == 403
    assert house.state_of(request) is State.RELEASED


def test_a_reason_is_needed_and_once_is_enough(house, release):
    _, _, page = release
    author = house.browser("author")

    assert author.post(page, data={"reason": " "}).status_code == 422
    assert author.post(page, data={"reason": "It shows a firm"}).status_code == 303
    assert author.post(page, data={"reason": "It shows a firm"}).status_code == 409
