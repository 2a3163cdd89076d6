"""Applications for data on a real PostgreSQL, from a draft to access and its end."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from portal.ledger_lines import ledger_lines
from registry.adapters.database.applications import SqlApplications
from registry.adapters.database.unit_of_work import SqlUnitOfWork
from registry.adapters.gateways.register_file import shipped_register
from registry.application.applications.attest import attest
from registry.application.applications.clone import clone
from registry.application.applications.decide import approve, refuse
from registry.application.applications.expire import NotAllClosed, expire
from registry.application.applications.find import find
from registry.application.applications.refer import refer
from registry.application.applications.remind import remind
from registry.application.applications.save import save_answers, save_dataset
from registry.application.applications.start import start
from registry.application.applications.submit import submit
from registry.application.applications.take_step import take_step
from registry.application.applications.vote import vote
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.decision import Condition, RefusalCode
from registry.domain.applications.errors import ChangedMeanwhile, Incomplete, NotNow
from registry.domain.applications.history import grants_at
from registry.domain.applications.referrals import Says
from registry.domain.applications.workflow import Action, State
from registry.domain.catalogue import Discoverable
from registry.domain.dataset import VersionId
from registry.domain.errors import NotFound
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole
from registry.domain.person import Person
from tests.unit.registry.application_builders import ANSWERS, BENEFITS, benefits

POLICIES = frozenset({"sacro-10"})
REGISTER = shipped_register()
PEOPLE = ("ada", "ben", "dan", "olga", "dora", "cat", "carl", "root", "stranger")


class HeldClock:
    def __init__(self):
        self.at = datetime.now(UTC)

    def now(self):
        return self.at


class Desk:
    """The registry with people of two organisations; everything in it carries the test's tag."""

    def __init__(self, sessions, tag):
        self.clock = HeldClock()
        self.tag = tag
        self.sessions = sessions
        self.id = uuid.uuid4().hex
        self.dwp, self.college = f"dwp-{tag}", f"college-{tag}"
        self.version_id = VersionId(dataset_id=f"benefits-{tag}", version="1")
        self.dataset = replace(
            BENEFITS,
            version_id=self.version_id,
            path=f"benefits-{tag}/1/benefits.parquet",
            entry=replace(BENEFITS.entry, owners=(self.dwp,)),
        )
        self._populate()

    def uow(self):
        return SqlUnitOfWork(self.sessions, record_on=ledger_lines(self.clock), key=b"k" * 32)

    def name(self, who):
        return f"{who}-{self.tag}"

    def _populate(self):
        now = self.clock.now()
        with self.uow() as uow:
            for one in (self.dwp, self.college):
                organisation = Organisation(
                    organisation_id=one, title=one, kind=OrganisationKind.PUBLIC
                )
                uow.organisations.save(organisation, at=now)
            for who in PEOPLE:
                of = self.college if who in {"ada", "ben"} else self.dwp
                person = Person(
                    username=self.name(who),
                    display_name=who.title(),
                    is_admin=who == "root",
                    organisation_id=None if who == "stranger" else of,
                )
                uow.people.save(person, at=now)
            roles = {
                "dan": OrganisationRole.ASSESSOR,
                "olga": OrganisationRole.STEWARD,
                "dora": OrganisationRole.DPO,
            }
            for who, role in roles.items():
                uow.organisations.set_roles(self.name(who), {(self.dwp, role)})
            uow.datasets.add(self.dataset, at=now)
            uow.commit()

    def do(self, verb, who, **given):
        known = {"application_id": self.id, "actor": self.name(who), "register": REGISTER}
        return verb(self.uow(), self.clock, **known | given)

    def answers(self):
        end = self.clock.now().date() + timedelta(days=200)
        return ANSWERS | {
            "about.project_id": f"pay-{self.tag}",
            "about.start": str(self.clock.now().date()),
            "about.end": str(end),
            "handling.retention": str(end),
            "people.lead": self.name("ada"),
            "people.members": f"{self.name('ada')}\n{self.name('ben')}",
        }

    def drafted(self):
        self.do(start, "ada", datasets=[self.version_id])
        self.do(save_answers, "ada", answers=self.answers())
        self.do(save_dataset, "ada", asked=replace(benefits(), version_id=self.version_id))
        return self

    def submitted(self):
        self.do(submit, "ada")
        return self

    def agreed(self, seen=1):
        self.do(take_step, "dan", action=Action.START_ASSESSMENT)
        found = dict.fromkeys(Consideration, (Outcome.MET, "Seen"))
        self.do(find, "dan", seen=seen, found=found)
        self.do(refer, "dan", due_on=None)
        self.vote(seen=seen)
        return self

    def vote(self, seen=1, who="olga"):
        self.do(vote, who, seen=seen, referral=f"owner:{self.dwp}", says=Says.AGREE, reason="Fine")

    def approve(self, who="dan", seen=1, conditions=(), checkers=("cat", "carl")):
        return self.do(
            approve,
            who,
            seen=seen,
            conditions=conditions,
            checkers=frozenset(map(self.name, checkers)),
            policies=POLICIES,
        )

    def project(self):
        with self.uow() as uow:
            return uow.registered(f"pay-{self.tag}").project

    def events(self):
        with self.uow() as uow:
            return list(uow.applications.events(self.id))

    def told(self):
        """Who was told of what, in order, without the tag."""
        found = text(
            "SELECT recipient, kind FROM notice WHERE application_id = :id ORDER BY notice_id"
        )
        with self.sessions() as session:
            rows = session.execute(found, {"id": self.id}).all()
        return [
            (who.removesuffix(f"-{self.tag}"), kind.removeprefix("application_"))
            for who, kind in rows
        ]


@pytest.fixture
def desk(sessions, tag):
    return Desk(sessions, tag)


def test_an_approval_makes_the_project_without_further_hands(desk):
    kept = desk.drafted().submitted().agreed().approve()

    assert kept.state is State.ACTIVE
    project = desk.project()
    assert project.members == {desk.name("ada"), desk.name("ben")}
    assert project.checkers == {desk.name("cat"), desk.name("carl")}
    assert project.ends_on == kept.agreed.ends_on
    (grant,) = project.grants
    assert [one.name for one in grant.view.columns] == ["region", "year_of_birth"]
    assert grants_at(desk.events(), desk.clock.now().date()) == project.grants


def test_every_step_is_in_the_ledger_without_what_was_typed(desk, ledger_of):
    desk.drafted().submitted().agreed().approve()

    lines = [one for one in ledger_of() if desk.id in one.subject]
    assert [one.event.removeprefix("registry.") for one in lines if "finding" not in one.event] == [
        "application_save", "application_save", "application_save", "application_submit",
        "application_start_assessment", "application_refer", "application_vote",
        "application_approve", "application_provision",
    ]  # fmt: skip
    assert "The college bears it." not in str(lines)


def test_an_approval_without_a_vote_changes_nothing(desk):
    desk.drafted().submitted()
    desk.do(take_step, "dan", action=Action.START_ASSESSMENT)
    found = dict.fromkeys(Consideration, (Outcome.MET, "Seen"))
    desk.do(find, "dan", seen=1, found=found)

    with pytest.raises(NotNow, match="Votes are missing"):
        desk.approve()

    assert desk.project() is None


def test_a_project_that_cannot_be_made_undoes_the_approval(desk):
    desk.drafted().submitted().agreed()

    with pytest.raises(NotNow, match="checkers are needed"):
        desk.approve(checkers=("cat",))
    with pytest.raises(Incomplete, match="nobody is registered"):
        desk.approve(checkers=("cat", "nobody"))

    assert desk.project() is None
    assert desk.events()[-1].action is Action.VOTE


def test_the_name_of_another_project_cannot_be_taken(desk, sessions, tag):
    desk.drafted().submitted().agreed().approve()
    desk.id = uuid.uuid4().hex
    desk.drafted()

    with pytest.raises(Incomplete, match="a project already"):
        desk.submitted()


def test_nobody_without_a_part_in_it_finds_an_application(desk):
    desk.drafted().submitted()

    for who in ("stranger", "root", "cat"):
        with pytest.raises(NotFound):
            desk.do(take_step, who, action=Action.START_ASSESSMENT)


def test_a_dataset_that_is_not_shown_cannot_be_asked_for(desk):
    hidden = VersionId(dataset_id=f"hidden-{desk.tag}", version="1")
    with desk.uow() as uow:
        entry = replace(desk.dataset.entry, discoverable=Discoverable.MEMBERS)
        path = f"hidden-{desk.tag}/1/h.parquet"
        dataset = replace(desk.dataset, version_id=hidden, entry=entry, path=path)
        uow.datasets.add(dataset, at=desk.clock.now())
        uow.commit()

    with pytest.raises(NotFound):
        desk.do(start, "ada", datasets=[hidden])
    desk.drafted()
    with pytest.raises(NotFound):
        desk.do(save_dataset, "ada", asked=replace(benefits(), version_id=hidden))


def test_an_assessor_decides_on_what_they_saw(desk):
    desk.drafted().submitted().agreed()
    desk.do(take_step, "dan", action=Action.RETURN, words="Which years?")
    desk.do(save_answers, "ada", answers={"means.cost": "Shared"})
    desk.submitted()

    with pytest.raises(ChangedMeanwhile):
        desk.vote(seen=1)


def test_an_admin_ends_access_without_seeing_the_application(desk):
    desk.drafted().submitted().agreed().approve()

    desk.do(take_step, "root", action=Action.REVOKE, words="Misuse")

    project = desk.project()
    assert project.is_closed
    assert project.grants == frozenset()
    assert grants_at(desk.events(), desk.clock.now().date()) == frozenset()


def test_what_is_past_its_end_is_taken_back_once(desk):
    desk.drafted().submitted().agreed().approve()
    desk.clock.at += timedelta(days=201)

    assert expire(desk.uow(), desk.clock, register=REGISTER) >= 1
    assert expire(desk.uow(), desk.clock, register=REGISTER) == 0
    assert desk.project().grants == frozenset()
    assert desk.events()[-1].now is State.CLOSED


def test_one_that_cannot_be_closed_keeps_no_other_waiting(desk, monkeypatch):
    desk.drafted().submitted().agreed().approve()
    desk.clock.at += timedelta(days=201)
    over = SqlApplications.past_their_end
    monkeypatch.setattr(
        SqlApplications, "past_their_end", lambda *asked: ("no-such-id", *over(*asked))
    )
    find = SqlApplications.find

    def find_or_fail(self, application_id, **options):
        if application_id == "no-such-id":
            raise NotFound("application", application_id)
        return find(self, application_id, **options)

    monkeypatch.setattr(SqlApplications, "find", find_or_fail)

    with pytest.raises(NotAllClosed, match="1 could not be closed: no-such-id"):
        expire(desk.uow(), desk.clock, register=REGISTER)

    assert desk.events()[-1].now is State.CLOSED


def test_a_condition_to_be_confirmed_holds_the_project_back_until_it_is(desk):
    desk.drafted().submitted().agreed()
    desk.approve(conditions=(Condition(words="Training done"),))
    assert desk.project() is None

    today = desk.clock.now().date()
    desk.do(attest, "dan", index=0, on=today, policies=POLICIES)

    assert desk.project() is not None


def test_an_amendment_changes_the_project_and_keeps_the_rest(desk):
    desk.drafted().submitted().agreed().approve()
    desk.do(take_step, "ada", action=Action.AMEND)
    desk.do(save_answers, "ada", answers={"people.members": desk.name("ben")})
    before = desk.project()
    desk.submitted()
    desk.agreed(seen=2)
    assert desk.project() == before

    desk.approve(seen=2)

    assert desk.project() == replace(before, members=frozenset({desk.name("ben")}))


def test_an_amendment_does_not_open_a_project_that_somebody_closed(desk):
    desk.drafted().submitted().agreed().approve()
    with desk.uow() as uow:
        uow.projects.save(replace(desk.project(), is_closed=True), at=desk.clock.now())
        uow.commit()
    desk.do(take_step, "ada", action=Action.AMEND)
    desk.do(save_answers, "ada", answers={"people.members": desk.name("ben")})
    desk.submitted().agreed(seen=2)

    with pytest.raises(NotNow, match="was closed"):
        desk.approve(seen=2)


def test_a_refusal_keeps_its_code(desk):
    desk.drafted().submitted()
    desk.do(take_step, "dan", action=Action.START_ASSESSMENT)
    kept = desk.do(
        refuse,
        "dan",
        seen=1,
        code=RefusalCode.MORE_THAN_NEEDED,
        words="Too many columns",
        mitigation="Ask for bands",
    )

    assert kept.state is State.REFUSED
    assert desk.events()[-1].details["code"] == "more_than_needed"


def test_a_copy_has_the_answers_and_no_project(desk):
    desk.drafted().submitted().agreed().approve()

    copy = desk.do(clone, "ben", new_id=uuid.uuid4().hex)

    assert copy.answers["means.cost"] == ANSWERS["means.cost"]
    assert "about.project_id" not in copy.answers
    assert (copy.state, copy.votes, copy.findings) == (State.DRAFT, (), {})


def test_who_must_act_and_the_applicant_hear_of_each_step(desk):
    desk.drafted().submitted().agreed().approve()
    desk.do(take_step, "root", action=Action.REVOKE, words="Misuse")

    assert desk.told() == [
        ("dan", "submitted"),
        ("ada", "assessed"),
        ("olga", "vote_wanted"), ("ada", "referred"),
        ("dan", "votes_in"),
        ("ada", "approved"),
        ("ada", "active"), ("ben", "active"), ("olga", "active"),
        ("ada", "ended"), ("ben", "ended"), ("olga", "ended"),
    ]  # fmt: skip


def test_nobody_who_takes_part_is_asked_to_judge_or_reminded_to(desk):
    with desk.uow() as uow:
        for who in ("ben", "cat"):
            uow.organisations.set_roles(desk.name(who), {(desk.dwp, OrganisationRole.ASSESSOR)})
        uow.commit()
    desk.drafted().submitted()
    desk.clock.at += timedelta(days=20)
    remind(desk.uow(), desk.clock, register=REGISTER)

    assert desk.told() == [
        ("cat", "submitted"), ("dan", "submitted"),
        ("cat", "due_today"), ("dan", "due_today"),
    ]  # fmt: skip


def test_people_are_reminded_once_a_day_that_matters_and_owners_of_what_is_overdue(desk):
    desk.drafted().submitted()
    desk.do(take_step, "dan", action=Action.START_ASSESSMENT)
    desk.do(refer, "dan", due_on=None)
    before = len(desk.told())

    for days in (0, 7, 3, 1):
        desk.clock.at += timedelta(days=days)
        remind(desk.uow(), desk.clock, register=REGISTER)
        assert remind(desk.uow(), desk.clock, register=REGISTER) == 0

    # The votes are due after ten days; the decision, after twenty.
    assert desk.told()[before:] == [
        ("olga", "due_soon"), ("olga", "due_today"), ("olga", "overdue"),
    ]  # fmt: skip
    desk.vote()
    desk.clock.at += timedelta(days=10)
    remind(desk.uow(), desk.clock, register=REGISTER)
    assert desk.told()[-2:] == [("dan", "overdue"), ("olga", "overdue")]


def test_owners_and_those_who_work_on_the_data_hear_before_access_ends(desk):
    desk.drafted().submitted().agreed().approve()
    before = len(desk.told())
    desk.clock.at += timedelta(days=199)
    remind(desk.uow(), desk.clock, register=REGISTER)
    remind(desk.uow(), desk.clock, register=REGISTER)

    assert desk.told()[before:] == [
        ("ada", "ends_soon"), ("ben", "ends_soon"), ("olga", "ends_soon"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE application_event SET actor = 'nobody'",
        "DELETE FROM application_event",
        "UPDATE application_vote SET voter = 'nobody'",
        "DELETE FROM application_vote",
        "DELETE FROM application",
        "UPDATE application SET applicant = 'nobody'",
    ],
)
def test_what_was_said_cannot_be_changed_by_the_application(sessions, statement):
    with sessions() as session, pytest.raises(ProgrammingError):
        session.execute(text(statement))
