"""Applications for data on pages: from nothing to access, in a browser without JavaScript."""

import re

import pytest

from registry.domain.applications.considerations import Consideration
from registry.domain.applications.form import SECTIONS
from registry.domain.applications.workflow import State
from tests.integration.portal.applying import Applying

FOUND = {f"outcome-{one}": "met" for one in Consideration} | {"seen": "1"}


@pytest.fixture
def applying(house):
    return Applying(house)


class Person:
    """Somebody with a browser and one application."""

    def __init__(self, house, role, application_id):
        self.browser = house.browser(role)
        self.base = f"/applications/{application_id}"

    def see(self, place=""):
        return self.browser.get(self.base + place)

    def send(self, place, **data):
        return self.browser.post(self.base + place, data=data)


def begun(house, applying):
    answer = house.browser("author").post(
        "/applications/new",
        data={"dataset": applying.version_id.dataset_id, "version": "1"},
    )
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


def test_an_application_goes_from_nothing_to_a_workspace_in_a_browser(house, applying):
    application_id = begun(house, applying)
    author = Person(house, "author", application_id)
    for section in SECTIONS.values():
        keys = {question.key for question in section.questions}
        said = {key: text for key, text in applying.answers().items() if key in keys}
        assert author.send(f"/sections/{section.name}", **said).status_code == 303
    data = f"/data/{applying.version_id.dataset_id}"
    # Fields in the descriptor's order: date_of_birth is the third, region the last.
    chosen = {"form-2": "as-it-is", "form-5": "as-it-is", "published-0": "not_linkable"}
    author.send(data, **chosen, then="stay")
    page = author.see(data)
    assert "A less intrusive form is offered" in page.text
    assert "year_of_birth, age_band" in page.text
    refused = author.send("/submit")
    assert refused.status_code == 422
    assert "A less intrusive form is offered" in refused.text
    author.send(data, **(chosen | {"form-2": "offer-0"}))
    assert author.send("/submit").status_code == 303

    assessor = Person(house, "assessor", application_id)
    assert assessor.send("/step", action="start_assessment").status_code == 303
    assert assessor.send("/findings", **FOUND).status_code == 303
    assert assessor.send("/refer", also="").status_code == 303
    early = assessor.send("/approve", seen="1", checkers=house.name("checker1"))
    assert early.status_code == 409
    steward = Person(house, "steward", application_id)
    voted = steward.send(
        "/vote", seen="1", referral=f"owner:{applying.office}", says="agree", reason="Fine"
    )
    assert voted.status_code == 303
    checkers = f"{house.name('checker1')}\n{house.name('checker2')}"
    assert assessor.send("/approve", seen="1", checkers=checkers).status_code == 303

    project = house.browser("author").get(f"/projects/{applying.project_id}")
    assert f"/hub/spawn/{house.name('author')}/{applying.project_id}" in project.text
    assert "In force until" in author.see().text


def test_rows_are_asked_for_in_a_browser_and_read_by_whoever_judges(house, applying):
    author = Person(house, "author", applying.draft())
    data = f"/data/{applying.version_id.dataset_id}"
    region = {"row-source-0": "region", "row-comparison-0": "in", "row-values-0": "north\nsouth"}

    author.send(data, **{"form-5": "as-it-is"}, **region, sample="10", then="stay")

    page = author.see(data).text
    assert '<option value="region" selected>' in page
    assert "north\nsouth</textarea>" in page
    assert "Only rows where region is one of north, south" in author.see("/read").text
    assert "Of the people, 10 per cent" in author.see("/read").text
    author.send(data, **{"form-5": "as-it-is"}, **(region | {"row-values-0": ""}), sample="ten")
    refused = author.send("/submit")
    assert refused.status_code == 422
    assert "must hold one value or more" in refused.text
    assert "must be above 0 and at most 1" in refused.text


def test_a_draft_is_kept_whatever_was_typed(house, applying):
    author = Person(house, "author", begun(house, applying))

    answer = author.send("/sections/about", **{"about.end": "some day", "then": "stay"})

    assert answer.headers["location"].endswith("/sections/about")
    page = author.see("/sections/about")
    assert "some day" in page.text
    assert "is not a date" in page.text


def test_what_is_typed_is_shown_as_text(house, applying):
    author = Person(house, "author", applying.draft())
    author.send("/sections/about", **{"about.title": "<script>alert(1)</script>"})

    assert "<script>alert" not in author.see().text
    assert "<script>alert" not in author.see("/read").text


def test_the_applicant_judges_nothing(house, applying):
    author = Person(house, "author", applying.submitted())

    assert author.see("/assess").status_code == 404
    for place, data in (
        ("/step", {"action": "start_assessment"}),
        ("/findings", FOUND),
        ("/refer", {}),
        ("/vote", {"seen": "1", "referral": f"owner:{applying.office}", "says": "agree"}),
        ("/approve", {"seen": "1", "checkers": "x"}),
        ("/refuse", {"seen": "1", "code": "other", "words": "x", "mitigation": "y"}),
        ("/attest", {"condition": "0", "on": "2026-01-01"}),
    ):
        assert author.send(place, **data).status_code in {403, 409}, place


@pytest.mark.parametrize("role", ["stranger", "admin", "checker1"])
def test_nobody_else_sees_it_in_any_list(house, applying, role):
    applying.submitted()

    for address in ("/applications?show=all", "/applications.csv?show=all"):
        assert house.tag not in re.sub(r"username.*", "", house.browser(role).get(address).text)


def test_an_assessor_finds_it_among_those_to_assess_and_exports_the_list(house, applying):
    application_id = applying.submitted()
    browser = house.browser("assessor")

    assert application_id in browser.get("/applications?show=assess").text
    assert application_id not in browser.get("/applications?show=mine").text
    assert application_id not in browser.get("/applications?show=assess&state=draft").text
    assert application_id in browser.get("/applications.csv?show=assess").text


def test_it_is_overdue_when_its_day_is_over(house, applying):
    application_id = applying.submitted()
    browser = house.browser("assessor")
    assert application_id not in browser.get("/applications?show=overdue").text

    house.clock.advance(days=21)

    assert application_id in house.browser("assessor").get("/applications?show=overdue").text


def test_a_refusal_without_its_code_or_mitigation_is_refused(house, applying):
    application_id = applying.submitted()
    assessor = Person(house, "assessor", application_id)
    assessor.send("/step", action="start_assessment")
    whole = {"seen": "1", "code": "other", "words": "Too much", "mitigation": "Ask for less"}

    for missing in ("code", "words", "mitigation"):
        assert assessor.send("/refuse", **(whole | {missing: ""})).status_code == 422

    assert applying.find(application_id).state is State.IN_ASSESSMENT
    assert assessor.send("/refuse", **whole).status_code == 303
    assert "What would help: Ask for less" not in assessor.see("/assess").text
    assert "Ask for less" in Person(house, "author", application_id).see().text
    assert "<dt>Other</dt>" in house.browser("author").get("/applications").text


def test_a_returned_application_shows_what_changed(house, applying):
    application_id = applying.submitted()
    assessor = Person(house, "assessor", application_id)
    author = Person(house, "author", application_id)
    assessor.send("/step", action="start_assessment")
    assert assessor.send("/step", action="return").status_code == 409
    assessor.send("/step", action="return", words="Who bears the cost?")
    assert "Who bears the cost?" in author.see().text
    author.send("/sections/means", **(applying.answers() | {"means.cost": "The council"}))
    assert author.send("/submit").status_code == 303

    page = assessor.see("/assess")

    assert "<del>The college bears it.</del>" in page.text
    assert "<ins>The council</ins>" in page.text


def test_a_step_that_there_is_not_is_refused(house, applying):
    author = Person(house, "author", applying.draft())

    assert author.send("/step", action="provision").status_code == 422
    assert author.send("/step", action="expire").status_code == 422
    assert author.see("/sections/nothing").status_code == 404
    assert author.see("/data/nothing").status_code == 404


def test_a_copy_is_a_new_draft(house, applying):
    author = Person(house, "author", applying.submitted())

    answer = author.send("/copy")

    copy = applying.find(answer.headers["location"].rpartition("/")[2])
    assert copy.state is State.DRAFT
    assert "about.project_id" not in copy.answers


class Program:
    """Somebody's program, by the API."""

    def __init__(self, house, role):
        self.browser = house.browser(role)

    def send(self, path, **body):
        return self.browser.post(f"/api/v1/applications{path}", json=body)

    def see(self, path):
        return self.browser.get(f"/api/v1/applications{path}").json()


def test_the_same_journey_goes_by_the_api(house, applying):
    author, assessor = Program(house, "author"), Program(house, "assessor")
    named = {"dataset_id": applying.version_id.dataset_id, "version": "1"}
    begun = author.send("", datasets=[named])
    assert begun.status_code == 201
    path = f"/{begun.json()['application_id']}"
    author.send(f"{path}/answers", answers=applying.answers())
    columns = [{"name": "region", "source": "region"}]
    asked = author.send(
        f"{path}/datasets", **named, columns=columns, published={"stat-xplore": "too_late"}
    )
    assert asked.json()["problems"] == []
    assert author.send(f"{path}/submit").json()["state"] == "submitted"
    assert author.send(f"{path}/step", action="start_assessment").status_code == 403

    assessor.send(f"{path}/step", action="start_assessment")
    findings = {one.value: {"outcome": "met"} for one in Consideration}
    assessor.send(f"{path}/findings", submission=1, findings=findings)
    assessor.send(f"{path}/refer")
    checkers = [house.name("checker1"), house.name("checker2")]
    early = assessor.send(f"{path}/approve", submission=1, checkers=checkers)
    assert (early.status_code, early.json()["type"]) == (409, "urn:haven:problem:not_now")
    referral = f"owner:{applying.office}"
    voted = Program(house, "steward").send(
        f"{path}/vote", submission=1, referral=referral, says="agree"
    )
    assert voted.json()["referrals"][0]["is_agreed"]
    approved = assessor.send(f"{path}/approve", submission=1, checkers=checkers)

    assert (approved.status_code, approved.json()["state"]) == (200, "active")
    assert author.see(path)["project_id"] == applying.project_id


def test_the_catalogue_says_how_long_decisions_about_a_dataset_took(house, applying):
    address = f"/catalogue/{applying.version_id.dataset_id}"
    page = house.browser("author").get(address)
    assert "No past decision about this dataset" in page.text
    assert f"dataset={applying.version_id.dataset_id}" in page.text

    test_the_same_journey_goes_by_the_api(house, applying)

    assert "Half of 1 decisions took up to 0 days" in house.browser("author").get(address).text


def test_an_admin_ends_access_and_sees_nothing_of_it(house, applying):
    test_the_same_journey_goes_by_the_api(house, applying)
    admin = Program(house, "admin")
    (one,) = Program(house, "author").see("")["applications"]

    answer = admin.send(f"/{one['application_id']}/step", action="revoke", words="Misuse")

    assert (answer.json()["state"], answer.json()["answers"]) == ("revoked", {})
    project = house.browser("author").get(f"/projects/{applying.project_id}")
    assert "/hub/spawn/" not in project.text


def test_what_is_over_is_closed_when_the_hub_reports(house, applying, internal):
    test_the_same_journey_goes_by_the_api(house, applying)
    (one,) = Program(house, "author").see("")["applications"]
    house.clock.advance(days=201)

    answer = house.browser().post("/internal/running", json={"workspaces": []}, headers=internal)

    assert answer.status_code == 200
    assert applying.find(one["application_id"]).state is State.CLOSED


BODIES = {
    "answers": {"answers": {"about.title": "Mine"}},
    "submit": {},
    "findings": {"submission": 1, "findings": {"purpose": {"outcome": "met"}}},
    "refer": {},
    "vote": {"submission": 1, "referral": "dpo", "says": "agree"},
    "approve": {"submission": 1, "checkers": ["cat", "carl"]},
    "refuse": {"submission": 1, "code": "other", "words": "No", "mitigation": "Less"},
    "attest": {"condition": 0, "on": "2026-01-01"},
    "step": {"action": "amend"},
}


def datasets_body(applying):
    named = {"dataset_id": applying.version_id.dataset_id, "version": "1"}
    return named | {"columns": [], "published": {}}


def test_the_wrong_role_is_refused_by_the_api(house, applying):
    draft, submitted = applying.draft(), applying.submitted()
    Program(house, "assessor").send(f"/{submitted}/step", action="start_assessment")
    member, author = Program(house, "member"), Program(house, "author")
    answers = [
        member.send(f"/{draft}/answers", **BODIES["answers"]),
        member.send(f"/{draft}/submit"),
        member.send(f"/{draft}/datasets", **datasets_body(applying)),
        *(author.send(f"/{submitted}/{one}", **BODIES[one])
          for one in ("findings", "refer", "approve", "refuse")),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [403] * len(answers)


def test_the_wrong_state_is_refused_by_the_api(house, applying):
    submitted = applying.submitted()
    of_author = ("answers", "submit", "step")
    author, assessor = Program(house, "author"), Program(house, "assessor")
    answers = [author.send(f"/{submitted}/datasets", **datasets_body(applying))]
    for one, body in BODIES.items():
        program = author if one in of_author else assessor
        answers.append(program.send(f"/{submitted}/{one}", **body))

    assert [answer.status_code for answer in answers] == [409] * len(answers)
