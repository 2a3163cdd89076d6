"""An author asks on the request's page for the release of what `haven submit --check` judged."""

import re

import pytest

from output_checker.domain.file_group import FileGroup
from output_checker.domain.workflow import State

WORDS = {"context": "Mean pay by region", "controls": "Groups under 10 merged"}


@pytest.fixture
def checked(house, table):
    def checked(file=None, **changes):
        made = {"state": State.DRAFT, "groups": (FileGroup(),), "judged_by": house.judged_by()}
        return house.add_request(files=[file or table()], **{**made, **changes})

    return checked


def ask(house, request, role="author", **said):
    form = {"turn": "1", **WORDS, "recipients": house.name("recipient"), **said}
    return house.browser(role).post(f"/requests/{request.request_id}/submit", data=form)


def test_the_page_has_a_form_and_submits_what_was_checked(house, checked):
    request = checked()
    page = house.browser("author").get(f"/requests/{request.request_id}").text

    answer = ask(house, request)

    assert "Ask for release" in page
    assert (answer.status_code, house.state_of(request)) == (303, State.SUBMITTED)
    with house.checker_unit_of_work() as uow:
        kept = uow.requests.get(request.request_id, visible_to=_Author(house))
    assert kept.snapshot_sha256 == request.snapshot_sha256
    assert (kept.groups[0].context, kept.groups[0].controls) == (*WORDS.values(),)
    assert kept.recipients == (house.name("recipient"),)
    assert len(house.ledger(event="request.submit", actor=house.name("author"))) == 1


def _Author(house):  # noqa: N802 - stands for a person
    from output_checker.domain.actor import Actor

    return Actor(username=house.name("author"))


def test_after_that_the_page_has_no_form(house, checked):
    request = checked()
    ask(house, request)

    page = house.browser("author").get(f"/requests/{request.request_id}").text

    assert "Ask for release" not in page


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"context": ""}, "context-1", "Say what the files show"),
        ({"controls": " "}, "controls-1", "Say what was done to protect"),
        ({"recipients": "nobody-at-all"}, "recipients", "nobody here has this username"),
        ({"recipients": "<b>"}, "recipients", "must be a username"),
    ],
    ids=["context", "controls", "unknown", "no name"],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(
    house, checked, said, field, words
):
    request = checked()

    answer = ask(house, request, **{"context": "What I typed", **said})

    assert (answer.status_code, house.state_of(request)) == (422, State.DRAFT)
    assert re.search(rf'<a href="#{field}">[^<]*{words}', answer.text)
    assert f'id="{field}-error"' in answer.text
    assert "<title>Error: " in answer.text
    if field != "context-1":
        assert "What I typed" in answer.text
    assert "<b>" not in answer.text.replace("<b></b>", "")


@pytest.mark.parametrize("role", ["member", "checker1", "auditor", "owner", "override1"])
def test_only_the_author_asks_whoever_else_sees_the_request(house, checked, role):
    request = checked()

    page = house.browser(role).get(f"/requests/{request.request_id}")

    assert "Ask for release" not in page.text
    assert ask(house, request, role).status_code == 403
    assert house.state_of(request) is State.DRAFT


@pytest.mark.parametrize("state", [one for one in State if one is not State.DRAFT])
def test_in_no_other_state_is_there_a_form_or_a_way_without_one(house, checked, state):
    request = checked(state=state)

    page = house.browser("author").get(f"/requests/{request.request_id}")

    assert "Ask for release" not in page.text
    assert ask(house, request).status_code == 409
    assert house.state_of(request) is state


def test_a_failing_file_that_nobody_may_let_pass_is_not_asked_for(house, checked, table):
    request = checked(table(verdict="fail", previews=()), verdict="fail")

    page = house.browser("author").get(f"/requests/{request.request_id}")

    assert "did not pass the checks" in page.text
    assert ask(house, request).status_code == 422
    assert house.state_of(request) is State.DRAFT


def test_a_form_of_before_another_check_changes_nothing(house, checked):
    request = checked()

    assert ask(house, request, turn="2").status_code == 409
    assert house.state_of(request) is State.DRAFT


def test_a_closed_project_asks_for_nothing(house, checked):
    request = checked()
    house.change_project(is_closed=True)

    page = house.browser("author").get(f"/requests/{request.request_id}")

    assert "This project is closed" in page.text
    assert ask(house, request).status_code == 403


def test_a_form_without_fields_is_refused_and_shown_again(house, checked):
    request = checked()

    answer = house.browser("author").post(
        f"/requests/{request.request_id}/submit", data={"turn": "1"}
    )

    assert (answer.status_code, house.state_of(request)) == (422, State.DRAFT)
    assert "Ask for release" in answer.text


def test_a_form_sent_from_elsewhere_is_refused(house, checked):
    request = checked()
    browser = house.browser("author")

    answer = browser.post(
        f"/requests/{request.request_id}/submit",
        data={"turn": "1", **WORDS},
        headers={"Origin": "http://elsewhere.test"},
    )

    assert (answer.status_code, house.state_of(request)) == (403, State.DRAFT)
