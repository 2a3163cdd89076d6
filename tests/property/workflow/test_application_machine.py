"""Anybody tries anything with an application, in any order; the promises hold all the same."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from registry.domain.applications import deciding, steps
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.decision import Condition, Enforced, RefusalCode
from registry.domain.applications.history import grants_at
from registry.domain.applications.party import PLATFORM
from registry.domain.applications.provision import terms_of
from registry.domain.applications.referrals import Says
from registry.domain.applications.workflow import Action, State
from registry.domain.errors import RegistryError
from registry.domain.organisation import OrganisationRole
from tests.unit.registry.application_builders import (
    ADA,
    ANSWERS,
    DAN,
    DORA,
    EVERYBODY,
    HUGO,
    LARS,
    OLGA,
    Journey,
    an_application,
    benefits,
    column,
    earnings,
)

EVERYTHING = replace(
    ADA,
    username="everything",
    organisation="dwp",
    roles=frozenset(("dwp", role) for role in OrganisationRole),
)
# Before anybody gave them a role.
APPLICANT = replace(EVERYTHING, organisation="college", roles=frozenset())
BEN = replace(DAN, username="ben")
PEOPLE = [*EVERYBODY, EVERYTHING, EVERYTHING, EVERYTHING, DAN, DAN, BEN, PLATFORM]
people = st.sampled_from(PEOPLE)
asked = st.sampled_from(
    [
        (benefits(),),
        (benefits(column("region")),),
        (benefits(column("benefit_type", justification="By type")),),
        (benefits(), earnings()),
        (earnings(),),
    ]
)
answers = st.sampled_from(
    [
        {},
        {"people.members": "ada\nben\neverything"},
        {"people.members": "ada"},
        {"about.end": "2027-06-30", "handling.retention": "2027-06-30"},
        {"means.cost": "Shared."},
        {"legal.jurisdictions": "england\nwales"},
    ]
)
conditions = st.sampled_from(
    [
        (),
        (Condition(words="Training done"),),
        (Condition(words="Sooner", enforced=Enforced.ENDS_ON, value="2027-01-31"),),
    ]
)
JUDGING = {
    Action.START_ASSESSMENT, Action.RECORD_FINDING, Action.RETURN, Action.REFER, Action.VOTE,
    Action.APPROVE, Action.APPROVE_WITH_CONDITIONS, Action.REFUSE, Action.REFUSE_AMENDMENT,
    Action.ATTEST,
}  # fmt: skip
APPROVED = {State.APPROVED, State.APPROVED_WITH_CONDITIONS}
OF_OWNER = {"dwp": "benefits", "hmrc": "earnings"}


class Applications(RuleBasedStateMachine):
    """What is granted, and who agreed to what, is kept beside it in the plainest way."""

    def __init__(self):
        super().__init__()
        applicant = EVERYTHING.username
        said = ANSWERS | {"people.lead": applicant, "people.members": f"{applicant}\nada"}
        self.journey = Journey(an_application(applicant=applicant, answers=said))
        self.granted = (frozenset(), self.journey.context.today)
        self.agreed = {}

    @property
    def application(self):
        return self.journey.application

    def attempt(self, step, party, **given):
        takes_part = party.username in self.application.people
        try:
            self.journey.take(step, party, **given)
        except RegistryError:
            return False
        action = self.journey.events[-1].action
        assert not (takes_part and action in JUDGING)
        return True

    @rule(party=people, said=answers)
    def save_answers(self, party, said):
        self.attempt(steps.save, party, answers=said)

    @rule(party=people, datasets=asked)
    def save_data(self, party, datasets):
        self.attempt(steps.save, party, datasets=datasets)

    @rule(party=st.sampled_from([APPLICANT, APPLICANT, ADA, DAN]))
    def submit(self, party):
        self.attempt(steps.submit, party)

    @rule(party=people)
    def start(self, party):
        self.attempt(steps.start_assessment, party)

    @rule(party=people, outcome=st.sampled_from([Outcome.MET, Outcome.MET, Outcome.NOT_MET]))
    def find_all(self, party, outcome):
        for one in Consideration:
            self.attempt(
                steps.record_finding, party, consideration=one, outcome=outcome, words="Seen"
            )

    @rule(party=people)
    def refer(self, party):
        self.attempt(steps.refer, party)

    @rule(
        party=people,
        referral=st.sampled_from(["owner:dwp", "owner:hmrc", "dpo", "legal", "ethics"]),
        says=st.sampled_from([Says.AGREE, Says.AGREE, Says.OBJECT]),
    )
    def vote(self, party, referral, says):
        if self.attempt(steps.vote, party, referral=referral, says=says, reason="So"):
            self.agreed[referral, party.username] = (says, self.asked_of(referral))

    @rule(party=people, is_tried=st.sampled_from([False, False, False, True]))
    def declare_conflict(self, party, is_tried):
        if is_tried and self.attempt(steps.declare_conflict, party):
            kept = {key: one for key, one in self.agreed.items() if key[1] != party.username}
            self.agreed = kept

    @rule(party=people)
    def send_back(self, party):
        self.attempt(steps.send_back, party, words="Why?")

    @rule(party=people, conditions=conditions)
    def approve(self, party, conditions):
        given = {"conditions": conditions, "checkers": frozenset({"cat", "carl"})}
        if self.attempt(deciding.approve, party, **given):
            for owner in self.owners():
                votes = [
                    said == (Says.AGREE, self.asked_of(f"owner:{owner}"))
                    for (referral, _), said in self.agreed.items()
                    if referral == f"owner:{owner}"
                ]
                assert any(votes), owner

    @rule(party=people, words=st.sampled_from(["", "No"]), mitigation=st.sampled_from(["", "Less"]))
    def refuse(self, party, words, mitigation):
        given = {"code": RefusalCode.OTHER, "words": words, "mitigation": mitigation}
        if self.attempt(deciding.refuse, party, **given):
            assert words
            assert mitigation
            assert self.journey.events[-1].details["code"]

    @rule(party=people)
    def attest(self, party):
        on = self.journey.context.today
        self.attempt(deciding.attest, party, index=0, on=on)

    @rule()
    def provision(self):
        decision = self.application.decision
        if decision is None or not decision.is_approval:
            return
        terms = terms_of(self.application, decision, self.journey.context.datasets)
        was = self.application.state
        try:
            self.journey.provision()
        except RegistryError:
            return
        assert was in APPROVED
        assert all(one.is_met for one in decision.conditions)
        self.granted = (terms.grants, terms.ends_on)

    @rule(party=st.sampled_from([APPLICANT, APPLICANT, DAN]))
    def amend(self, party):
        self.attempt(steps.amend, party)

    @rule(party=st.sampled_from([APPLICANT, DAN]), is_tried=st.booleans())
    def drop(self, party, is_tried):
        if is_tried:
            self.attempt(steps.drop_amendment, party)

    @rule(
        party=people,
        action=st.sampled_from([Action.WITHDRAW, Action.CLOSE, Action.EXPIRE, Action.REVOKE]),
        is_tried=st.sampled_from([False, False, False, True]),
    )
    def end(self, party, action, is_tried):
        if is_tried and self.attempt(steps.end, party, action=action, words="Over"):
            self.granted = (frozenset(), self.granted[1])

    @precondition(lambda self: self.application.state in {State.DRAFT, State.ACTIVE})
    @rule(days=st.sampled_from([1, 30]))
    def wait(self, days):
        self.journey.later(days=days)

    @initialize(how_far=st.sampled_from([0, 1, 2, 4, 5, 6, 6]))
    def begin(self, how_far):
        self.go_on(how_far)

    @rule(how_far=st.sampled_from([1, 2, 5, 6, 6, 6]))
    def go_on(self, how_far):
        """Most histories would never come to an approval by chance."""
        steps_on = (
            lambda: self.attempt(steps.submit, APPLICANT),
            lambda: self.attempt(steps.start_assessment, DAN),
            lambda: self.find_all(DAN, Outcome.MET),
            lambda: self.attempt(steps.refer, DAN),
            self.everybody_agrees,
            lambda: self.approve(DAN, ()),
        )
        for step in steps_on[:how_far]:
            step()
        self.provision()

    def everybody_agrees(self):
        for party, referral in (
            (OLGA, "owner:dwp"), (HUGO, "owner:hmrc"), (DORA, "dpo"), (LARS, "legal"),
        ):  # fmt: skip
            self.vote(party, referral, Says.AGREE)

    @invariant()
    def what_is_granted_is_what_the_events_imply(self):
        today = self.journey.context.today
        grants, ends_on = self.granted
        for day in (today, ends_on, ends_on + timedelta(days=1)):
            expected = grants if day <= ends_on else frozenset()
            assert grants_at(self.journey.events, day) == expected
        assert (self.application.agreed is not None) == bool(grants)

    @invariant()
    def who_takes_part_may_judge_nothing_at_any_moment(self):
        for action in JUDGING & self.application.available():
            assert self.application.why_not(action, EVERYTHING, self.journey.context), action

    @invariant()
    def nobody_ever_decided_on_their_own(self):
        decision = self.application.decision
        if decision is not None:
            assert decision.by not in {EVERYTHING.username, "ada"}
            assert decision.is_approval or decision.code is not None

    def owners(self):
        asked = {one.version_id.dataset_id for one in self.application.datasets}
        return [owner for owner, dataset in OF_OWNER.items() if dataset in asked]

    def asked_of(self, referral):
        """As much of what was asked as anybody would say an owner agreed to."""
        name = OF_OWNER.get(referral.partition(":")[2])
        columns = [one for one in self.application.datasets if one.version_id.dataset_id == name]
        kept = ("about.end", "people.members", "legal.jurisdictions")
        return columns, [self.application.answers.get(key) for key in kept]


Applications.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestApplications = Applications.TestCase
