"""What people hear of an application, and when: of its steps, its due dates, and its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.domain.applications.workflow import Action

# How many days before something is due people are reminded of it.
REMINDED_DAYS: Final = 3
# How many days before access ends people hear of it, the last first.
ENDING_DAYS: Final = (1, 7, 30)


class ToldKind(StrEnum):
    SUBMITTED = "application_submitted"
    ASSESSED = "application_assessed"
    REFERRED = "application_referred"
    VOTE_WANTED = "application_vote_wanted"
    VOTES_IN = "application_votes_in"
    RETURNED = "application_returned"
    APPROVED = "application_approved"
    CONDITIONS = "application_conditions"
    REFUSED = "application_refused"
    ACTIVE = "application_active"
    WITHDRAWN = "application_withdrawn"
    ENDED = "application_ended"
    DUE_SOON = "application_due_soon"
    DUE_TODAY = "application_due_today"
    OVERDUE = "application_overdue"
    ENDS_SOON = "application_ends_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice to one person: what happened to which application, nothing of what it says.

    Attributes:
        occasion: A person hears of a kind once an occasion.
        actor: Who did it; empty where nobody did, or that is not the recipient's to know.
    """

    recipient: str
    kind: ToldKind
    occasion: str
    at: datetime
    application_id: str
    project_id: str | None = None
    actor: str = ""


class Audience(StrEnum):
    """`concerned`: everybody who works on the data, and stewards and owners of the data."""

    APPLICANT = "applicant"
    ASSESSORS = "assessors"
    VOTERS = "voters"
    JUDGES = "judges"
    CONCERNED = "concerned"


_Says = tuple[tuple[Audience, ToldKind], ...]
_OVER: Final[_Says] = ((Audience.CONCERNED, ToldKind.ENDED),)
_GIVEN_UP: Final[_Says] = ((Audience.JUDGES, ToldKind.WITHDRAWN),)
_REFUSED: Final[_Says] = ((Audience.APPLICANT, ToldKind.REFUSED),)

# Who hears what of each step; a test fails when the workflow has a step that is not here.
TOLD_OF: Final[Mapping[Action, _Says]] = MappingProxyType(
    {
        Action.SAVE: (),
        Action.SUBMIT: ((Audience.ASSESSORS, ToldKind.SUBMITTED),),
        Action.WITHDRAW: _GIVEN_UP,
        Action.START_ASSESSMENT: ((Audience.APPLICANT, ToldKind.ASSESSED),),
        Action.RECORD_FINDING: (),
        Action.RETURN: ((Audience.APPLICANT, ToldKind.RETURNED),),
        Action.REFER: (
            (Audience.VOTERS, ToldKind.VOTE_WANTED),
            (Audience.APPLICANT, ToldKind.REFERRED),
        ),
        Action.VOTE: ((Audience.ASSESSORS, ToldKind.VOTES_IN),),
        Action.DECLARE_CONFLICT: (),
        Action.APPROVE: ((Audience.APPLICANT, ToldKind.APPROVED),),
        Action.APPROVE_WITH_CONDITIONS: (
            (Audience.APPLICANT, ToldKind.APPROVED),
            (Audience.ASSESSORS, ToldKind.CONDITIONS),
        ),
        Action.REFUSE: _REFUSED,
        Action.ATTEST: (),
        Action.PROVISION: ((Audience.CONCERNED, ToldKind.ACTIVE),),
        Action.AMEND: (),
        Action.DROP_AMENDMENT: _GIVEN_UP,
        Action.REFUSE_AMENDMENT: _REFUSED,
        Action.CLOSE: _OVER,
        Action.EXPIRE: _OVER,
        Action.REVOKE: _OVER,
    }
)


def reminder(due_on: date, today: date) -> ToldKind | None:
    """What is said today of something that is due on a day; None: nothing yet."""
    days = (due_on - today).days
    if days > REMINDED_DAYS:
        return None
    if days > 0:
        return ToldKind.DUE_SOON
    return ToldKind.OVERDUE if days < 0 else ToldKind.DUE_TODAY


def days_warned(ends_on: date, today: date) -> int | None:
    """Which of `ENDING_DAYS` is reached; None: none yet, or it is over."""
    left = (ends_on - today).days
    return next((days for days in ENDING_DAYS if 0 <= left <= days), None)
