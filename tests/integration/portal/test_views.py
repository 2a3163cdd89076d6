"""Pages of views: who sees which, and who may let one be given in spite of what was found."""

import pytest

from registry.application.view_lists import views
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.organisation import OrganisationRole
from tests.integration.portal.viewing import withheld_view


@pytest.fixture
def view(house):
    place = withheld_view(house)
    return f"/views/{place['viewed']}/{place['version']}/{place['digest']}"


def state_of(house):
    with house.sessions() as session:
        [found] = [one for one in views(session) if house.tag in one.dataset_id]
    return found.state


def override(house, view, role, reason="They are names of towns"):
    return house.browser(role).post(f"{view}/override", data={"reason": reason})


@pytest.mark.parametrize("role", ["keeper", "admin", "auditor"])
def test_a_steward_and_who_oversees_see_who_shares_a_view_and_what_was_found(house, view, role):
    browser = house.browser(role)

    listed = browser.get(f"/views?q={house.tag}&state=withheld").text
    shown = browser.get(view).text

    assert view in listed
    assert house.project_id in listed
    assert house.project_id in shown
    assert "4.00 % of its values look like a postcode" in shown
    assert view not in browser.get("/views?state=ready").text
    assert house.project_id in browser.get(f"/views.csv?q={house.tag}").text


@pytest.mark.parametrize("role", ["author", "member", "checker1", "stranger"])
def test_nobody_else_sees_views(house, view, role):
    for address in ("/views", "/views.csv", view):
        assert house.browser(role).get(address).status_code == 404
    assert override(house, view, role).status_code == 404
    assert state_of(house) == "withheld"


def test_a_steward_of_other_data_sees_none_of_these(house, view):
    name = f"askers-{house.tag}"
    other = WantedPerson(
        person=house.person("outsider", organisation_id=name),
        roles=frozenset({(name, OrganisationRole.STEWARD)}),
    )
    house.apply(Wanted(people=(other,), places={}))
    browser = house.browser("outsider")

    listed = browser.get("/views")

    assert listed.status_code == 200
    assert view not in listed.text
    assert browser.get(view).status_code == 404
    assert override(house, view, "outsider").status_code == 404


def test_a_steward_lets_it_be_given_with_a_reason_that_the_ledger_keeps(house, view):
    refused = override(house, view, "keeper", reason="  ")
    answer = override(house, view, "keeper")

    assert refused.status_code == 422
    assert answer.status_code == 303
    assert state_of(house) == "overridden"
    [line] = house.ledger(event="registry.view_overridden")
    assert line.actor == house.name("keeper")
    assert line.details["reason"] == "They are names of towns"
    assert "They are names of towns" in house.browser("keeper").get(view).text
    assert override(house, view, "keeper").status_code == 422


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_who_oversees_sees_it_and_may_not_let_it_be_given(house, view, role):
    answer = override(house, view, role)

    assert answer.status_code == 403
    assert "Let it be given</h2>" not in house.browser(role).get(view).text
    assert state_of(house) == "withheld"


def test_a_steward_who_belongs_to_an_organisation_that_asks_may_not(house, view):
    answer = override(house, view, "colleague")

    assert answer.status_code == 403
    assert "another organisation" in answer.text
    assert state_of(house) == "withheld"


def test_a_steward_who_works_on_a_project_that_has_it_may_not(house, view):
    house.change_project(members=house.project.members | {house.name("keeper")})

    answer = override(house, view, "keeper")

    assert answer.status_code == 403
    assert state_of(house) == "withheld"


def test_where_nobody_knows_who_asks_one_steward_alone_may_not(house, view):
    people = [WantedPerson(person=house.person(role)) for role in ("author", "member")]
    house.apply(Wanted(people=tuple(people), places={}))

    assert override(house, view, "keeper").status_code == 403
    assert state_of(house) == "withheld"
