"""What the pages say."""

import pytest

from output_checker.domain.workflow import IN_REVIEW, NOT_SUBMITTED, WITH_AUTHOR, State
from output_checker.web.requests import NEXT_STEPS
from portal.pages import Pages


def test_home_shows_the_projects_and_the_way_into_the_workspace(house):
    page = house.browser("author").get("/")

    assert "Pay and place" in page.text
    assert f"/hub/spawn/{house.name('author')}/{house.project_id}" in page.text


def test_home_offers_a_checker_the_queue_and_no_workspace(house):
    house.add_request()

    page = house.browser("checker1").get("/").text

    assert "1 request waits for your review" in page
    assert "/hub/spawn/" not in page


def test_an_ended_project_offers_no_workspace(house):
    house.change_project(is_closed=True)

    page = house.browser("author").get("/").text

    assert "/hub/spawn/" not in page
    assert "Ended or closed" in page


def test_somebody_without_a_project_is_told_how_to_get_one(house):
    page = house.browser("recipient").get("/").text

    assert "An administrator adds you" in page


def test_the_project_page_names_people_and_data(house):
    page = house.browser("author").get(f"/projects/{house.project_id}").text

    assert house.name("member") in page
    assert f"/data/jobs-{house.tag}" in page


@pytest.mark.parametrize("state", list(State))
def test_the_author_is_told_what_happens_next_in_every_state(house, state):
    request = house.add_request(state=state)

    page = house.browser("author").get(f"/requests/{request.request_id}")

    assert page.status_code == 200
    assert NEXT_STEPS[state] in page.text
    assert f'data-state="{state}"' in page.text
    assert ("Withdraw this request" in page.text) == (
        state in {*IN_REVIEW, *WITH_AUTHOR, State.CHECKING, State.APPROVED}
    )


@pytest.mark.parametrize("state", [state for state in State if state not in IN_REVIEW])
def test_a_checker_cannot_vote_in_another_state_and_is_told_how_it_stands(house, state):
    request = house.add_request(state=state)

    page = house.browser("checker1").get(f"/review/{request.request_id}")

    assert page.status_code == (403 if state in NOT_SUBMITTED else 200)
    assert "Record my decision" not in page.text


@pytest.mark.parametrize(
    ("path", "status", "advice"),
    [
        ("/nowhere", 404, "check that it is complete"),
        ("/requests/" + "0" * 32, 404, "ask its administrator"),
        ("/ledger", 403, "ask the administrator"),
        ("/sign-out", 405, "Go to the first page"),
    ],
)
def test_an_error_page_says_what_to_do_next(house, path, status, advice):
    answer = house.browser("author").get(path)

    assert answer.status_code == status
    assert advice in answer.text


def test_a_preview_says_how_much_it_leaves_out(house, table):
    preview = dict(table().previews[0]) | {"total_rows": 5000}
    request = house.add_request(files=[table(previews=(preview,))])

    (file,) = house.files_of(request)
    address = f"/requests/{request.request_id}/files/{file.file_id}/preview?part=0"
    page = house.browser("checker1").get(address).text

    assert "5,000 rows" in page
    assert "Only the first 2 rows can be shown" in page


def test_a_file_that_cannot_be_shown_is_not_passed_over(house, table):
    request = house.add_request(files=[table(previews=())])

    page = house.browser("checker1").get(f"/review/{request.request_id}").text

    assert "Do not approve what you cannot see" in page


def test_the_ledger_goes_on_to_older_lines(house):
    for turn in range(51):
        house.change_project(title=f"Title {turn}")

    first = house.browser("auditor").get("/ledger").text

    assert "Older lines" in first
    before = int(first.split("/ledger?before=")[1].split('"')[0])
    older = house.browser("auditor").get(f"/ledger?before={before}").text
    assert f">{before - 1}</td>" in older
    assert f">{before}</td>" not in older


def test_a_misspelt_name_in_a_template_fails_instead_of_showing_nothing(house):
    from jinja2 import UndefinedError

    from portal.web.sign_in import SignedOutPage

    template = Pages()._environment.from_string("{{ page.hub_paht }}")

    with pytest.raises(UndefinedError):
        template.render(page=SignedOutPage(why=""))
