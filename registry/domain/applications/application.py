"""An application for data: its answers, what it asks for, and what was said to it.

Pure: no clock, no database. `steps` moves one; whoever saves the application also saves the event.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from registry.domain.applications.asked import AskedDataset
from registry.domain.applications.considerations import Consideration, Finding
from registry.domain.applications.decision import Decision
from registry.domain.applications.errors import NotAllowed, NotNow
from registry.domain.applications.form import QUESTIONS, Kind
from registry.domain.applications.gateways import Asking, Register
from registry.domain.applications.party import CUSTODIANS, Party
from registry.domain.applications.problems import lines_of
from registry.domain.applications.referrals import (
    Referral,
    Standing,
    Vote,
    owners_of,
    required_referrals,
    standings,
)
from registry.domain.applications.workflow import WORKFLOW, Action, Need, Role, State
from registry.domain.dataset import DatasetVersion, VersionId
from registry.domain.organisation import OrganisationRole
from registry.domain.separation import barred, why_not_judge


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What else is needed to judge.

    Attributes:
        datasets: As described.
        register: The legal gateways.
        quorums: How many of a board must have voted, by its organisation.
    """

    datasets: Mapping[VersionId, DatasetVersion]
    register: Register
    today: date
    quorums: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What is in force: what was approved last, as it was asked for then."""

    project_id: str
    ends_on: date
    answers: Mapping[str, str]
    datasets: tuple[AskedDataset, ...]
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One event. `details` hold identifiers, counts and states, and what was submitted."""

    application_id: str
    actor: str
    action: Action
    was: State
    now: State
    submission: int
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application.

    Attributes:
        organisations: All that the applicant worked or acted for when they submitted.
        submission: Counts submissions.
        answers: By the form's keys, as they were typed.
        conflicts: Those who said that they must not judge it.
        decision: The last one.
        agreed: What is in force; None before an approval, and after the end.
        message: What was last said to the applicant.
        due_on: When a decision is due; None while it is the applicant's turn.
        cloned_from: The application it began as a copy of.
    """

    application_id: str
    applicant: str
    created_at: datetime
    updated_at: datetime
    organisations: frozenset[str] = frozenset()
    state: State = State.DRAFT
    version: int = 0
    submission: int = 0
    answers: Mapping[str, str] = field(default_factory=dict)
    datasets: tuple[AskedDataset, ...] = ()
    findings: Mapping[Consideration, Finding] = field(default_factory=dict)
    referrals: tuple[Referral, ...] = ()
    votes: tuple[Vote, ...] = ()
    conflicts: frozenset[str] = frozenset()
    decision: Decision | None = None
    agreed: Agreed | None = None
    message: str = ""
    due_on: date | None = None
    cloned_from: str | None = None

    @property
    def title(self) -> str:
        return self.answers.get("about.title", "").strip() or "Untitled"

    @property
    def people(self) -> frozenset[str]:
        """Everybody who takes part in it: none of them judges it."""
        named = {self.applicant}
        for answers in (self.answers, self.agreed.answers if self.agreed else {}):
            for question in QUESTIONS.values():
                if question.kind is Kind.USERNAMES:
                    named.update(lines_of(answers, question.key))
        return frozenset(named)

    @property
    def barred(self) -> frozenset[str]:
        """Whose votes and findings do not count, whatever their role."""
        return barred(self.people, self.conflicts)

    def asking(self, context: Context) -> Asking:
        """As the rules look at it; a dataset that is registered no longer raises NotNow."""
        pairs = []
        for asked in self.datasets:
            dataset = context.datasets.get(asked.version_id)
            if dataset is None:
                raise NotNow(f"{asked.version_id} is not registered any more")
            pairs.append((asked, dataset))
        return Asking(answers=self.answers, datasets=pairs)

    def owners(self, context: Context) -> frozenset[str]:
        """The organisations that decide about what it asks for, or has."""
        given = self.agreed.datasets if self.agreed else ()
        return _owners((*self.datasets, *given), context)

    def all_referrals(self, context: Context) -> tuple[Referral, ...]:
        """Those that an approval needs: whatever the rules ask, and what an assessor added."""
        required = required_referrals(
            self.asking(context),
            context.register,
            today=context.today,
            quorums=context.quorums,
        )
        kept = {one.key: one for one in self.referrals}
        asked = {
            one.key: replace(
                one,
                due_on=kept[one.key].due_on,
                quorum=max(one.quorum, kept[one.key].quorum),
            )
            if one.key in kept
            else one
            for one in required
        }
        return tuple((asked | {key: one for key, one in kept.items() if key not in asked}).values())

    def standings(self, context: Context) -> tuple[Standing, ...]:
        return standings(
            self.all_referrals(context),
            self.votes,
            self.asking(context),
            people=self.people,
            conflicts=self.conflicts,
        )

    def is_overdue(self, today: date) -> bool:
        return self.due_on is not None and self.due_on < today

    def is_visible_to(self, party: Party, context: Context) -> bool:
        """To the people on it, to those of the owners and boards who judge, and to auditors."""
        if party.is_system or party.is_auditor or party.username in self.people:
            return True
        if self.submission == 0:
            return False
        if self.owners(context) & party.acts_for(OrganisationRole.ASSESSOR, *CUSTODIANS):
            return True
        try:
            return any(one.is_for(party) for one in self.all_referrals(context))
        except NotNow:
            return False

    def available(self) -> frozenset[Action]:
        return frozenset(
            action
            for (state, action), step in WORKFLOW.items()
            if state is self.state and step.in_force in {None, self.agreed is not None}
        )

    def why_not(self, action: Action, party: Party, context: Context) -> str | None:
        """Why this person may not take this step; None when they may."""
        step = WORKFLOW.get((self.state, action))
        if step is None:
            return f"Cannot {action} an application that is {self.state}"
        reasons = [self._why_not_as(role, party, context) for role in step.by]
        return None if None in reasons else reasons[0]

    def move(
        self,
        action: Action,
        *,
        party: Party,
        at: datetime,
        context: Context,
        met: Need = Need.NOTHING,
        details: Mapping[str, Any] | None = None,
    ) -> "tuple[Application, Happened]":
        """Take one step of the table and describe it.

        Args:
            action: The step.
            party: Who takes it.
            at: When, in UTC.
            context: By which roles are judged.
            met: The need that the caller made sure of; a step that needs another is refused.
            details: For the event.

        Raises:
            NotNow: There is no such step from here.
            NotAllowed: This person may not take it.
        """
        step = WORKFLOW.get((self.state, action))
        if step is None or action not in self.available():
            offer = ", ".join(sorted(self.available())) or "nothing"
            raise NotNow(f"Cannot {action} an application that is {self.state}; can: {offer}")
        if why := self.why_not(action, party, context):
            raise NotAllowed(why)
        if step.need not in {Need.NOTHING, met}:
            raise NotNow(f"To {action} this there must be {step.need}")
        moved = replace(self, state=step.to, updated_at=at)
        event = Happened(
            application_id=self.application_id,
            actor=party.username,
            action=action,
            was=self.state,
            now=step.to,
            submission=self.submission,
            at=at,
            details=details or {},
        )
        return moved, event

    def _why_not_as(self, role: Role, party: Party, context: Context) -> str | None:
        match role:
            case Role.APPLICANT:
                fine = party.username == self.applicant
                return None if fine else "This needs to be the applicant"
            case Role.SYSTEM:
                return None if party.is_system else "Nobody does this by hand"
            case Role.ADMIN:
                return None if party.is_admin else "This needs to be an administrator"
            case Role.CUSTODIAN:
                given = self.agreed.datasets if self.agreed else ()
                fine = bool(_owners(given, context) & party.acts_for(*CUSTODIANS))
                return None if fine else "This needs to be a steward or owner of the data"
            case Role.ASSESSOR:
                return self.why_not_judge(party) or self._why_not_assess(party, context)
            case Role.REFEREE:
                return self.why_not_judge(party) or self._why_not_vote(party, context)

    def why_not_judge(self, party: Party) -> str | None:
        """Why somebody has no say in it, whatever their role; None where nothing bars them."""
        return why_not_judge(party.username, people=self.people, conflicts=self.conflicts)

    def _why_not_assess(self, party: Party, context: Context) -> str | None:
        fine = bool(self.owners(context) & party.acts_for(OrganisationRole.ASSESSOR))
        return None if fine else "This needs to be an assessor of an owner of the data"

    def _why_not_vote(self, party: Party, context: Context) -> str | None:
        fine = any(one.is_for(party) for one in self.all_referrals(context))
        return None if fine else "This needs to be one of those who are asked to vote"


def _owners(datasets: Iterable[AskedDataset], context: Context) -> frozenset[str]:
    found = (context.datasets.get(one.version_id) for one in datasets)
    return frozenset(
        owner for dataset in found if dataset is not None for owner in owners_of(dataset)
    )
