"""Something that a person should hear of: what, and about which request, never what is in it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    FINDINGS_READY = "findings_ready"
    SUBMITTED = "submitted"
    TAKEN_OVER = "taken_over"
    VOTE_WANTED = "vote_wanted"
    VOTES_DIFFER = "votes_differ"
    SIGN_OFF_WANTED = "sign_off_wanted"
    OVERRIDE_WANTED = "override_wanted"
    REVIEW_DUE = "review_due"
    REVIEW_OVERDUE = "review_overdue"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    RELEASED = "released"
    RELEASE_REFUSED = "release_refused"
    WITHDRAWN = "withdrawn"
    RELEASE_WITHDRAWN = "release_withdrawn"
    LINK_REVOKED = "link_revoked"
    LINKS_EXPIRE = "links_expire"
    DRAFT_EXPIRES = "draft_expires"
    DRAFT_EXPIRED = "draft_expired"
    RELEASE_EXPIRED = "release_expired"
    EGRESS_FROZEN = "egress_frozen"
    EGRESS_THAWED = "egress_thawed"
    WORKSPACES_FROZEN = "workspaces_frozen"
    WORKSPACES_THAWED = "workspaces_thawed"
    ISOLATION_ALERT = "isolation_alert"
    STORE_MISMATCH = "store_mismatch"
    INPUT_WAITING = "input_waiting"
    INPUT_LAID = "input_laid"
    INPUT_REFUSED = "input_refused"
    INPUT_TAKEN_BACK = "input_taken_back"
    APPLICATION_SUBMITTED = "application_submitted"
    APPLICATION_ASSESSED = "application_assessed"
    APPLICATION_REFERRED = "application_referred"
    APPLICATION_VOTE_WANTED = "application_vote_wanted"
    APPLICATION_VOTES_IN = "application_votes_in"
    APPLICATION_RETURNED = "application_returned"
    APPLICATION_APPROVED = "application_approved"
    APPLICATION_CONDITIONS = "application_conditions"
    APPLICATION_REFUSED = "application_refused"
    APPLICATION_ACTIVE = "application_active"
    APPLICATION_WITHDRAWN = "application_withdrawn"
    APPLICATION_ENDED = "application_ended"
    APPLICATION_DUE_SOON = "application_due_soon"
    APPLICATION_DUE_TODAY = "application_due_today"
    APPLICATION_OVERDUE = "application_overdue"
    APPLICATION_ENDS_SOON = "application_ends_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice; a person gets one of a kind on an occasion, however often it is written.

    Attributes:
        occasion: What tells it from others of its kind: a turn of a request, a step, a day.
        actor: Who did what it is about; empty where nobody did, or nobody should know.
    """

    recipient: str
    kind: NoticeKind
    occasion: str
    at: datetime
    request_id: str | None = None
    project_id: str | None = None
    application_id: str | None = None
    actor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptNotice:
    """A notice as it was stored; `read_at` is None until its recipient says so."""

    notice_id: int
    notice: Notice
    read_at: datetime | None = None
