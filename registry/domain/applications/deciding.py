"""Approving, refusing, confirming conditions, and what an approval gives."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from registry.domain.applications.application import Agreed, Application, Context, Happened
from registry.domain.applications.considerations import (
    Consideration,
    Outcome,
    standing_findings,
)
from registry.domain.applications.decision import Condition, Decision, RefusalCode
from registry.domain.applications.errors import NotNow
from registry.domain.applications.party import PLATFORM, Party
from registry.domain.applications.problems import problems
from registry.domain.applications.provision import Terms, stored_terms
from registry.domain.applications.referrals import Says
from registry.domain.applications.steps import as_agreed
from registry.domain.applications.workflow import Action, Need
from registry.domain.errors import NotValid
from registry.domain.separation import needs_another

Moved = tuple[Application, Happened]


def approve(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    conditions: Sequence[Condition],
    checkers: frozenset[str],
    words: str = "",
) -> Moved:
    """Approve it, with conditions where there are any.

    Raises:
        NotNow: A finding or a vote is missing, or everybody who agreed is of the organisation
            that asks.
        NotAllowed: They may not decide.
        NotValid: A condition that cannot be enforced as it is said, or nobody who checks.
    """
    action = Action.APPROVE_WITH_CONDITIONS if conditions else Action.APPROVE
    moved, event = application.move(
        action,
        party=party,
        at=at,
        context=context,
        met=Need.AGREEMENT,
        details={"conditions": len(conditions)},
    )
    if why := why_not_approve(application, context, decider=party, conditions=conditions):
        raise NotNow(why)
    for condition in conditions:
        if wrong := condition.why_wrong():
            raise NotValid(wrong)
        if condition.attested_by is not None or condition.attested_on is not None:
            raise NotValid("A condition is confirmed after the decision")
    if checkers & application.people:
        raise NotValid("Who takes part in a project does not check its outputs")
    decision = Decision(
        is_approval=True,
        by=party.username,
        organisations=party.organisations,
        at=at,
        submission=application.submission,
        words=words.strip(),
        conditions=tuple(conditions),
        checkers=checkers,
    )
    return replace(moved, decision=decision, due_on=None), event


def refuse(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    code: RefusalCode,
    words: str,
    mitigation: str,
) -> Moved:
    """Refuse it, or the amendment of what is in force, which then stays as it was.

    Raises:
        NotValid: No words, or no mitigation.
    """
    if not words.strip() or not mitigation.strip():
        raise NotValid("A refusal needs words, and what would make another application succeed")
    action = Action.REFUSE_AMENDMENT if application.agreed else Action.REFUSE
    moved, event = application.move(
        action,
        party=party,
        at=at,
        context=context,
        met=Need.REFUSAL,
        details={"code": code.value},
    )
    decision = Decision(
        is_approval=False,
        by=party.username,
        organisations=party.organisations,
        at=at,
        submission=application.submission,
        words=words.strip(),
        code=code,
        mitigation=mitigation.strip(),
    )
    message = f"{code.words}. {decision.words} What would help: {decision.mitigation}"
    if application.agreed:
        return replace(as_agreed(moved), message=message), event
    return replace(moved, decision=decision, due_on=None, message=message), event


def attest(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    index: int,
    on: date,
) -> Moved:
    """Confirm that a condition is met, as of a day that is not in the future."""
    decision = application.decision
    moved, event = application.move(
        Action.ATTEST, party=party, at=at, context=context, details={"condition": index}
    )
    if decision is None or not 0 <= index < len(decision.conditions):
        raise NotValid("There is no such condition")
    condition = decision.conditions[index]
    if condition.is_met:
        raise NotNow("This condition needs no confirmation, or has it")
    if on > context.today:
        raise NotValid("The day is in the future")
    conditions = [*decision.conditions]
    conditions[index] = replace(condition, attested_by=party.username, attested_on=on)
    return replace(moved, decision=replace(decision, conditions=tuple(conditions))), event


def provision(application: Application, *, terms: Terms, at: datetime, context: Context) -> Moved:
    """Put an approval in force: what the project then is, is in the event.

    Raises:
        NotNow: A condition is not confirmed.
    """
    decision = application.decision
    is_met = decision is not None and decision.is_approval and _all_met(decision)
    moved, event = application.move(
        Action.PROVISION,
        party=PLATFORM,
        at=at,
        context=context,
        met=Need.ATTESTED if is_met else Need.NOTHING,
        details=stored_terms(terms),
    )
    if decision is None:
        raise NotNow("Nothing is decided")
    agreed = Agreed(
        project_id=terms.project_id,
        ends_on=terms.ends_on,
        answers=application.answers,
        datasets=application.datasets,
        decision=decision,
    )
    return replace(moved, agreed=agreed, message="", due_on=None), event


def why_not_approve(
    application: Application,
    context: Context,
    *,
    decider: Party,
    conditions: Sequence[Condition],
) -> str | None:
    """Why it cannot be approved now, in words; None when it can."""
    asking = application.asking(context)
    found = problems(asking, context.register, today=context.today)
    if found:
        return f"It is not complete any more: {found[0]}"
    if why := _why_findings(application, has_conditions=bool(conditions)):
        return why
    standings = application.standings(context)
    missing = [one.referral.key for one in standings if not one.is_complete]
    if missing:
        return f"Votes are missing: {', '.join(missing)}"
    against = [one.referral.key for one in standings if not one.is_agreed]
    if against:
        return f"Not agreed: {', '.join(against)}"
    agreeing = [vote for one in standings for vote in one.votes if vote.says is Says.AGREE]
    sides = [decider.organisations, *(vote.organisations for vote in agreeing)]
    if needs_another(sides, asking=application.organisations):
        return (
            "Everybody who agrees is of the organisation that asks; somebody of another one "
            "must agree too"
        )
    return None


def _why_findings(application: Application, *, has_conditions: bool) -> str | None:
    found = {
        one: what
        for one, what in standing_findings(application.findings, application.answers).items()
        if what.assessor not in application.barred
    }
    missing = [one.value for one in Consideration if one not in found]
    if missing:
        return f"Findings are missing: {', '.join(missing)}"
    failed = [one.value for one, what in found.items() if what.outcome is Outcome.NOT_MET]
    if failed:
        return f"Found not met: {', '.join(failed)}"
    if not has_conditions and any(
        what.outcome is Outcome.MET_WITH_CONDITION for what in found.values()
    ):
        return "Something is met with a condition, and no condition is named"
    return None


def _all_met(decision: Decision) -> bool:
    return all(condition.is_met for condition in decision.conditions)
