"""Which steps there are in the life of a release request, who takes them, and what they need."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class State(StrEnum):
    """`submitted` waits for a first checker; in `review` they are blind to each other."""

    CHECKING = "checking"
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEW = "review"
    CONSOLIDATING = "consolidating"
    RETURNED = "returned"
    APPROVED = "approved"
    RELEASING = "releasing"
    RELEASED = "released"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Action(StrEnum):
    RECORD_CHECKS = "record_checks"
    SUBMIT = "submit"
    CHECK_AGAIN = "check_again"
    TAKE_RERUN = "take_rerun"
    WITHDRAW = "withdraw"
    START_REVIEW = "start_review"
    CONSOLIDATE = "consolidate"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    START_RELEASE = "start_release"
    RELEASE = "release"
    REFUSE_RELEASE = "refuse_release"
    EXPIRE = "expire"
    WITHDRAW_RELEASE = "withdraw_release"


class Role(StrEnum):
    """As whom a step is taken; `owner` signs off for a dataset, `override` for a failing file.

    An `admin` sees no request by being one, and can all the same end a release.
    """

    AUTHOR = "author"
    CHECKER = "checker"
    OWNER = "owner"
    OVERRIDE = "override"
    ADMIN = "admin"
    SYSTEM = "system"


class Need(StrEnum):
    """What must have been said before a step; the value is what the page about it says."""

    NOTHING = ""
    REASON = "a reason in words"
    CONSENT = "all that must agree"
    REJECTIONS = "the checkers' rejections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    to: State
    by: tuple[Role, ...]
    need: Need = Need.NOTHING


_AUTHOR: Final = (Role.AUTHOR,)
_CHECKER: Final = (Role.CHECKER,)
_SYSTEM: Final = (Role.SYSTEM,)
# Whoever says the last word that was missing.
_LAST_WORD: Final = (Role.CHECKER, Role.OWNER, Role.OVERRIDE)

_WHO_STOPS: Final = (Role.AUTHOR, Role.OWNER, Role.ADMIN)


def _until_released(state: State) -> dict[tuple[State, Action], Step]:
    return {(state, Action.WITHDRAW): Step(to=State.WITHDRAWN, by=_AUTHOR)}


def _at_rest(state: State) -> dict[tuple[State, Action], Step]:
    """With the author, who checks again, gives up, or forgets about it."""
    return {
        (state, Action.CHECK_AGAIN): Step(to=State.CHECKING, by=_AUTHOR),
        (state, Action.EXPIRE): Step(to=State.EXPIRED, by=_SYSTEM),
        **_until_released(state),
    }


def _in_review(state: State) -> dict[tuple[State, Action], Step]:
    return {
        (state, Action.APPROVE): Step(to=State.APPROVED, by=_LAST_WORD, need=Need.CONSENT),
        (state, Action.RETURN): Step(to=State.RETURNED, by=_CHECKER),
        (state, Action.REJECT): Step(to=State.REJECTED, by=_CHECKER, need=Need.REJECTIONS),
        **_until_released(state),
    }


# The whole workflow is this table. docs/reference/request-states.md is drawn from it
# and a test fails when the two differ.
WORKFLOW: Final[Mapping[tuple[State, Action], Step]] = MappingProxyType(
    {
        (State.CHECKING, Action.RECORD_CHECKS): Step(to=State.DRAFT, by=_SYSTEM),
        **_until_released(State.CHECKING),
        (State.DRAFT, Action.SUBMIT): Step(to=State.SUBMITTED, by=_AUTHOR),
        (State.DRAFT, Action.TAKE_RERUN): Step(to=State.CHECKING, by=_SYSTEM),
        **_at_rest(State.DRAFT),
        (State.SUBMITTED, Action.START_REVIEW): Step(to=State.REVIEW, by=_CHECKER),
        (State.SUBMITTED, Action.RETURN): Step(to=State.RETURNED, by=_CHECKER),
        **_until_released(State.SUBMITTED),
        (State.REVIEW, Action.CONSOLIDATE): Step(to=State.CONSOLIDATING, by=_CHECKER),
        **_in_review(State.REVIEW),
        **_in_review(State.CONSOLIDATING),
        **_at_rest(State.RETURNED),
        (State.APPROVED, Action.START_RELEASE): Step(
            to=State.RELEASING, by=_SYSTEM, need=Need.CONSENT
        ),
        (State.APPROVED, Action.REFUSE_RELEASE): Step(to=State.REFUSED, by=_SYSTEM),
        **_until_released(State.APPROVED),
        (State.RELEASING, Action.RELEASE): Step(to=State.RELEASED, by=_SYSTEM, need=Need.CONSENT),
        (State.RELEASING, Action.REFUSE_RELEASE): Step(to=State.REFUSED, by=_SYSTEM),
        (State.RELEASED, Action.EXPIRE): Step(to=State.EXPIRED, by=_SYSTEM),
        (State.RELEASED, Action.WITHDRAW_RELEASE): Step(
            to=State.WITHDRAWN, by=_WHO_STOPS, need=Need.REASON
        ),
        **_at_rest(State.REFUSED),
    }
)

# Other files take the place of those that were there.
NEW_TURN: Final = frozenset({Action.CHECK_AGAIN, Action.TAKE_RERUN})
IN_REVIEW: Final = frozenset({State.SUBMITTED, State.REVIEW, State.CONSOLIDATING})
NOT_SUBMITTED: Final = frozenset({State.CHECKING, State.DRAFT})
BLIND: Final = frozenset({State.SUBMITTED, State.REVIEW})
WITH_AUTHOR: Final = frozenset({State.DRAFT, State.RETURNED, State.REFUSED})
