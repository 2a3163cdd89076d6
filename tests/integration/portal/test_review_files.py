"""Moving between the files of a review, and the page on which one decides."""

import re
import uuid
from dataclasses import replace

import pytest

from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.workflow import State
from tests.integration.portal.test_review import vote


def several(house, table, **changes):
    files = [
        replace(table(name=f"table-{number}.csv"), file_id=uuid.uuid4().hex) for number in (1, 2, 3)
    ]
    return house.add_request(files=files, **changes)


def go(house, request, to, *, role="checker1", turn=1, comment="", **votes):
    """Press the button that opens something, with these votes on the page, by number."""
    files = house.files_of(request)
    said = {f"file-{files[int(name[1:]) - 1].file_id}": value for name, value in votes.items()}
    return house.browser(role).post(
        f"/review/{request.request_id}/vote?file=1",
        data={"turn": str(turn), "go": to, "comment": comment} | said,
    )


def decide_page(house, request, role="checker1", query=""):
    return house.browser(role).get(f"/review/{request.request_id}/decide{query}")


def kept_votes(house, request):
    page = decide_page(house, request).text
    return re.findall(r'name="file-[0-9a-f]{32}" value="(\w+)"', page)


def test_votes_on_files_add_up_though_each_page_sends_only_one(house, table):
    request = several(house, table)

    first = go(house, request, "2", f1="approve")
    go(house, request, "3", f2="return", comment="Row two is small")

    assert first.headers["location"] == f"/review/{request.request_id}?file=2"
    assert kept_votes(house, request) == ["approve", "return", "undecided"]


def test_what_is_kept_is_not_a_vote(house, table):
    request = several(house, table)

    go(house, request, "decision", f1="approve")

    assert house.ledger(event="review.recorded") == []
    assert "Your vote is recorded" not in decide_page(house, request).text


def test_opening_a_file_with_nothing_new_keeps_nothing(house, table):
    request = several(house, table)

    go(house, request, "2", f1="undecided")

    assert house.state_of(request) is State.SUBMITTED
    assert house.ledger(event="request.start_review") == []


def test_what_was_filled_in_for_replaced_files_is_not_kept(house, table):
    request = several(house, table, turn=2)
    files = house.files_of(request)
    assert files == []

    assert go(house, request, "2", turn=1, comment="half a thought").status_code == 409


def test_a_comment_that_is_too_long_is_said_on_the_page_and_still_there(house, table):
    request = several(house, table)

    answer = go(house, request, "2", comment="long " * 2_001, f1="approve")

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "long long" in answer.text
    assert re.search(r'value="approve" checked form="vote-form"', answer.text)


def test_a_file_that_there_is_not_is_not_found(house, table):
    request = several(house, table)
    browser = house.browser("checker1")

    assert browser.get(f"/review/{request.request_id}?file=4").status_code == 404
    assert browser.get(f"/review/{request.request_id}?file=0").status_code == 422


def test_files_are_numbered_as_they_are_listed(house, table):
    groups = tuple(FileGroup(name=name, context="c", controls="d") for name in ("B", "A"))
    files = [
        table(name="a.csv", group="A", file_id=uuid.uuid4().hex),
        table(name="b.py", group="B", role=FileRole.CODE, file_id=uuid.uuid4().hex),
        table(name="b.csv", group="B", file_id=uuid.uuid4().hex),
    ]
    request = house.add_request(files=files, groups=groups)
    browser = house.browser("checker1")
    pages = [browser.get(f"/review/{request.request_id}?file={n}").text for n in (1, 2, 3)]

    assert [re.search(r'id="file-\d">([\w.]+)<', page)[1] for page in pages] == [
        "b.csv", "b.py", "a.csv",
    ]  # fmt: skip
    assert "It needs no vote" in pages[1]


def test_only_a_refusal_can_be_filled_in_by_an_address(house):
    request = house.add_request()

    def chosen(vote):
        page = decide_page(house, request, query=f"?vote={vote}").text
        return re.findall(r'name="vote" type="radio" value="(\w+)" checked', page)

    assert chosen("reject") == ["reject"]
    assert chosen("return") == ["return"]
    assert chosen("approve") == []


def test_the_decision_shows_who_overrode_what(house, table):
    request = house.add_request(files=[table(verdict="fail")], verdict="fail")
    [file] = house.files_of(request)
    address = f"/review/{request.request_id}/files/{file.file_id}/override?file=1"
    house.browser("override1").post(address, data={"reason": "Published by the office"})

    page = decide_page(house, request).text

    assert "Published by the office" in page
    assert house.name("override1") in page


@pytest.mark.parametrize("role", ["author", "member", "auditor", "owner", "override1"])
def test_nobody_else_is_asked_to_decide(house, role):
    assert decide_page(house, house.add_request(), role).status_code == 403


def test_who_has_voted_is_led_back(house):
    request = house.add_request()
    vote(house, "checker1", request)

    answer = decide_page(house, request)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/review/{request.request_id}"
