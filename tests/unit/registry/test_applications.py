"""The life of an application for data."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.domain.applications import deciding, steps
from registry.domain.applications.considerations import Consideration, Outcome
from registry.domain.applications.decision import Condition, Enforced, RefusalCode
from registry.domain.applications.diff import differences
from registry.domain.applications.errors import Incomplete, NotAllowed, NotNow
from registry.domain.applications.form import QUESTIONS
from registry.domain.applications.glossary import Processing
from registry.domain.applications.history import (
    decisions,
    expected_on,
    grants_at,
    pace_of,
    time_with_assessors,
)
from registry.domain.applications.party import PLATFORM
from registry.domain.applications.provision import project_of, terms_of
from registry.domain.applications.referrals import (
    Referral,
    ReferralKind,
    Says,
    basis_of,
    standings,
)
from registry.domain.applications.workflow import WORKFLOW, Action, State
from registry.domain.applications.workflow_diagram import as_markdown
from registry.domain.errors import NotValid
from registry.domain.tier import Tier
from tests.unit.registry.application_builders import (
    ADA,
    ADMIN,
    ANSWERS,
    AUDITOR,
    BENEFITS,
    CONTEXT,
    DAN,
    DORA,
    ERIK,
    HANA,
    HUGO,
    LARS,
    OLGA,
    STRANGER,
    TODAY,
    Journey,
    active,
    an_application,
    benefits,
    column,
    earnings,
    ready_to_approve,
)

STATES = Path(__file__).parents[3] / "docs" / "reference" / "application-states.md"


def keys_of(journey):
    return {one.key for one in journey.application.all_referrals(journey.context)}


def test_the_page_of_states_is_the_table():
    assert STATES.read_text() == as_markdown()


def test_what_is_in_force_can_be_taken_back_in_every_state_that_it_comes_to():
    reached, waiting = set(), {State.ACTIVE}
    while waiting:
        reached |= waiting
        waiting = {
            step.to
            for (was, _), step in WORKFLOW.items()
            if was in reached and step.in_force is not False
        } - reached
    ends = {State.CLOSED, State.REVOKED}

    for state in reached - ends:
        assert {(state, Action.REVOKE), (state, Action.EXPIRE)} <= set(WORKFLOW), state


def test_a_draft_takes_whatever_is_typed():
    journey = Journey(an_application(answers={}, datasets=()))

    journey.change(about__end="some day", about__project_id="Not A Name")

    assert journey.application.answers["about.end"] == "some day"
    assert journey.state is State.DRAFT


def test_what_is_wrong_blocks_when_it_is_submitted_and_says_where():
    journey = Journey(an_application(answers={"about.end": "some day"}, datasets=()))

    with pytest.raises(Incomplete) as refused:
        journey.submit()

    places = {one.path for one in refused.value.problems}
    assert {"about.title", "about.end", "data", "legal.gateway"} <= places
    assert journey.state is State.DRAFT


def test_a_complete_application_goes_all_the_way():
    journey = active()

    assert journey.state is State.ACTIVE
    taken = [event.action for event in journey.events]
    assert [action for action in taken if action is not Action.RECORD_FINDING] == [
        Action.SUBMIT, Action.START_ASSESSMENT, Action.REFER, Action.VOTE, Action.APPROVE,
        Action.PROVISION,
    ]  # fmt: skip


def test_what_the_linter_said_is_kept_with_the_submission():
    asked = benefits(column("date_of_birth", justification="Age in days matters"))
    journey = Journey(an_application(datasets=(asked,))).submit()

    (lint,) = journey.events[-1].details["lints"]
    assert lint["justification"] == "Age in days matters"


def test_an_application_of_somebody_without_an_organisation_is_refused():
    with pytest.raises(Incomplete):
        Journey().take(steps.submit, replace(ADA, organisation=None))


@pytest.mark.parametrize("party", [ADA, OLGA, ADMIN, AUDITOR, STRANGER, HANA])
def test_only_an_assessor_of_an_owner_assesses(party):
    with pytest.raises(NotAllowed):
        Journey().submit().assess(party)


def test_an_assessor_who_takes_part_judges_nothing():
    answers = ANSWERS | {"people.members": "ada\ndan"}
    journey = Journey(an_application(answers=answers)).submit()

    with pytest.raises(NotAllowed, match="take part"):
        journey.assess(DAN)


def test_nobody_approves_without_all_findings():
    journey = Journey().submit().assess().refer().vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="Findings are missing"):
        journey.approve()


def test_a_consideration_that_is_not_met_stands_in_the_way():
    journey = ready_to_approve()
    journey.take(
        steps.record_finding,
        DAN,
        consideration=Consideration.PRECEDENT,
        outcome=Outcome.NOT_MET,
        words="It sets one",
    )

    with pytest.raises(NotNow, match="not met"):
        journey.approve()


def test_met_with_a_condition_needs_a_condition():
    journey = Journey().submit().assess().find_all(outcome=Outcome.MET_WITH_CONDITION)
    journey.refer().vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="condition"):
        journey.approve()


def test_nobody_approves_without_the_owners_vote():
    journey = Journey().submit().assess().find_all().refer()

    with pytest.raises(NotNow, match="owner:dwp"):
        journey.approve()


def test_an_objection_stands_in_the_way():
    journey = Journey().submit().assess().find_all().refer()
    journey.vote(OLGA, "owner:dwp", Says.OBJECT, "Too much")

    with pytest.raises(NotNow, match="Not agreed"):
        journey.approve()


def test_who_objects_is_not_silenced_by_being_named():
    journey = Journey().submit().assess().find_all().refer()
    journey.vote(OLGA, "owner:dwp", Says.OBJECT, "Too much")
    (standing,) = journey.application.standings(CONTEXT)
    (vote,) = standing.votes
    referral, asking = standing.referral, journey.application.asking(CONTEXT)

    def counted(says, **who):
        votes = [replace(vote, says=says)]
        parts = {"people": frozenset(), "conflicts": frozenset()} | who
        (found,) = standings([referral], votes, asking, **parts)
        return len(found.votes)

    olga = frozenset({OLGA.username})
    assert counted(Says.OBJECT, people=olga) == 1
    assert counted(Says.AGREE, people=olga) == 0
    assert counted(Says.OBJECT, conflicts=olga) == 0


@pytest.mark.parametrize("kind", ReferralKind)
def test_everybody_is_asked_again_when_the_people_change(kind):
    asking = an_application().asking(CONTEXT)
    referral = Referral(kind=kind, organisations=frozenset({"dwp"}))

    other = replace(asking, answers={**asking.answers, "people.members": "somebody else"})

    assert basis_of(referral, asking) != basis_of(referral, other)


def test_data_of_two_owners_need_both():
    journey = ready_to_approve(an_application(datasets=(benefits(), earnings())))

    with pytest.raises(NotNow, match="owner:hmrc"):
        journey.approve()

    assert journey.vote(HUGO, "owner:hmrc").approve().state is State.APPROVED


def test_an_owner_votes_for_their_own_organisation_only():
    journey = ready_to_approve(an_application(datasets=(benefits(), earnings())))

    with pytest.raises(NotAllowed):
        journey.vote(OLGA, "owner:hmrc")


def test_sensitive_data_go_to_the_officer():
    asked = benefits(column("benefit_type", justification="Needed by type"))
    journey = ready_to_approve(an_application(datasets=(asked,)))

    with pytest.raises(NotNow, match="dpo"):
        journey.approve()

    assert journey.vote(DORA, "dpo").approve().state is State.APPROVED


def test_people_of_another_nation_go_to_a_lawyer():
    answers = ANSWERS | {"legal.jurisdictions": "england\nscotland"}
    journey = Journey(an_application(answers=answers)).submit()

    assert "legal" in keys_of(journey)
    journey.assess().find_all().refer().vote(OLGA, "owner:dwp")
    with pytest.raises(NotNow, match="legal"):
        journey.approve()
    assert journey.vote(LARS, "legal").approve().state is State.APPROVED


@pytest.mark.parametrize(
    ("quorums", "votes"), [({}, 2), ({"dwp-hmrc": 3}, 3), ({"dwp-hmrc": 1}, 1)]
)
def test_a_board_needs_its_quorum(quorums, votes):
    journey = before_a_board(quorums)
    board = [board_member(f"member-{number}") for number in range(votes)]

    for member in board:
        with pytest.raises(NotNow, match="board:dwp-hmrc"):
            journey.approve()
        journey.vote(member, "board:dwp-hmrc")

    assert journey.approve().state is State.APPROVED


def test_a_quorum_that_is_lowered_meanwhile_holds_for_what_was_not_referred_yet():
    journey = before_a_board({"dwp-hmrc": 3})
    journey.context = replace(journey.context, quorums={"dwp-hmrc": 1})

    journey.vote(board_member("one"), "board:dwp-hmrc")

    with pytest.raises(NotNow, match="board:dwp-hmrc"):
        journey.approve()


def before_a_board(quorums):
    entry = replace(BENEFITS.entry, boards=("dwp-hmrc",))
    datasets = {BENEFITS.version_id: replace(BENEFITS, entry=entry)}
    context = replace(CONTEXT, datasets=datasets, quorums=quorums)
    return Journey(context=context).submit().assess().find_all().refer().vote(OLGA, "owner:dwp")


def board_member(name):
    return replace(STRANGER, username=name, roles=frozenset({("dwp-hmrc", "board")}))


def test_the_assessor_can_ask_the_ethics_people_too():
    journey = Journey().submit().assess().find_all().refer(also=[ReferralKind.ETHICS])
    journey.vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="ethics"):
        journey.approve()
    assert journey.vote(ERIK, "ethics").approve().state is State.APPROVED


def test_the_organisation_that_asks_is_not_alone_in_agreeing():
    insider = replace(ADA, organisation="dwp")
    journey = Journey().take(steps.submit, insider).assess().find_all().refer()
    journey.vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="organisation that asks"):
        journey.approve()


def test_the_organisation_of_who_leads_it_asks_too():
    journey = Journey().take(steps.submit, ADA, of=frozenset({"dwp"})).assess().find_all()
    journey.refer().vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="organisation that asks"):
        journey.approve()


def test_findings_of_somebody_who_joined_later_count_no_longer():
    journey = active().take(steps.amend, ADA).change(people__members="ada\ndan").submit()
    other = replace(DAN, username="other")
    journey.assess(other).refer(other).vote(OLGA, "owner:dwp")

    with pytest.raises(NotNow, match="Findings are missing"):
        journey.approve(other)


def test_a_draft_that_was_withdrawn_stays_with_its_people():
    journey = Journey().take(steps.end, ADA, action=Action.WITHDRAW)

    assert not journey.application.is_visible_to(DAN, CONTEXT)


def test_a_steward_of_data_that_are_only_asked_for_revokes_nothing():
    journey = active().take(steps.amend, ADA)
    journey.take(steps.save, ADA, datasets=(benefits(), earnings())).submit()

    with pytest.raises(NotAllowed):
        journey.take(steps.end, HUGO, action=Action.REVOKE, words="Not ours")


def test_somebody_of_another_organisation_makes_it_independent():
    insider = replace(ADA, organisation="dwp")
    journey = Journey(an_application(datasets=(benefits(), earnings())))
    journey.take(steps.submit, insider).assess().find_all().refer()
    journey.vote(OLGA, "owner:dwp").vote(HUGO, "owner:hmrc")

    assert journey.approve().state is State.APPROVED


def test_who_declares_a_conflict_counts_no_longer():
    journey = ready_to_approve()
    journey.take(steps.declare_conflict, OLGA)

    with pytest.raises(NotNow, match="owner:dwp"):
        journey.approve()
    with pytest.raises(NotAllowed, match="conflict"):
        journey.vote(OLGA, "owner:dwp")


def test_a_return_needs_words_and_stops_the_clock():
    journey = Journey().submit().later(days=2).assess()
    with pytest.raises(NotNow):
        journey.take(steps.send_back, DAN, words=" ")
    journey.take(steps.send_back, DAN, words="Which years?")
    journey.later(days=30).submit().later(days=1).assess().find_all().refer()
    journey.vote(OLGA, "owner:dwp").approve()

    assert time_with_assessors(journey.events, journey.at) == timedelta(days=3)


def test_the_clock_runs_while_it_waits():
    journey = Journey().submit()

    assert time_with_assessors(journey.events, journey.at + timedelta(days=4)).days == 4


def test_what_changed_between_submissions_is_said_by_place():
    now = ANSWERS | {"means.cost": "Shared."}
    asked = (benefits(column("region")),)

    found = differences((ANSWERS, (benefits(),)), (now, asked))

    assert [(one.place, one.was, one.now) for one in found] == [
        ("means.cost", "The college bears it.", "Shared."),
        ("data.benefits.year_of_birth", "date_of_birth: kind year_of", ""),
    ]


def test_a_refusal_needs_words_and_a_mitigation():
    journey = Journey().submit().assess()
    for words, mitigation in ((" ", "Ask for less"), ("Too much", "")):
        with pytest.raises(NotValid):
            journey.take(
                deciding.refuse,
                DAN,
                code=RefusalCode.MORE_THAN_NEEDED,
                words=words,
                mitigation=mitigation,
            )

    assert journey.state is State.IN_ASSESSMENT


def test_an_approval_gives_exactly_what_was_asked():
    journey = active()
    terms = terms_of(journey.application, journey.application.decision, CONTEXT.datasets)
    project = project_of(terms, None, {})

    assert project.members == {"ada", "ben"}
    assert project.checkers == {"cat", "carl"}
    assert str(project.ends_on) == "2027-12-31"
    (grant,) = project.grants
    assert [one.name for one in grant.view.columns] == ["region", "year_of_birth"]
    assert grants_at(journey.events, TODAY) == project.grants


def test_conditions_that_the_system_sees_to_make_it_stricter():
    conditions = (
        Condition(words="Three", enforced=Enforced.CHECKERS, value="3"),
        Condition(words="Sooner", enforced=Enforced.ENDS_ON, value="2027-06-30"),
        Condition(words="Pictures", enforced=Enforced.TIER, value="pixel"),
        Condition(words="Less", enforced=Enforced.WITHOUT_COLUMN, value="benefits.region"),
    )
    journey = ready_to_approve().approve(conditions=conditions)
    terms = terms_of(journey.application, journey.application.decision, CONTEXT.datasets)

    assert (terms.checks, str(terms.ends_on), terms.tier) == (3, "2027-06-30", Tier.PIXEL)
    (grant,) = terms.grants
    assert [one.name for one in grant.view.columns] == ["year_of_birth"]


@pytest.mark.parametrize(
    ("enforced", "value"),
    [
        (Enforced.CHECKERS, "1"),
        (Enforced.CHECKERS, "²"),
        (Enforced.TIER, "any"),
        (Enforced.ENDS_ON, "soon"),
        (Enforced.WITHOUT_COLUMN, "region"),
        (Enforced.POLICY, ""),
    ],
)
def test_a_condition_that_cannot_be_enforced_is_refused(enforced, value):
    with pytest.raises(NotValid):
        ready_to_approve().approve(
            conditions=(Condition(words="So", enforced=enforced, value=value),)
        )


def test_a_condition_that_a_person_confirms_holds_access_back():
    journey = ready_to_approve().approve(conditions=(Condition(words="Training done"),))

    with pytest.raises(NotNow, match="confirmed"):
        journey.provision()

    journey.take(deciding.attest, DAN, index=0, on=TODAY)
    assert journey.provision().state is State.ACTIVE


def test_a_condition_is_not_confirmed_by_the_applicant_nor_for_tomorrow():
    journey = ready_to_approve().approve(conditions=(Condition(words="Training done"),))

    with pytest.raises(NotAllowed):
        journey.take(deciding.attest, ADA, index=0, on=TODAY)
    with pytest.raises(NotValid):
        journey.take(deciding.attest, DAN, index=0, on=TODAY + timedelta(days=1))


def test_an_amendment_asks_only_those_whom_it_concerns():
    journey = ready_to_approve(an_application(datasets=(benefits(), earnings())))
    journey.vote(HUGO, "owner:hmrc").approve().provision().take(steps.amend, ADA)
    changed = benefits(column("region"))
    journey.take(steps.save, ADA, datasets=(changed, earnings())).submit().assess()

    complete = {
        one.referral.key: one.is_complete for one in journey.application.standings(journey.context)
    }
    assert complete == {"owner:dwp": False, "owner:hmrc": True}
    with pytest.raises(NotNow, match="owner:dwp"):
        journey.approve()
    assert journey.refer().vote(OLGA, "owner:dwp").approve().state is State.APPROVED


def test_what_is_in_force_stays_while_it_is_amended():
    journey = active()
    before = grants_at(journey.events, TODAY)
    journey.take(steps.amend, ADA).take(steps.save, ADA, datasets=(benefits(column("region")),))
    journey.submit().assess()

    assert grants_at(journey.events, TODAY) == before
    assert journey.application.agreed.datasets == (benefits(),)


def test_an_amendment_that_is_refused_leaves_what_is_in_force():
    journey = active().take(steps.amend, ADA)
    journey.take(steps.save, ADA, datasets=(benefits(column("region")),)).submit().assess()
    journey.take(deciding.refuse, DAN, code=RefusalCode.OTHER, words="No", mitigation="Say why")

    assert journey.state is State.ACTIVE
    assert journey.application.datasets == (benefits(),)


def test_an_amendment_keeps_the_projects_name():
    journey = active().take(steps.amend, ADA).change(about__project_id="another-one")

    with pytest.raises(Incomplete, match="stays as it was agreed"):
        journey.submit()


def test_a_changed_answer_asks_for_its_finding_again():
    journey = active().take(steps.amend, ADA).change(means__cost="Shared.").submit().assess()

    with pytest.raises(NotNow, match="resource_cost"):
        journey.approve()


def test_a_revocation_needs_a_reason_and_takes_all_away():
    journey = active()
    with pytest.raises(NotNow):
        journey.take(steps.end, OLGA, action=Action.REVOKE, words="")
    journey.take(steps.end, OLGA, action=Action.REVOKE, words="Misuse")

    assert journey.state is State.REVOKED
    assert journey.application.agreed is None
    assert grants_at(journey.events, TODAY) == frozenset()


def test_access_ends_with_its_last_day_and_not_before():
    journey = active()
    with pytest.raises(NotNow):
        journey.take(steps.end, PLATFORM, action=Action.EXPIRE)
    assert grants_at(journey.events, TODAY + timedelta(days=403))
    journey.later(days=404)

    assert journey.context.today.isoformat() == "2028-01-01"
    assert grants_at(journey.events, journey.context.today) == frozenset()
    assert journey.take(steps.end, PLATFORM, action=Action.EXPIRE).state is State.CLOSED


def test_a_draft_is_seen_by_its_people_and_auditors_only():
    draft = an_application()

    seen = {
        party.username
        for party in (ADA, DAN, OLGA, ADMIN, AUDITOR, STRANGER)
        if draft.is_visible_to(party, CONTEXT)
    }
    assert seen == {"ada", "audit"}


def test_what_is_submitted_is_seen_by_those_who_judge_it_and_no_admin():
    submitted = Journey().submit().application

    seen = {
        party.username
        for party in (ADA, DAN, OLGA, HANA, ADMIN, AUDITOR, STRANGER)
        if submitted.is_visible_to(party, CONTEXT)
    }
    assert seen == {"ada", "dan", "olga", "audit"}


def test_the_pace_is_that_of_past_decisions_and_none_is_said_without():
    assert pace_of([]) is None
    pace = pace_of([timedelta(days=day) for day in range(1, 11)])
    assert (pace.count, pace.p50_days, pace.p90_days) == (10, 5, 9)


def test_a_decision_is_expected_from_the_pace_less_what_was_spent():
    pace = pace_of([timedelta(days=day) for day in range(1, 11)])
    journey = Journey().submit().later(days=2)

    half, most = expected_on(pace, journey.events, journey.at)

    assert (half - TODAY).days == 5
    assert (most - TODAY).days == 9
    assert expected_on(None, journey.events, journey.at) is None
    assert expected_on(pace, Journey().events, journey.at) is None


def test_decisions_of_amendments_are_counted_by_themselves():
    journey = active().later(days=10).take(steps.amend, ADA).change(means__cost="Shared.")
    journey.later(days=5).submit().later(days=2).assess().find_all().approve()

    assert [(taken.days, is_amendment) for taken, is_amendment in decisions(journey.events)] == [
        (0, False),
        (2, True),
    ]


def test_all_eight_terms_are_explained_and_asked_for():
    assert len(Processing) == 8
    assert all(one.term and one.words for one in Processing)
    assert set(QUESTIONS["about.processing"].options) == set(Processing)
