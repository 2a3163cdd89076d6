"""The pages of a review that takes several people: claims, conferring, sign-offs, overrides."""

import re
from datetime import timedelta

import pytest

from output_checker.domain.file_group import FileGroup, FileRole
from output_checker.domain.workflow import State
from tests.integration.portal.test_review import vote

PAY = FileGroup(name="Pay", context="Mean pay by region", controls="Rounded to 5")


def page(house, role, request):
    answer = house.browser(role).get(f"/review/{request.request_id}")
    assert answer.status_code == 200
    return answer.text


def press(house, role, request, what, **form):
    data = {"turn": "1"} | form
    return house.browser(role).post(f"/review/{request.request_id}/{what}", data=data)


@pytest.fixture
def failing(house, table):
    return house.add_request(files=[table(verdict="fail")], verdict="fail")


def test_each_output_has_a_vote_of_its_own_and_what_is_only_shown_has_none(house, table):
    files = [
        table(name="pay.csv", group="Pay"),
        table(name="counts.csv", group="Pay", role=FileRole.SUPPORTING, file_id="1" * 32),
        table(name="pay.py", group="Pay", role=FileRole.CODE, file_id="2" * 32),
    ]
    request = house.add_request(files=files, groups=(PAY,))

    shown = page(house, "checker1", request)

    assert len(set(re.findall(r'name="(file-[0-9a-f]{32})"', shown))) == 1
    assert shown.count("shown only, never released") == 2
    for words in ("counts.csv", "pay.py", "Mean pay by region", "Rounded to 5"):
        assert words in shown


def test_the_author_sees_the_groups_and_once_released_what_they_wrote_of_them(house, table):
    asked, released = (
        house.add_request(state=state, files=[table(group="Pay")], groups=(PAY,))
        for state in (State.SUBMITTED, State.RELEASED)
    )

    before = house.browser("author").get(f"/requests/{asked.request_id}").text
    after = house.browser("author").get(f"/requests/{released.request_id}").text

    assert "mean-pay.csv" in before
    assert "Rounded to 5" not in before
    assert "Rounded to 5" in after


def test_a_request_is_not_approved_while_a_file_is_undecided(house):
    request = house.add_request()

    data = {"turn": "1", "vote": "approve", "do": "decide"}
    answer = house.browser("checker1").post(f"/review/{request.request_id}/vote", data=data)

    assert answer.status_code == 422
    assert "approve each of its files" in answer.text
    assert house.state_of(request) is State.SUBMITTED


def test_what_is_saved_for_later_is_filled_in_for_its_checker_alone(house):
    request = house.add_request()
    vote(house, "checker1", request, "approve", comment="half a thought", do="save")

    mine, other = page(house, "checker1", request), page(house, "checker2", request)

    assert re.search(r'value="approve" checked form="vote-form"', mine)
    assert "half a thought" in mine
    assert "half a thought" not in other
    assert not re.search(r'value="approve" checked form="vote-form"', other)


def test_checkers_who_disagree_see_each_others_votes_and_may_change_theirs(house):
    request = house.add_request()
    vote(house, "checker1", request, comment="Fine by me")
    vote(house, "checker2", request, "return", comment="Row two is small")

    shown = page(house, "checker1", request)
    author = house.browser("author").get(f"/requests/{request.request_id}").text

    assert "Checkers confer" in shown
    assert "Row two is small" in shown
    assert "The votes side by side" in shown
    assert "Go to your decision" in shown
    assert "Row two is small" not in author

    vote(house, "checker1", request, "return", comment="You are right")
    assert house.state_of(request) is State.RETURNED


def test_one_may_ask_to_confer_once_enough_have_voted(house):
    house.ask_for_a_sign_off()
    request = house.add_request()
    vote(house, "checker1", request)
    assert "see each other's votes" not in page(house, "checker1", request)
    for role in ("checker1", "checker2"):
        assert press(house, role, request, "confer").status_code == 403

    vote(house, "checker2", request)

    assert press(house, "checker1", request, "confer").status_code == 303
    assert house.state_of(request) is State.CONSOLIDATING


def test_the_queue_says_who_looks_at_what_and_what_is_overdue(house):
    request = house.add_request(due_at=house.clock.now() + timedelta(days=1))
    press(house, "checker1", request, "claim")

    queue = house.browser("checker2").get("/review").text
    assert house.name("checker1") in queue
    assert "! Overdue" not in queue

    house.clock.advance(days=2)
    assert "! Overdue" in house.browser("checker2").get("/review").text


def test_one_takes_over_with_a_word(house):
    everybody = house.project.checkers | {house.name("recipient")}
    house.change_project(checkers=everybody)
    request = house.add_request()
    press(house, "checker1", request, "claim")
    press(house, "checker2", request, "claim")
    assert f"Take over from {house.name('checker1')}" in page(house, "recipient", request)

    full = press(house, "recipient", request, "claim")
    silent = press(house, "recipient", request, "claim", instead_of=house.name("checker1"))
    taken = press(
        house, "recipient", request, "claim", instead_of=house.name("checker1"), word="On leave"
    )

    assert (full.status_code, silent.status_code, taken.status_code) == (409, 422, 303)
    assert "On leave" in page(house, "checker1", request)


def test_who_leaves_it_to_others_is_no_longer_named(house):
    request = house.add_request()
    press(house, "checker1", request, "claim")

    assert press(house, "checker1", request, "unclaim").status_code == 303
    assert "Nobody yet" in page(house, "checker2", request)


def test_who_has_a_conflict_is_out(house):
    request = house.add_request()

    assert press(house, "checker1", request, "conflict").status_code == 303
    assert vote(house, "checker1", request).status_code == 403
    assert request.request_id not in house.browser("checker1").get("/review").text
    [line] = house.ledger(event="conflict.declared")
    assert line.actor == house.name("checker1")


def let_pass(house, role, request, reason="Published by the office"):
    [file] = house.files_of(request)
    return press(house, role, request, f"files/{file.file_id}/override", reason=reason)


def test_a_failing_file_leaves_by_two_who_override_beside_two_checkers(house, failing):
    assert "Override the rules" not in page(house, "checker1", failing)
    assert "Override the rules" in page(house, "override1", failing)
    vote(house, "checker1", failing)
    vote(house, "checker2", failing)

    assert let_pass(house, "override1", failing, reason=" ").status_code == 422
    assert let_pass(house, "override1", failing).status_code == 303
    assert house.state_of(failing) is State.REVIEW
    assert "Published by the office" in page(house, "override2", failing)
    assert let_pass(house, "override2", failing).status_code == 303

    assert house.state_of(failing) is State.APPROVED
    assert len(house.ledger(event="file.overridden")) == 2


@pytest.mark.parametrize("role", ["author", "member", "checker1", "owner", "auditor"])
def test_nobody_else_overrides(house, failing, role):
    assert let_pass(house, role, failing).status_code == 403


def test_an_owner_signs_off_where_the_data_asks_for_it(house):
    house.ask_for_a_sign_off()
    request = house.add_request()
    vote(house, "checker1", request)
    vote(house, "checker2", request)
    assert house.state_of(request) is State.REVIEW
    assert request.request_id in house.browser("owner").get("/review").text
    shown = page(house, "owner", request)
    assert f"Sign off for jobs-{house.tag}" in shown
    assert "Your vote is recorded" not in shown

    answer = press(house, "owner", request, "sign-off", dataset=f"jobs-{house.tag}")

    assert answer.status_code == 303
    assert house.state_of(request) is State.APPROVED
    [line] = house.ledger(event="request.signed_off")
    assert line.details["dataset"] == f"jobs-{house.tag}"


@pytest.mark.parametrize("role", ["author", "member", "checker1", "override1", "auditor"])
def test_nobody_else_signs_off(house, role):
    request = house.add_request()

    answer = press(house, role, request, "sign-off", dataset=f"jobs-{house.tag}")

    assert answer.status_code == 403
