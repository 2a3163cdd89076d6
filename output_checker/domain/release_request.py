"""The life of a release request, from the first check to the release.

Pure: no clock, no database, no user lookup. A caller hands in the actor and the time
and gets back a new request and the event; whoever saves the one also saves the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from output_checker.domain.actor import Actor
from output_checker.domain.agreement import About, Agreement
from output_checker.domain.claim import Claim
from output_checker.domain.errors import Forbidden, InvalidSubmission, InvalidTransition
from output_checker.domain.file_group import FileGroup
from output_checker.domain.output_file import REVIEWABLE_VERDICTS
from output_checker.domain.release_class import ReleaseClass
from output_checker.domain.review import Vote
from output_checker.domain.terms import REQUIRED_REVIEWS
from output_checker.domain.workflow import (
    IN_REVIEW,
    NEW_TURN,
    NOT_SUBMITTED,
    WORKFLOW,
    Action,
    Need,
    Role,
    State,
    Step,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transitioned:
    request_id: str
    project_id: str
    actor: str
    action: Action
    was: State
    now: State
    turn: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """A researcher's wish to take files out.

    Attributes:
        turn: Counts submissions of this request; votes belong to one turn.
        groups: Which files belong together, with what is said of them.
        verdict: The worst verdict of the files that would leave; None while they are unchecked.
        snapshot_sha256: Stands for names and bytes of the present files, in order.
        required_reviews: The least number of checkers, whatever the project asks for later.
        judged_by: The datasets, policies, numbers and versions that the turn's files were judged
            by; empty until they are.
        message: What the platform last said about it, for the author.
        claims: The checkers who said that they look at it.
        conflicts: Those who said that they must not.
        due_at: When checkers should be done; None while it is not theirs.
    """

    request_id: str
    project_id: str
    author: str
    created_at: datetime
    updated_at: datetime
    policy: str = ""
    state: State = State.CHECKING
    version: int = 0
    turn: int = 1
    groups: tuple[FileGroup, ...] = ()
    recipients: tuple[str, ...] = ()
    verdict: str | None = None
    snapshot_sha256: str = ""
    required_reviews: int = REQUIRED_REVIEWS
    judged_by: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    claims: tuple[Claim, ...] = ()
    conflicts: frozenset[str] = frozenset()
    due_at: datetime | None = None
    release_class: ReleaseClass = ReleaseClass.PUBLICATION

    @property
    def about(self) -> About:
        return About(
            author=self.author,
            turn=self.turn,
            snapshot_sha256=self.snapshot_sha256,
            required_reviews=self.required_reviews,
        )

    @property
    def context(self) -> str:
        """What is said of all groups, one after the other."""
        return "\n\n".join(group.context for group in self.groups)

    @property
    def claimed_by(self) -> frozenset[str]:
        return frozenset(claim.checker for claim in self.claims)

    def is_visible_to(self, actor: Actor) -> bool:
        return (
            actor.is_system
            or actor.is_auditor
            or actor.username == self.author
            or self.project_id in actor.member_of | actor.checks | actor.overrides
            or any(project_id == self.project_id for project_id, _ in actor.signs_off)
            or (self.state is State.RELEASED and actor.username in self.recipients)
        )

    def is_overdue(self, now: datetime) -> bool:
        return self.state in IN_REVIEW and self.due_at is not None and now > self.due_at

    def available_actions(self) -> frozenset[Action]:
        return frozenset(action for state, action in WORKFLOW if state is self.state)

    def perform(
        self,
        action: Action,
        *,
        actor: Actor,
        at: datetime,
        agreement: Agreement | None = None,
        reason: str = "",
    ) -> "tuple[ReleaseRequest, Transitioned]":
        """Take one step and describe it.

        Args:
            action: The step to take.
            actor: Who takes it.
            at: When, in UTC.
            agreement: What people said so far. A step that needs it is refused without.
            reason: Why, in words, for a step that needs one; kept as the request's message.

        Returns:
            The request in its new state, and the event for the ledger. Save both in
            one transaction or neither.

        Raises:
            InvalidTransition: The workflow has no such step from here.
            Forbidden: The actor may not take it, or somebody has not agreed.
            InvalidSubmission: The files or the context do not allow a submission.
        """
        step = WORKFLOW.get((self.state, action))
        if step is None:
            raise InvalidTransition(self.state, action, self.available_actions())
        self._require_permission(actor, step)
        self._require_need(step, agreement or Agreement())
        if action is Action.SUBMIT and (why := self.why_not_submit(agreement)):
            raise InvalidSubmission(why)
        if step.need is Need.REASON and not reason.strip():
            raise InvalidSubmission("Say why, for the people of the project to read")
        moved = replace(self, state=step.to, updated_at=at, message=reason.strip())
        if action in NEW_TURN:
            moved = replace(moved, turn=self.turn + 1, verdict=None, snapshot_sha256="")
        if step.to not in IN_REVIEW:
            moved = replace(moved, due_at=None)
        return moved, self._event(action, step, actor, at)

    def may(self, action: Action, actor: Actor) -> bool:
        """Whether there is such a step now, and this person is one of those who may take it."""
        step = WORKFLOW.get((self.state, action))
        return step is not None and any(self._why_not(actor, role) is None for role in step.by)

    def why_not_submit(self, agreement: Agreement | None = None) -> str | None:
        """Why its files cannot go to review; `agreement` knows them, and who may override."""
        if why := self.why_not_reviewable(agreement):
            return why
        reasons = (group.why_incomplete() for group in self.groups or (FileGroup(),))
        if why := next((why for why in reasons if why), None):
            return why
        return agreement.why_not_rerun(self.about) if agreement else None

    def why_not_reviewable(self, agreement: Agreement | None = None) -> str | None:
        """Why nobody could let its files leave, whatever is said of them."""
        if self.snapshot_sha256 and self._is_reviewable(agreement):
            return None
        return "The files did not pass the checks, so they cannot go to review"

    def why_not_check(self, actor: Actor) -> str | None:
        """Why this person may not vote on this request, in words; None when they may."""
        return self._why_conflicted(actor) or actor.why_not_check(
            project_id=self.project_id, author=self.author
        )

    def why_not_override(self, actor: Actor) -> str | None:
        return self._why_conflicted(actor) or actor.why_not_override(
            project_id=self.project_id, author=self.author
        )

    def why_not_sign_off(self, actor: Actor, dataset: str) -> str | None:
        return self._why_conflicted(actor) or actor.why_not_sign_off(
            project_id=self.project_id, author=self.author, dataset=dataset
        )

    def has_conflict(self, actor: Actor) -> bool:
        """Whether something keeps this person from it, whatever else they may do."""
        declared = (self.project_id, self.author) in actor.conflicts
        return declared or self._why_conflicted(actor) is not None

    def why_not_look(self, actor: Actor) -> str | None:
        """Why this person may not see what is in the files."""
        if self.state in NOT_SUBMITTED:
            return "Its author has not submitted it yet"
        why = self.why_not_check(actor)
        if why is None or self.why_not_override(actor) is None:
            return None
        owned = [
            dataset for project_id, dataset in actor.signs_off if project_id == self.project_id
        ]
        if any(self.why_not_sign_off(actor, dataset) is None for dataset in owned):
            return None
        return why

    def _is_reviewable(self, agreement: Agreement | None) -> bool:
        if self.verdict in REVIEWABLE_VERDICTS:
            return True
        if agreement is None or not agreement.terms.allows_override:
            return False
        return bool(agreement.outputs) and all(
            file.is_reviewable or file.can_be_overridden for file in agreement.outputs
        )

    def _why_conflicted(self, actor: Actor) -> str | None:
        if actor.username in self.conflicts:
            return "You said that a conflict of interest keeps you from this request"
        return None

    def _event(self, action: Action, step: Step, actor: Actor, at: datetime) -> Transitioned:
        return Transitioned(
            request_id=self.request_id,
            project_id=self.project_id,
            actor=actor.username,
            action=action,
            was=self.state,
            now=step.to,
            turn=self.turn,
            at=at,
        )

    def _require_permission(self, actor: Actor, step: Step) -> None:
        refusals = [self._why_not(actor, role) for role in step.by]
        if all(refusals):
            raise Forbidden(refusals[0] or "")

    def _why_not(self, actor: Actor, role: Role) -> str | None:
        if role is Role.AUTHOR:
            return None if actor.username == self.author else "Only the author can do this"
        if role is Role.SYSTEM:
            return None if actor.is_system else "Only the worker can do this"
        if role is Role.ADMIN:
            return None if actor.is_admin else "Only an administrator can do this"
        if role is Role.OVERRIDE:
            return self.why_not_override(actor)
        if role is Role.CHECKER:
            return self.why_not_check(actor)
        owned = [
            dataset for project_id, dataset in actor.signs_off if project_id == self.project_id
        ]
        refusals = [self.why_not_sign_off(actor, dataset) for dataset in owned]
        return None if None in refusals else "Only an owner of the data can do this"

    def _require_need(self, step: Step, agreement: Agreement) -> None:
        if step.need is Need.CONSENT and (missing := [*agreement.missing(self.about)]):
            raise Forbidden("; ".join(missing))
        if step.need is Need.REJECTIONS and agreement.common_vote(self.about) is not Vote.REJECT:
            raise Forbidden("The checkers must reject it together, or return it")
