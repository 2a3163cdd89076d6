"""The life of a release request, from the first check to the release.

Pure: no clock, no database, no user lookup. A caller hands in the actor and the time
and gets back a new request and the event; whoever saves the one also saves the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission, InvalidTransition
from output_checker.domain.review import Review, approvers

REQUIRED_REVIEWS: Final = 2


class State(StrEnum):
    CHECKING = "checking"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    RELEASING = "releasing"
    RELEASED = "released"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    RECORD_CHECKS = "record_checks"
    SUBMIT = "submit"
    CHECK_AGAIN = "check_again"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    START_RELEASE = "start_release"
    RELEASE = "release"
    REFUSE_RELEASE = "refuse_release"


class Role(StrEnum):
    AUTHOR = "author"
    CHECKER = "checker"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    to: State
    by: Role
    needs_approvals: bool = False


# The whole workflow is this table. docs/reference/request-states.md is drawn from it
# and a test fails when the two differ.
WORKFLOW: Final[Mapping[tuple[State, Action], Step]] = MappingProxyType(
    {
        (State.CHECKING, Action.RECORD_CHECKS): Step(to=State.DRAFT, by=Role.SYSTEM),
        (State.CHECKING, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
        (State.DRAFT, Action.SUBMIT): Step(to=State.SUBMITTED, by=Role.AUTHOR),
        (State.DRAFT, Action.CHECK_AGAIN): Step(to=State.CHECKING, by=Role.AUTHOR),
        (State.DRAFT, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
        (State.SUBMITTED, Action.APPROVE): Step(
            to=State.APPROVED, by=Role.CHECKER, needs_approvals=True
        ),
        (State.SUBMITTED, Action.RETURN): Step(to=State.RETURNED, by=Role.CHECKER),
        (State.SUBMITTED, Action.REJECT): Step(to=State.REJECTED, by=Role.CHECKER),
        (State.SUBMITTED, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
        (State.RETURNED, Action.CHECK_AGAIN): Step(to=State.CHECKING, by=Role.AUTHOR),
        (State.RETURNED, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
        (State.APPROVED, Action.START_RELEASE): Step(
            to=State.RELEASING, by=Role.SYSTEM, needs_approvals=True
        ),
        (State.APPROVED, Action.REFUSE_RELEASE): Step(to=State.REFUSED, by=Role.SYSTEM),
        (State.APPROVED, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
        (State.RELEASING, Action.RELEASE): Step(
            to=State.RELEASED, by=Role.SYSTEM, needs_approvals=True
        ),
        (State.RELEASING, Action.REFUSE_RELEASE): Step(to=State.REFUSED, by=Role.SYSTEM),
        (State.REFUSED, Action.CHECK_AGAIN): Step(to=State.CHECKING, by=Role.AUTHOR),
        (State.REFUSED, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=Role.AUTHOR),
    }
)

# An allow-list: a verdict this module has never heard of is not reviewable either.
REVIEWABLE_VERDICTS: Final = frozenset({"pass", "review"})


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
        verdict: The worst verdict of the present files; None while they are unchecked.
        snapshot_sha256: Stands for names and bytes of the present files, in order.
        judged_by: The datasets, policies, numbers and versions that the turn's files were judged
            by; empty until they are.
        message: What the platform last said about it, for the author.
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
    context: str = ""
    recipients: tuple[str, ...] = ()
    verdict: str | None = None
    snapshot_sha256: str = ""
    required_reviews: int = REQUIRED_REVIEWS
    judged_by: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""

    def is_visible_to(self, actor: Actor) -> bool:
        return (
            actor.is_system
            or actor.is_auditor
            or actor.username == self.author
            or self.project_id in actor.member_of | actor.checks
            or (self.state is State.RELEASED and actor.username in self.recipients)
        )

    def available_actions(self) -> frozenset[Action]:
        return frozenset(action for state, action in WORKFLOW if state is self.state)

    def perform(
        self, action: Action, *, actor: Actor, at: datetime, reviews: Sequence[Review] = ()
    ) -> "tuple[ReleaseRequest, Transitioned]":
        """Take one step and describe it.

        Args:
            action: The step to take.
            actor: Who takes it.
            at: When, in UTC.
            reviews: Every vote so far; only steps that need approvals look at them.

        Returns:
            The request in its new state, and the event for the ledger. Save both in
            one transaction or neither.

        Raises:
            InvalidTransition: The workflow has no such step from here.
            Forbidden: The actor may not take it, or approvals are missing.
            InvalidSubmission: The files or the context do not allow a submission.
        """
        step = WORKFLOW.get((self.state, action))
        if step is None:
            raise InvalidTransition(self.state, action, self.available_actions())
        self._require_permission(actor, step)
        if step.needs_approvals:
            self._require_approvals(reviews)
        if action is Action.SUBMIT:
            self._require_reviewable()
        moved = replace(self, state=step.to, updated_at=at, message="")
        if action is Action.CHECK_AGAIN:
            moved = replace(moved, turn=self.turn + 1, verdict=None, snapshot_sha256="")
        return moved, self._event(action, step, actor, at)

    def why_not_submit(self) -> str | None:
        if self.verdict not in REVIEWABLE_VERDICTS or not self.snapshot_sha256:
            return "The files did not pass the checks, so they cannot go to review"
        if not self.context.strip():
            return "Say what the files show and how they were made (context)"
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
        if step.by is Role.AUTHOR and actor.username != self.author:
            raise Forbidden("Only the author can do this")
        if step.by is Role.SYSTEM and not actor.is_system:
            raise Forbidden("Only the worker can do this")
        if step.by is Role.CHECKER and (
            why := actor.why_not_check(project_id=self.project_id, author=self.author)
        ):
            raise Forbidden(why)

    def _require_approvals(self, reviews: Sequence[Review]) -> None:
        given = approvers(reviews, turn=self.turn, snapshot_sha256=self.snapshot_sha256)
        if len(given - {self.author}) < self.required_reviews:
            raise Forbidden(f"{self.required_reviews} different checkers must approve")

    def _require_reviewable(self) -> None:
        if why := self.why_not_submit():
            raise InvalidSubmission(why)
