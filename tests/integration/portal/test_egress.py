"""The button that stops all that leaves, and the one that undoes it."""

import pytest

from output_checker.domain.workflow import State


def stop(house, role, **form):
    return house.browser(role).post("/egress/freeze", data=form)


@pytest.fixture
def _frozen(house):
    answer = stop(house, "admin", project=house.project_id, reason="An incident")
    assert answer.status_code == 303


@pytest.mark.usefixtures("_frozen")
def test_no_link_opens_while_the_project_is_frozen_and_it_does_again_afterwards(house):
    request = house.add_request(state=State.RELEASED)
    link, token = house.add_link(request)
    recipient = house.browser("recipient")

    for address in (f"/collect/{token}/download", f"/links/{link.link_id}/open"):
        answer = recipient.post(address)
        assert answer.status_code == 403
        assert "Nothing of this project leaves at present: An incident" in answer.text

    house.browser("admin").post("/egress/unfreeze", data={"project": house.project_id})
    assert recipient.post(f"/collect/{token}/download").status_code == 200


@pytest.mark.usefixtures("_frozen")
def test_the_author_and_checkers_read_why(house):
    request = house.add_request()

    for role, path in (("author", "requests"), ("checker1", "review")):
        page = house.browser(role).get(f"/{path}/{request.request_id}").text
        assert "An incident" in page


@pytest.mark.usefixtures("_frozen")
def test_a_freeze_of_what_leaves_leaves_workspaces_alone(house, internal):
    page = house.browser("admin").get("/workspaces").text
    answer = house.browser().get(
        f"/internal/workspaces/{house.name('author')}/{house.project_id}", headers=internal
    )

    assert "An incident" not in page
    assert answer.status_code == 200


@pytest.mark.usefixtures("_frozen")
def test_who_did_it_and_undid_it_is_in_the_ledger_without_their_words(house):
    house.browser("admin").post("/egress/unfreeze", data={"project": house.project_id})

    for event in ("registry.egress_frozen", "registry.egress_thawed"):
        [line] = house.ledger(event=event)
        assert (line.actor, line.project) == (house.name("admin"), house.project_id)
        assert "incident" not in str(line.details)


@pytest.mark.usefixtures("_frozen")
def test_another_projects_links_open(house):
    request = house.add_request(state=State.RELEASED, project_id=house.other_id)
    _, token = house.add_link(request)
    with house.checker_unit_of_work() as uow:
        link = uow.links.of_request(request.request_id)[0]
    assert link.project_id == house.other_id

    answer = house.browser("recipient").post(f"/collect/{token}/download")

    assert answer.status_code == 200


def test_a_freeze_of_all_stops_every_project(house):
    request = house.add_request(state=State.RELEASED)
    _, token = house.add_link(request)
    stop(house, "admin", reason="Everything")
    try:
        answer = house.browser("recipient").post(f"/collect/{token}/download")
        assert answer.status_code == 403
        assert "Nothing leaves Haven at present: Everything" in answer.text
    finally:
        house.browser("admin").post("/egress/unfreeze")


@pytest.mark.parametrize("role", ["author", "checker1", "auditor", "stranger"])
def test_only_an_administrator_presses_the_button(house, role):
    for path in ("freeze", "unfreeze"):
        form = {"project": house.project_id, "reason": "Mine"}
        assert house.browser(role).post(f"/egress/{path}", data=form).status_code == 404


def test_an_auditor_looks_and_has_no_button(house):
    page = house.browser("auditor").get("/egress")

    assert page.status_code == 200
    assert "Stop it" not in page.text


def test_a_freeze_needs_a_reason_and_a_project_that_there_is(house):
    assert stop(house, "admin", project=house.project_id, reason=" ").status_code == 422
    assert stop(house, "admin", project="nowhere", reason="Why").status_code == 404


def test_what_is_not_frozen_cannot_be_opened(house):
    form = {"project": house.project_id}

    assert house.browser("admin").post("/egress/unfreeze", data=form).status_code == 404
