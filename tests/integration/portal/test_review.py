"""The checkers' side: queue, page, votes."""

import html
import re

import pytest


def vote(house, role, request, choice="approve", *, comment="", turn=1, do="decide"):
    """The same word on each file as on the whole."""
    said = {f"file-{file.file_id}": choice for file in house.files_of(request)}
    return house.browser(role).post(
        f"/review/{request.request_id}/vote",
        data={"turn": str(turn), "vote": choice, "comment": comment, "do": do} | said,
    )


def test_the_queue_shows_a_checker_what_waits_and_the_author_nothing(house):
    request = house.add_request()

    assert request.request_id in house.browser("checker1").get("/review").text
    assert request.request_id not in house.browser("author").get("/review").text


def test_the_page_shows_a_file_in_a_frame_and_ties_findings_to_cells_there(house):
    request = house.add_request()
    browser = house.browser("checker1")

    page = browser.get(f"/review/{request.request_id}").text

    assert 'id="file-1-finding-1"' in page
    assert "3 people; the policy asks for 10" in page
    preview = re.search(r'<iframe [^>]*src="([^"]+)"', page)[1]
    to_cell = re.search(rf'target="preview" href="{preview}([^"]+)">Show the cell', page)[1]
    shown = browser.get(preview + html.unescape(to_cell).partition("#")[0]).text
    assert f'id="{to_cell.partition("#")[2]}"' in shown


def test_the_frame_runs_nothing_and_opens_nothing(house):
    request = house.add_request()

    page = house.browser("checker1").get(f"/review/{request.request_id}").text

    assert re.search(r'<iframe [^>]*sandbox="([^"]+)"', page)[1] == "allow-same-origin allow-forms"


def test_the_author_is_refused_in_words_though_they_are_a_checker_of_the_project(house):
    request = house.add_request()

    page = house.browser("author").get(f"/review/{request.request_id}")
    answer = vote(house, "author", request)

    for refusal in (page, answer):
        assert refusal.status_code == 403
        assert "Nobody checks their own outputs" in refusal.text
    assert house.state_of(request).value == "submitted"


def test_one_approval_is_not_enough_and_the_page_says_so(house):
    request = house.add_request()

    answer = vote(house, "checker1", request)
    page = house.browser("checker1").get(answer.headers["location"]).text

    assert house.state_of(request).value == "review"
    assert "One approval is not enough" in page
    assert "Record my decision" not in page


def test_the_same_checker_cannot_be_both(house):
    request = house.add_request()
    vote(house, "checker1", request)

    again = vote(house, "checker1", request)

    assert again.status_code == 409
    assert house.state_of(request).value == "review"


def test_two_checkers_approve_and_the_page_says_what_happens_next(house):
    request = house.add_request()
    vote(house, "checker1", request)

    answer = vote(house, "checker2", request)
    page = house.browser("checker2").get(answer.headers["location"]).text

    assert house.state_of(request).value == "approved"
    assert "What happens next" in page
    assert "released within a minute" in page


def test_checkers_do_not_see_each_others_votes_before_both_have_voted(house):
    request = house.add_request()
    vote(house, "checker1", request, comment="I looked at row two")

    blind = house.browser("checker2").get(f"/review/{request.request_id}").text
    vote(house, "checker2", request)
    after = house.browser("checker2").get(f"/review/{request.request_id}").text

    assert "I looked at row two" not in blind
    assert "✓ Approved" not in blind
    assert "I looked at row two" in after


@pytest.mark.parametrize("choice", ["return", "reject"])
def test_a_vote_that_ends_the_turn_needs_a_comment(house, choice):
    request = house.add_request()

    answer = vote(house, "checker1", request, choice)

    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'href="#comment"' in answer.text
    assert house.state_of(request).value == "submitted"


def test_a_vote_without_a_choice_keeps_the_comment(house):
    request = house.add_request()

    answer = vote(house, "checker1", request, "", comment="half a thought")

    assert answer.status_code == 422
    assert "Select whether to approve" in answer.text
    assert "half a thought" in answer.text


def test_a_returned_request_shows_its_author_the_comment(house):
    request = house.add_request()
    vote(house, "checker1", request, "", comment="Merge north and south", do="return")

    page = house.browser("author").get(f"/requests/{request.request_id}").text

    assert house.state_of(request).value == "returned"
    assert "Merge north and south" in page


def test_a_vote_on_files_that_were_replaced_does_not_count(house):
    request = house.add_request(turn=2, files=None)

    answer = vote(house, "checker1", request, turn=1)

    assert answer.status_code == 409
    assert "replaced" in answer.text


def test_a_member_sees_the_state_and_nothing_of_the_content(house):
    request = house.add_request()

    page = house.browser("member").get(f"/requests/{request.request_id}")
    review = house.browser("member").get(f"/review/{request.request_id}")

    assert page.status_code == 200
    assert "Waiting for checkers" in page.text
    assert "mean-pay.csv" not in page.text
    assert request.groups[0].context not in page.text
    assert review.status_code == 403


def test_a_picture_is_for_checkers_and_not_for_its_author(house, figure):
    request = house.add_request(files=[figure()])
    address = f"/requests/{request.request_id}/files/{house.files_of(request)[0].file_id}/image"

    assert house.browser("checker1").get(address).status_code == 200
    assert house.browser("author").get(address).status_code == 403


def test_looking_at_a_review_is_in_the_ledger(house):
    request = house.add_request()

    house.browser("checker1").get(f"/review/{request.request_id}")

    [line] = house.ledger(event="request.viewed")
    assert line.actor == house.name("checker1")


def test_the_author_withdraws_and_a_checker_cannot(house):
    request = house.add_request()

    refused = house.browser("checker1").post(f"/requests/{request.request_id}/withdraw")
    answer = house.browser("author").post(f"/requests/{request.request_id}/withdraw")

    assert refused.status_code == 403
    assert answer.status_code == 303
    assert house.state_of(request).value == "withdrawn"


def test_the_ledger_is_for_auditors_and_admins(house):
    assert house.browser("auditor").get("/ledger").status_code == 200
    assert house.browser("admin").get("/ledger").status_code == 200
    assert house.browser("checker1").get("/ledger").status_code == 403
