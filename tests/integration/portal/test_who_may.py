"""Each cell of the table of who may do what, tried on the running portal."""

from dataclasses import replace
from pathlib import Path

import pytest

from output_checker.domain.workflow import State
from portal import draw_roles
from portal.who_may import DEEDS, Who, as_markdown
from registry.application import queries
from registry.domain.applications.party import Party
from registry.domain.applications.referrals import Referral, ReferralKind
from registry.domain.apply_plan import Wanted, WantedPerson
from registry.domain.closure import Certificate, ClosureMode
from registry.domain.dataset import VersionId
from registry.domain.grant import Grant
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.release_terms import DatasetTerms
from registry.domain.separation import why_not_judge

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "roles.md"
REFUSED = {403, 404}
ROLES = {
    Who.AUTHOR: "author",
    Who.MEMBER: "member",
    Who.CHECKER: "checker1",
    Who.OWNER: "owner",
    Who.OVERRIDER: "override1",
    Who.RECIPIENT: "recipient",
    Who.STEWARD: "steward",
    Who.ADMIN: "admin",
    Who.AUDITOR: "auditor",
    Who.OTHER: "outsider",
}
FORM = {"turn": "1", "vote": "approve", "reason": "Because"}
# Forms that are not whole: who may is told what is missing, and nothing is frozen.
FORMS = {
    "/workspaces/freeze": {},
    "/egress/freeze": {"reason": ""},
    "/projects/{project_id}/inputs/{input_id}/step": {"action": "approve"},
}


@pytest.fixture
def office(house):
    """The organisation whose data the project uses, with a steward who has no other role."""
    name = f"office-{house.tag}"
    asking = VersionId(dataset_id=f"jobs-{house.tag}", version="2.0.0")
    dataset = replace(
        house.dataset,
        version_id=asking,
        path=f"jobs-{house.tag}/2.0.0/jobs.parquet",
        publisher=name,
        release=DatasetTerms(owner_sign_off=True),
    )
    steward = WantedPerson(
        person=house.person("steward", organisation_id=name),
        roles=frozenset({(name, OrganisationRole.STEWARD)}),
    )
    house.apply(
        Wanted(
            organisations=(
                Organisation(organisation_id=name, title="Office", kind=OrganisationKind.PUBLIC),
            ),
            people=(steward,),
            datasets=(dataset,),
            places={("dataset", str(asking)): "datasets[0].descriptor"},
        )
    )
    house.change_project(grants=frozenset({Grant(version_id=asking)}))
    return name


@pytest.fixture
def places(house, office, table):
    waiting = house.add_request(files=[table(verdict="fail")], verdict="fail")
    released = house.add_request(state=State.RELEASED)
    _, token = house.add_link(released)
    certificate = Certificate(
        project_id=house.project_id,
        mode=ClosureMode.DESTROY,
        files=0,
        size_bytes=0,
        document='{"files": []}',
        sha256=house.tag * 8,
    )
    with house.registry_unit_of_work() as uow:
        uow.closures.keep(certificate, at=house.clock.now())
        uow.commit()
    return {
        "project_id": house.project_id,
        "input_id": house.add_input().input_id,
        "request_id": waiting.request_id,
        "released_id": released.request_id,
        "file_id": house.files_of(waiting)[0].file_id,
        "token": token,
    }


@pytest.mark.parametrize("deed", [one for one in DEEDS if one.address], ids=lambda one: one.words)
def test_who_may_not_is_refused_and_who_may_is_not(house, internal, places, deed):
    method, _, path = deed.address.partition(" ")
    found = {}
    # Those who may not come first: what is done may end what others could do.
    for who in sorted(Who, key=lambda one: one in deed.may):
        is_internal = path.startswith("/internal/")
        whose = house.name(ROLES[who] if is_internal else "author")
        browser = house.browser(None if is_internal else ROLES[who])
        answer = browser.request(
            method,
            path.format(username=whose, **places),
            headers=internal if is_internal else None,
            data=FORMS.get(path, FORM | {"dataset": f"jobs-{house.tag}"})
            if method == "POST"
            else None,
        )
        assert answer.status_code < 500, (who, answer.status_code)
        found[who] = answer.status_code not in REFUSED

    assert {who for who, allowed in found.items() if allowed} == set(deed.may)


def test_a_role_of_data_is_what_decides_about_requests_for_data(house, office):
    [deed] = [one for one in DEEDS if not one.address]
    asking = {house.name("author"), house.name("member")}

    asked = Referral(kind=ReferralKind.OWNER, of=office, organisations=frozenset({office}))

    def may(name, role):
        with house.sessions() as session:
            roles = queries.roles_of(session, house.name(role))
        bar = why_not_judge(name, people=asking, conflicts=set())
        return asked.is_for(Party(username=name, roles=roles)) and bar is None

    assert {who for who, role in ROLES.items() if may(house.name(role), role)} == set(deed.may)
    for name in asking:
        assert not may(name, "steward")


def test_the_page_is_drawn_from_the_table():
    assert PAGE.read_text() == as_markdown()


def test_it_is_written_where_one_says(tmp_path, monkeypatch):
    target = tmp_path / "deep" / "roles.md"
    monkeypatch.setattr("sys.argv", ["draw_roles", str(target)])

    draw_roles.main()

    assert target.read_text() == as_markdown()
