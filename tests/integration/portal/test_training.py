"""Training that is missing or over keeps a workspace from starting and stops a running one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from registry.application import entitlements
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.dataset import VersionId
from registry.domain.grant import Grant
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.training import Training
from tests.integration.portal.test_workspaces import HubsView

COURSE = "safe-researcher"


@pytest.fixture
def hub(house, internal):
    return HubsView(house, internal)


@pytest.fixture
def taught(house):
    """Record that the member of the house completed the course, some days ago, for some days."""

    def taught(*, days, ago=10):
        today = house.clock.now().date()
        completed = today - timedelta(days=ago)
        record = Training(
            course=COURSE, completed_on=completed, expires_on=today + timedelta(days=days)
        )
        house.apply(
            Wanted(people=(entry(house, "member", training=frozenset({record})),), places={})
        )

    return taught


def entry(house, role, *, organisation_id=None, **more):
    return WantedPerson(person=house.person(role, organisation_id=organisation_id), **more)


def may_start(house, internal, role="member"):
    return house.browser().get(
        f"/internal/workspaces/{house.name(role)}/{house.project_id}", headers=internal
    )


def is_entitled(house, role="member"):
    now = house.clock.now()
    with house.sessions() as session:
        one = entitlements.is_entitled(session, house.name(role), house.project_id, now) is None
        listed = (house.name(role), house.project_id) in entitlements.entitled(session, now)
    assert one == listed
    return one


def test_without_the_course_no_workspace_starts_and_the_words_say_which(house, internal, hub):
    house.change_project(training=frozenset({COURSE}))

    answer = may_start(house, internal)

    assert (answer.status_code, answer.json()["code"]) == (403, "training")
    assert f"{COURSE} (no record of it)" in answer.json()["detail"]
    assert "Ask the project's administrator" in answer.json()["detail"]
    assert hub.start()[1].status_code == 403
    assert not is_entitled(house)


def test_with_the_course_it_starts_until_its_last_day_is_over(house, internal, taught):
    house.change_project(training=frozenset({COURSE}))
    taught(days=3)
    assert may_start(house, internal).status_code == 200
    assert is_entitled(house)

    house.clock.advance(days=3)
    assert may_start(house, internal).status_code == 200
    house.clock.advance(days=1)

    assert may_start(house, internal).json()["code"] == "training"
    assert "counted until" in may_start(house, internal).json()["detail"]
    assert not is_entitled(house)


def test_a_running_workspace_is_stopped_when_the_course_runs_out(house, hub, taught):
    house.change_project(training=frozenset({COURSE}))
    taught(days=1)
    started_id, answer = hub.start()
    assert answer.status_code == 201
    assert hub.report(started_id)["stop"] is None

    house.clock.advance(days=2)

    assert hub.report(started_id)["stop"] == "untrained"
    assert hub.end(started_id, reason="untrained").status_code == 204
    [line] = house.ledger(event="registry.workspace_ended")
    assert line.details["reason"] == "untrained"


def test_a_dataset_may_ask_for_a_course_too(house, internal, taught):
    asking = VersionId(dataset_id=f"jobs-{house.tag}", version="3.0.0")
    dataset = replace(
        house.dataset,
        version_id=asking,
        path=f"jobs-{house.tag}/3.0.0/jobs.parquet",
        training=(COURSE,),
    )
    places = {("dataset", str(asking)): "datasets[0].descriptor"}
    house.apply(Wanted(datasets=(dataset,), places=places))
    house.change_project(grants=frozenset({Grant(version_id=asking)}))

    assert may_start(house, internal).json()["code"] == "training"
    taught(days=3)
    assert may_start(house, internal).status_code == 200
    assert may_start(house, internal, "author").json()["code"] == "training"


def test_the_steward_of_their_organisation_is_whom_to_ask(house, internal):
    office = Organisation(
        organisation_id=f"office-{house.tag}", title="Office", kind=OrganisationKind.PUBLIC
    )
    steward = frozenset({(office.organisation_id, OrganisationRole.STEWARD)})
    people = (
        entry(house, "member", organisation_id=office.organisation_id, roles=steward),
        entry(house, "stranger", roles=steward),
    )
    house.apply(Wanted(organisations=(office,), people=people, places={}))
    house.change_project(training=frozenset({COURSE}))

    words = may_start(house, internal).json()["detail"]

    assert "Ask Stranger to record it" in words


def test_training_that_is_taken_back_no_longer_counts(house, internal, taught):
    house.change_project(training=frozenset({COURSE}))
    taught(days=3)

    house.apply(Wanted(people=(entry(house, "member", training=frozenset()),), places={}))

    assert may_start(house, internal).json()["code"] == "training"
    events = [line.event for line in house.ledger(subject=f"person:{house.name('member')}")]
    assert events[-2:] == ["registry.training_recorded", "registry.training_removed"]


def test_a_member_reads_on_their_projects_page_why_no_workspace_starts(house, taught):
    house.change_project(training=frozenset({COURSE}))
    address = f"/projects/{house.project_id}"

    before = house.browser("member").get(address).text
    taught(days=3)
    after = house.browser("member").get(address).text

    assert "Your workspace does not start" in before
    assert f"/hub/spawn/{house.name('member')}" not in before
    assert "Your workspace does not start" not in after
    assert f"/hub/spawn/{house.name('member')}" in after
    assert COURSE in after


@pytest.mark.parametrize(("days", "is_warned"), [(31, False), (30, False), (29, True)])
def test_people_are_warned_on_the_first_page_a_month_ahead(house, taught, days, is_warned):
    taught(days=days)

    page = house.browser("member").get("/").text

    assert (f"{COURSE} counts until" in page) == is_warned
