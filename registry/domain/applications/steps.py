"""The steps of an application that need more than the table: what is checked, what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from registry.domain.applications.application import Application, Context, Happened
from registry.domain.applications.asked import AskedDataset, stored_asked
from registry.domain.applications.considerations import (
    Consideration,
    Finding,
    Outcome,
)
from registry.domain.applications.considerations import basis_of as basis_of_answers
from registry.domain.applications.errors import Incomplete, NotAllowed, NotNow
from registry.domain.applications.linter import lint, stored_lints
from registry.domain.applications.party import Party
from registry.domain.applications.problems import problems
from registry.domain.applications.referrals import Referral, ReferralKind, Says, Vote, basis_of
from registry.domain.applications.workflow import Action, Need, State
from registry.domain.errors import NotValid, Problem

DECISION_DAYS: Final = 20
REFERRAL_DAYS: Final = 10
LONGEST_REASON: Final = 4000
Moved = tuple[Application, Happened]


def save(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    answers: Mapping[str, str] | None = None,
    datasets: Sequence[AskedDataset] | None = None,
) -> Moved:
    """Keep what was typed, whatever it is. What is not given stays as it was."""
    changed = dict(application.answers) | dict(answers or {})
    kept = tuple(application.datasets if datasets is None else datasets)
    keys = sorted(key for key in changed if changed[key] != application.answers.get(key, ""))
    named = sorted({str(one.version_id) for one in (*kept, *application.datasets)})
    moved, event = application.move(
        Action.SAVE,
        party=party,
        at=at,
        context=context,
        details={"answers": keys, "datasets": named if kept != application.datasets else []},
    )
    return replace(moved, answers=changed, datasets=kept), event


def submit(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    of: frozenset[str] = frozenset(),
) -> Moved:
    """Hand it in. Votes and findings on what is the same still count.

    Args:
        application: As it stands.
        party: The applicant.
        at: When.
        context: By which it is judged.
        of: Organisations that ask beside the applicant's own, such as that of who leads it.

    Raises:
        NotAllowed, NotNow: Not theirs to submit, or not now.
        Incomplete: With every problem and its place.
    """
    application.move(Action.SUBMIT, party=party, at=at, context=context, met=Need.COMPLETE)
    asking = application.asking(context)
    found = [*problems(asking, context.register, today=context.today)]
    if party.organisation is None:
        found.append(
            Problem(path="people.lead", message="the applicant belongs to no organisation")
        )
    if application.agreed and asking.answers["about.project_id"] != application.agreed.project_id:
        found.append(Problem(path="about.project_id", message="stays as it was agreed"))
    if found:
        raise Incomplete(found)
    lints = [one for asked, dataset in asking.datasets for one in lint(asked, dataset)]
    details: dict[str, Any] = {
        "answers": dict(application.answers),
        "datasets": [stored_asked(one) for one in application.datasets],
        "lints": stored_lints(lints),
        "register": context.register.version,
    }
    numbered = replace(application, submission=application.submission + 1)
    moved, event = numbered.move(
        Action.SUBMIT, party=party, at=at, context=context, met=Need.COMPLETE, details=details
    )
    due_on = at.date() + timedelta(days=DECISION_DAYS)
    moved = replace(
        moved, organisations=party.organisations | of, due_on=due_on, message="", decision=None
    )
    return moved, event


def start_assessment(
    application: Application, *, party: Party, at: datetime, context: Context
) -> Moved:
    return application.move(Action.START_ASSESSMENT, party=party, at=at, context=context)


def record_finding(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    consideration: Consideration,
    outcome: Outcome,
    words: str,
) -> Moved:
    """Say what was found of one consideration; all but `met` needs words."""
    if outcome is not Outcome.MET and not words.strip():
        raise NotValid("Say why, in words")
    moved, event = application.move(
        Action.RECORD_FINDING,
        party=party,
        at=at,
        context=context,
        details={"consideration": consideration.value, "outcome": outcome.value},
    )
    finding = Finding(
        outcome=outcome,
        words=_words(words),
        assessor=party.username,
        at=at,
        basis=basis_of_answers(consideration, application.answers),
    )
    return replace(moved, findings={**application.findings, consideration: finding}), event


def refer(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    due_on: date | None = None,
    also: Sequence[ReferralKind] = (),
) -> Moved:
    """Ask everybody whose vote is needed, and legal, ethics or data protection where asked for."""
    due = due_on or at.date() + timedelta(days=REFERRAL_DAYS)
    if due < at.date():
        raise NotValid("The day by which votes are due is in the past")
    owners = application.owners(context)
    added = tuple(Referral(kind=kind, organisations=owners) for kind in also)
    asked = replace(application, referrals=(*application.referrals, *added))
    referrals = tuple(replace(one, due_on=due) for one in asked.all_referrals(context))
    moved, event = application.move(
        Action.REFER,
        party=party,
        at=at,
        context=context,
        details={"referrals": [one.key for one in referrals], "due_on": str(due)},
    )
    return replace(moved, referrals=referrals), event


def vote(
    application: Application,
    *,
    party: Party,
    at: datetime,
    context: Context,
    referral: str,
    says: Says,
    reason: str,
) -> Moved:
    """Vote in one referral; a later vote of the same person takes the place of an earlier one.

    Raises:
        NotAllowed: They have no role in it.
        NotValid: An objection without a reason.
    """
    asked = {one.key: one for one in application.all_referrals(context)}.get(referral)
    moved, event = application.move(
        Action.VOTE,
        party=party,
        at=at,
        context=context,
        details={"referral": referral, "says": says.value},
    )
    if asked is None or not asked.is_for(party):
        raise NotAllowed("This needs to be one of those who are asked in this referral")
    if says is Says.OBJECT and not reason.strip():
        raise NotValid("Say why you object")
    cast = Vote(
        referral=referral,
        voter=party.username,
        organisations=party.organisations,
        says=says,
        reason=_words(reason),
        basis=basis_of(asked, application.asking(context)),
        at=at,
    )
    return replace(moved, votes=(*application.votes, cast)), event


def declare_conflict(
    application: Application, *, party: Party, at: datetime, context: Context
) -> Moved:
    """Say that one must not judge it; votes and findings of theirs count no longer."""
    moved, event = application.move(Action.DECLARE_CONFLICT, party=party, at=at, context=context)
    findings = {
        key: one for key, one in application.findings.items() if one.assessor != party.username
    }
    conflicts = application.conflicts | {party.username}
    return replace(moved, conflicts=conflicts, findings=findings), event


def send_back(
    application: Application, *, party: Party, at: datetime, context: Context, words: str
) -> Moved:
    """Return it with questions: the clock stops until it is submitted again."""
    moved, event = application.move(
        Action.RETURN,
        party=party,
        at=at,
        context=context,
        met=Need.REASON if words.strip() else Need.NOTHING,
    )
    return replace(moved, message=_words(words), due_on=None), event


def end(
    application: Application,
    action: Action,
    *,
    party: Party,
    at: datetime,
    context: Context,
    words: str = "",
) -> Moved:
    """Withdraw, close, expire or revoke: afterwards nothing is in force.

    Raises:
        NotNow: A revocation without a reason.
    """
    if action not in {Action.WITHDRAW, Action.CLOSE, Action.EXPIRE, Action.REVOKE}:
        raise NotNow(f"{action} does not end an application")
    agreed = application.agreed
    if action is Action.EXPIRE and agreed is not None and context.today <= agreed.ends_on:
        raise NotNow(f"In force until {agreed.ends_on}")
    project_id = agreed.project_id if agreed else None
    moved, event = application.move(
        action,
        party=party,
        at=at,
        context=context,
        met=Need.REASON if words.strip() else Need.NOTHING,
        details={"project_id": project_id} if project_id else {},
    )
    return replace(moved, agreed=None, due_on=None, message=_words(words)), event


def amend(application: Application, *, party: Party, at: datetime, context: Context) -> Moved:
    """Open what is agreed for changes; it stays in force as it is."""
    moved, event = application.move(Action.AMEND, party=party, at=at, context=context)
    return replace(moved, message="", decision=None), event


def drop_amendment(
    application: Application, *, party: Party, at: datetime, context: Context
) -> Moved:
    """Go back to what is agreed."""
    moved, event = application.move(Action.DROP_AMENDMENT, party=party, at=at, context=context)
    return as_agreed(moved), event


def as_agreed(application: Application) -> Application:
    """With the answers, datasets and decision that are in force."""
    agreed = application.agreed
    if agreed is None:
        return application
    return replace(
        application,
        state=State.ACTIVE,
        answers=agreed.answers,
        datasets=agreed.datasets,
        decision=agreed.decision,
        due_on=None,
    )


def _words(said: str) -> str:
    return said.strip()[:LONGEST_REASON]
