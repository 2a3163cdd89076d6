"""Which steps there are in the life of an application, who takes them, and what they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """`in_assessment` is with an assessor, `referred` with those who must vote.

    What was agreed once stays in force while an amendment of it goes through the same states.
    """

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_ASSESSMENT = "in_assessment"
    RETURNED = "returned"
    REFERRED = "referred"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    REFUSED = "refused"
    ACTIVE = "active"
    AMENDING = "amending"
    CLOSED = "closed"
    REVOKED = "revoked"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    START_ASSESSMENT = "start_assessment"
    RECORD_FINDING = "record_finding"
    RETURN = "return"
    REFER = "refer"
    VOTE = "vote"
    DECLARE_CONFLICT = "declare_conflict"
    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve_with_conditions"
    REFUSE = "refuse"
    ATTEST = "attest"
    PROVISION = "provision"
    AMEND = "amend"
    DROP_AMENDMENT = "drop_amendment"
    REFUSE_AMENDMENT = "refuse_amendment"
    CLOSE = "close"
    EXPIRE = "expire"
    REVOKE = "revoke"


class Role(StrEnum):
    """As whom a step is taken.

    `referee` votes in a referral. `custodian` is a steward or data owner of an organisation that
    owns one of the datasets. An `admin` sees no application by being one, and can end access.
    """

    APPLICANT = "applicant"
    ASSESSOR = "assessor"
    REFEREE = "referee"
    CUSTODIAN = "custodian"
    ADMIN = "admin"
    SYSTEM = "system"


class Need(StrEnum):
    """What must have been said before a step; the value is what the page about it says."""

    NOTHING = ""
    COMPLETE = "a complete application"
    REASON = "a reason in words"
    AGREEMENT = "all findings and votes"
    REFUSAL = "a coded reason, words and a mitigation"
    ATTESTED = "every attested condition confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Attributes: `in_force`: whether an agreement must be (True), must not be, or may be."""

    to: State
    by: tuple[Role, ...]
    need: Need = Need.NOTHING
    in_force: bool | None = None


_APPLICANT: Final = (Role.APPLICANT,)
_ASSESSOR: Final = (Role.ASSESSOR,)
_SYSTEM: Final = (Role.SYSTEM,)
_CONCERNED: Final = (Role.ASSESSOR, Role.REFEREE)
_WHO_ENDS: Final = (Role.CUSTODIAN, Role.ADMIN)

Key = tuple[State, Action]


def _ends(state: State) -> dict[Key, Step]:
    """What can happen at any time to what was agreed."""
    return {
        (state, Action.REVOKE): Step(
            to=State.REVOKED, by=_WHO_ENDS, need=Need.REASON, in_force=True
        ),
        (state, Action.EXPIRE): Step(to=State.CLOSED, by=_SYSTEM, in_force=True),
    }


def _gives_up(state: State) -> dict[Key, Step]:
    return {
        (state, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=_APPLICANT, in_force=False),
        (state, Action.DROP_AMENDMENT): Step(to=State.ACTIVE, by=_APPLICANT, in_force=True),
        **_ends(state),
    }


def _with_applicant(state: State) -> dict[Key, Step]:
    return {
        (state, Action.SAVE): Step(to=state, by=_APPLICANT),
        (state, Action.SUBMIT): Step(to=State.SUBMITTED, by=_APPLICANT, need=Need.COMPLETE),
        **_gives_up(state),
    }


def _being_judged(state: State) -> dict[Key, Step]:
    return {
        (state, Action.RECORD_FINDING): Step(to=state, by=_ASSESSOR),
        (state, Action.DECLARE_CONFLICT): Step(to=state, by=_CONCERNED),
        (state, Action.RETURN): Step(to=State.RETURNED, by=_ASSESSOR, need=Need.REASON),
        (state, Action.APPROVE): Step(to=State.APPROVED, by=_ASSESSOR, need=Need.AGREEMENT),
        (state, Action.APPROVE_WITH_CONDITIONS): Step(
            to=State.APPROVED_WITH_CONDITIONS, by=_ASSESSOR, need=Need.AGREEMENT
        ),
        (state, Action.REFUSE): Step(
            to=State.REFUSED, by=_ASSESSOR, need=Need.REFUSAL, in_force=False
        ),
        (state, Action.REFUSE_AMENDMENT): Step(
            to=State.ACTIVE, by=_ASSESSOR, need=Need.REFUSAL, in_force=True
        ),
        **_gives_up(state),
    }


# The whole workflow is this table: what is not in it cannot be done.
# docs/reference/application-states.md is drawn from it and a test fails when the two differ.
WORKFLOW: Final[Mapping[Key, Step]] = MappingProxyType(
    {
        **_with_applicant(State.DRAFT),
        (State.SUBMITTED, Action.START_ASSESSMENT): Step(to=State.IN_ASSESSMENT, by=_ASSESSOR),
        (State.SUBMITTED, Action.DECLARE_CONFLICT): Step(to=State.SUBMITTED, by=_CONCERNED),
        **_gives_up(State.SUBMITTED),
        (State.IN_ASSESSMENT, Action.REFER): Step(to=State.REFERRED, by=_ASSESSOR),
        **_being_judged(State.IN_ASSESSMENT),
        (State.REFERRED, Action.VOTE): Step(to=State.REFERRED, by=(Role.REFEREE,)),
        **_being_judged(State.REFERRED),
        **_with_applicant(State.RETURNED),
        (State.APPROVED, Action.PROVISION): Step(to=State.ACTIVE, by=_SYSTEM, need=Need.ATTESTED),
        **_ends(State.APPROVED),
        (State.APPROVED_WITH_CONDITIONS, Action.ATTEST): Step(
            to=State.APPROVED_WITH_CONDITIONS, by=_ASSESSOR
        ),
        (State.APPROVED_WITH_CONDITIONS, Action.PROVISION): Step(
            to=State.ACTIVE, by=_SYSTEM, need=Need.ATTESTED
        ),
        **_gives_up(State.APPROVED_WITH_CONDITIONS),
        (State.ACTIVE, Action.AMEND): Step(to=State.AMENDING, by=_APPLICANT, in_force=True),
        (State.ACTIVE, Action.CLOSE): Step(
            to=State.CLOSED, by=(Role.APPLICANT, *_WHO_ENDS), in_force=True
        ),
        **_ends(State.ACTIVE),
        **_with_applicant(State.AMENDING),
    }
)

WITH_APPLICANT: Final = frozenset({State.DRAFT, State.RETURNED, State.AMENDING})
UNDER_WAY: Final = frozenset({State.SUBMITTED, State.IN_ASSESSMENT, State.REFERRED})
ENDS_ACCESS: Final = frozenset({State.CLOSED, State.REVOKED})
DECIDES: Final = frozenset(
    {Action.APPROVE, Action.APPROVE_WITH_CONDITIONS, Action.REFUSE, Action.REFUSE_AMENDMENT}
)
