"""Pages of organisations and people: who sees what of whom."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest

from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.dataset import VersionId
from registry.domain.grant import Grant
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.training import Training

STEWARD, ANALYST = OrganisationRole.STEWARD, OrganisationRole.ANALYST


class Two:
    """An office with data, its steward and an analyst; a lab with a steward and a researcher."""

    def __init__(self, house):
        self.house = house
        self.office, self.lab = f"office-{house.tag}", f"lab-{house.tag}"
        asking = VersionId(dataset_id=f"pay-{house.tag}", version="1.0.0")
        dataset = replace(
            house.dataset,
            version_id=asking,
            path=f"pay-{house.tag}/1.0.0/pay.parquet",
            title="Secret pay",
            publisher=self.office,
        )
        self.people = {
            "owner": (self.office, {STEWARD}),
            "recipient": (self.office, {ANALYST}),
            "stranger": (self.lab, {STEWARD}),
            "member": (self.lab, {ANALYST}),
        }
        house.apply(
            Wanted(
                organisations=(
                    self._organisation(self.office, "=An office", OrganisationKind.PUBLIC),
                    self._organisation(self.lab, "A lab", OrganisationKind.ACADEMIC),
                ),
                people=tuple(map(self.entry, self.people)),
                datasets=(dataset,),
                places={("dataset", str(asking)): "datasets[0].descriptor"},
            )
        )
        house.change_project(
            grants=house.project.grants | {Grant(version_id=asking)},
            training=frozenset({"safe-researcher"}),
        )

    def entry(self, role, training=frozenset()):
        organisation, roles = self.people[role]
        return WantedPerson(
            person=self.house.person(role, organisation_id=organisation),
            roles=frozenset((organisation, one) for one in roles),
            training=training,
        )

    def teach(self, role, days):
        today = self.house.clock.now().date()
        record = Training(
            course="safe-researcher",
            completed_on=today - timedelta(days=300),
            expires_on=today + timedelta(days=days),
        )
        self.house.apply(Wanted(people=(self.entry(role, frozenset({record})),), places={}))

    @staticmethod
    def _organisation(name, title, kind):
        return Organisation(organisation_id=name, title=title, kind=kind)


@pytest.fixture
def two(house):
    return Two(house)


def rows(answer):
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_everybody_sees_which_organisations_there_are_and_counts_of_their_own(house, two):
    page = house.browser("member").get(f"/organisations.csv?q={house.tag}")

    assert rows(page) == [
        {
            "organisation_id": two.office, "title": "'=An office", "kind": "public",
            "people": "", "datasets": "",
        },
        {
            "organisation_id": two.lab, "title": "A lab", "kind": "academic",
            "people": "2", "datasets": "0",
        },
    ]  # fmt: skip


def test_the_list_is_filtered_by_its_address(house, two):
    browser = house.browser("admin")

    text = browser.get(f"/organisations?q={house.tag}&kind=academic").text

    assert two.lab in text
    assert two.office not in text
    assert "No organisation is like that" in browser.get("/organisations?q=%25").text


@pytest.mark.parametrize("role", ["owner", "recipient", "admin", "auditor"])
def test_its_own_people_see_who_does_what_and_its_datasets(house, two, role):
    text = house.browser(role).get(f"/organisations/{two.office}").text

    assert house.name("owner") in text
    assert "Secret pay" in text
    assert "7 roles have nobody" in text


@pytest.mark.parametrize("role", ["stranger", "outsider", "checker2"])
def test_other_organisations_people_see_its_name_alone(house, two, role):
    text = house.browser(role).get(f"/organisations/{two.office}").text
    told = house.browser(role).get(f"/api/v1/organisations/{two.office}").json()

    assert "An office" in text
    for hidden in (house.name("owner"), house.name("recipient"), "Secret pay"):
        assert hidden not in text
    assert (told["is_inside"], told["roles"], told["datasets"]) == (False, [], [])


def test_projects_are_for_stewards_and_for_those_who_are_part_of_them(house, two):
    def seen(role, name):
        told = house.browser(role).get(f"/api/v1/organisations/{name}").json()
        return [one["project_id"] for one in told["projects"]]

    mine = [house.project_id]
    assert seen("owner", two.office) == mine
    assert seen("stranger", two.lab) == mine
    assert seen("recipient", two.office) == []
    assert seen("stranger", two.office) == []
    assert seen("member", two.office) == mine
    assert seen("outsider", two.lab) == []


@pytest.mark.parametrize("role", ["member", "recipient", "checker1", "author"])
@pytest.mark.parametrize("path", ["/people", "/people.csv", "/api/v1/people"])
def test_people_are_for_those_who_look_after_them(house, two, role, path):
    assert house.browser(role).get(path).status_code == 404


def test_a_steward_sees_their_own_organisations_people_alone(house, two):
    told = house.browser("stranger").get("/api/v1/people").json()["people"]

    assert {one["username"] for one in told} == {house.name("stranger"), house.name("member")}


def test_a_steward_does_not_ask_who_of_theirs_is_in_another_organisation(house, two):
    both = replace(
        two.entry("member"), roles=frozenset({(two.lab, ANALYST), (two.office, STEWARD)})
    )
    house.apply(Wanted(people=(both,), places={}))
    browser = house.browser("stranger")

    assert browser.get(f"/people?organisation={two.office}").status_code == 404
    assert two.office not in browser.get("/people").text


@pytest.mark.parametrize("role", ["admin", "auditor"])
def test_admins_and_auditors_see_everybody(house, two, role):
    text = house.browser(role).get(f"/people.csv?organisation={two.office}").text

    assert house.name("owner") in text
    assert house.name("member") not in text


def test_what_is_lacking_and_what_ends_soon_is_a_list_each(house, two):
    browser = house.browser("stranger")
    [missing] = rows(browser.get("/people.csv?show=lacking"))
    assert (missing["username"], missing["course"], missing["state"]) == (
        house.name("member"),
        "safe-researcher",
        "missing",
    )

    two.teach("member", days=20)
    assert rows(browser.get("/people.csv?show=lacking")) == []
    [soon] = rows(browser.get("/people.csv?show=ends_soon"))
    assert soon["state"] == "ends_soon"
    assert "Ends soon" in browser.get("/people").text

    two.teach("member", days=31)
    assert rows(browser.get("/people.csv?show=ends_soon")) == []

    house.clock.advance(days=32)
    [over] = rows(house.browser("stranger").get("/people.csv?show=lacking"))
    assert over["state"] == "expired"


def test_who_lost_the_role_sees_nobody_from_the_next_request_on(house, two):
    browser = house.browser("stranger")
    assert browser.get("/people").status_code == 200

    house.apply(Wanted(people=(replace(two.entry("stranger"), roles=frozenset()),), places={}))

    assert browser.get("/people").status_code == 404


def test_an_organisation_that_is_not_there_is_not_found(house):
    assert house.browser("admin").get("/organisations/nowhere").status_code == 404
    assert house.browser("admin").get("/api/v1/organisations/nowhere").status_code == 404
