"""What a project file changes, and what it may not ask for."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.apply_plan import Registered, Wanted, WantedPerson, plan
from registry.domain.apply_problems import problems
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.grant import Grant
from registry.domain.person import Person
from registry.domain.project import Project
from registry.domain.tier import Tier, strictest

TODAY = date(2026, 11, 22)
JOBS = VersionId(dataset_id="jobs", version="1.0.0")


def a_person(username, **changes):
    return Person(username=username, display_name=username.title(), **changes)


def a_dataset(version_id=JOBS, path="jobs/1.0.0/jobs.parquet", **changes):
    return replace(
        DatasetVersion(
            version_id=version_id,
            title="Jobs",
            summary="Jobs",
            publisher="An office",
            unit="person",
            path=path,
            sha256="a" * 64,
            entity=None,
            identifiers=(),
            policy="sacro-10",
            fields=(),
        ),
        **changes,
    )


def a_project(**changes):
    return replace(
        Project(
            project_id="pay",
            title="Pay",
            ends_on=date(2027, 3, 31),
            policy="sacro-10",
            tier=Tier.BROWSER,
            members=frozenset({"alice"}),
            checkers=frozenset({"carol"}),
            grants=frozenset({Grant(version_id=JOBS)}),
        ),
        **changes,
    )


def granted(dataset_id, version):
    return frozenset({Grant(version_id=VersionId(dataset_id=dataset_id, version=version))})


def a_file(*, people=(), datasets=(), project=None):
    places = {("dataset", str(d.version_id)): f"datasets[{i}]" for i, d in enumerate(datasets)}
    if project is not None:
        places |= {("member", name): f"project.members[{name}]" for name in project.members}
        places |= {("checker", name): f"project.checkers[{name}]" for name in project.checkers}
        places |= {("grant", str(v)): f"project.grants[{v}]" for v in project.versions}
    return Wanted(
        people=tuple(WantedPerson(person=person) for person in people),
        datasets=tuple(datasets),
        project=project,
        places=places,
    )


NOTHING = Registered(people={}, with_password=frozenset(), datasets={}, project=None)
ALL = Registered(
    people={name: a_person(name) for name in ("alice", "bob", "carol")},
    with_password=frozenset({"alice"}),
    datasets={JOBS: a_dataset()},
    project=a_project(),
)


def lines(registered, wanted):
    return [str(change) for change in plan(registered, wanted)]


def found(registered, wanted):
    policies = frozenset({"sacro-10"})
    return [str(one) for one in problems(registered, wanted, today=TODAY, policies=policies)]


def test_a_first_file_adds_everything():
    wanted = a_file(
        people=[a_person("alice", is_admin=True)],
        datasets=[a_dataset()],
        project=a_project(checkers=frozenset()),
    )

    assert lines(NOTHING, wanted) == [
        "+ person alice (Alice), admin",
        "+ dataset jobs 1.0.0",
        '+ project pay "Pay" until 2027-03-31, browser tier',
        "+ member alice of project pay",
        "+ grant jobs 1.0.0 of project pay",
    ]


def test_the_same_file_again_changes_nothing():
    wanted = a_file(people=[a_person("alice")], datasets=[a_dataset()], project=a_project())

    assert lines(ALL, wanted) == []


def test_each_difference_is_one_line():
    wanted = a_file(
        people=[a_person("alice", is_auditor=True)],
        project=a_project(
            ends_on=date(2027, 6, 30), is_closed=True, members=frozenset({"bob"}),
            checkers=frozenset(), grants=frozenset(), tier=Tier.PIXEL,
        ),
    )  # fmt: skip

    assert lines(ALL, wanted) == [
        "~ person alice: auditor False -> True",
        "~ project pay: ends on 2027-03-31 -> 2027-06-30",
        "~ project pay: tier browser -> pixel",
        "~ project pay: closed False -> True",
        "- member alice of project pay",
        "+ member bob of project pay",
        "- checker carol of project pay",
        "- grant jobs 1.0.0 of project pay",
    ]


def test_a_first_password_is_set_once_and_never_shown():
    wanted = Wanted(
        people=tuple(
            WantedPerson(person=a_person(name), first_password="correct horse battery")
            for name in ("alice", "bob")
        ),
        places={},
    )

    changes = plan(ALL, wanted)

    assert [str(change) for change in changes] == ["+ password of bob"]
    assert "horse" not in repr(changes)


def test_ledger_details_hold_no_free_text():
    wanted = a_file(
        people=[replace(a_person("alice"), display_name="Alice the Secret")],
        project=a_project(title="A secret title", policy="other", tier=Tier.PIXEL),
    )

    details = [dict(change.details) for change in plan(ALL, wanted)]

    assert details == [
        {"field": "display_name"},
        {"field": "title"},
        {"field": "policy", "was": "sacro-10", "now": "other"},
        {"field": "tier", "was": "browser", "now": "pixel"},
    ]


@pytest.mark.parametrize(
    ("project", "problem"),
    [
        (a_project(ends_on=date(2026, 11, 21)), "project.ends_on: is in the past"),
        (a_project(policy="none"), "project.policy: no disclosure policy has this name"),
        (a_project(members=frozenset({"zed"})),
         "project.members[zed]: nobody is registered as zed"),
        (a_project(checkers=frozenset({"zed"})),
         "project.checkers[zed]: nobody is registered as zed"),
        (a_project(grants=granted("jobs", "2")),
         "project.grants[jobs 2]: jobs has no version 2; it has: 1.0.0"),
        (a_project(grants=granted("nope", "2")),
         "project.grants[nope 2]: no dataset is registered as nope"),
    ],
)  # fmt: skip
def test_what_a_project_may_not_ask_for(project, problem):
    [one] = found(ALL, a_file(project=project))

    assert one.startswith(problem)


def test_today_is_not_in_the_past_and_a_closed_project_may_be():
    assert found(ALL, a_file(project=a_project(ends_on=TODAY))) == []
    over = a_project(ends_on=date(2020, 1, 1), is_closed=True)
    assert found(ALL, a_file(project=over)) == []


def test_a_member_may_be_a_checker_too_the_review_refuses_the_vote():
    both = a_project(checkers=frozenset({"alice", "carol"}))

    assert found(ALL, a_file(project=both)) == []


def test_people_and_datasets_of_the_same_file_count():
    wanted = a_file(
        people=[a_person("alice"), a_person("carol")], datasets=[a_dataset()], project=a_project()
    )

    assert found(NOTHING, wanted) == []


def test_a_version_never_changes():
    wanted = a_file(datasets=[a_dataset(sha256="b" * 64)])

    [one] = found(ALL, wanted)
    assert "a version never changes" in one


@pytest.mark.parametrize("path", ["jobs/1.0.0/b.csv", "jobs/1.0.0/more/b.csv", "jobs/b.csv"])
def test_versions_do_not_share_a_directory(path):
    other = a_dataset(VersionId(dataset_id="jobs", version="2"), path)

    [one] = found(ALL, a_file(datasets=[other]))
    assert "whoever is granted one would see both" in one


DEMANDING = replace(ALL, datasets={JOBS: a_dataset(tier=Tier.PIXEL)})


def test_a_project_may_not_be_looser_than_its_data_demands():
    assert found(DEMANDING, a_file(project=a_project(tier=Tier.BROWSER))) == [
        "project.tier: is browser, but jobs 1.0.0 may be opened in the pixel tier only"
    ]


@pytest.mark.parametrize("demanded", [None, Tier.BROWSER, Tier.PIXEL])
def test_a_project_may_be_stricter_than_its_data_demands(demanded):
    registered = replace(ALL, datasets={JOBS: a_dataset(tier=demanded)})

    assert found(registered, a_file(project=a_project(tier=Tier.PIXEL))) == []


def test_data_of_the_same_file_makes_its_demand_too():
    people = [a_person("alice"), a_person("carol")]
    wanted = a_file(people=people, datasets=[a_dataset(tier=Tier.PIXEL)], project=a_project())

    [one] = found(NOTHING, wanted)
    assert one.startswith("project.tier: ")


@pytest.mark.parametrize(
    ("tier", "demanded", "holds"),
    [
        (Tier.BROWSER, [], Tier.BROWSER),
        (Tier.BROWSER, [None, Tier.BROWSER], Tier.BROWSER),
        (Tier.BROWSER, [None, Tier.PIXEL], Tier.PIXEL),
        (Tier.PIXEL, [Tier.BROWSER], Tier.PIXEL),
    ],
)
def test_the_strictest_tier_holds(tier, demanded, holds):
    assert strictest(tier, demanded) is holds


def test_a_new_project_that_is_closed_says_so():
    [change, *_] = plan(NOTHING, a_file(project=a_project(is_closed=True)))

    assert str(change).endswith("browser tier, closed")
    assert change.details["is_closed"] == "True"


@pytest.mark.parametrize(
    ("members", "checkers", "short"),
    [
        ("alice", "bob carol", {}),
        ("alice", "alice bob", {"alice": 1}),
        ("alice dora", "alice bob", {"alice": 1}),
        ("alice", "", {"alice": 0}),
        ("", "", {}),
    ],
)
def test_members_whose_requests_nobody_could_approve_are_named(members, checkers, short):
    project = a_project(members=frozenset(members.split()), checkers=frozenset(checkers.split()))

    assert project.short_of_checkers(2) == short
