"""A request as one person may see it. Contents of files are not here: see `record_view`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from output_checker.domain.claim import Claim
from output_checker.domain.file_group import UNNAMED_GROUP, FileGroup, FileRole
from output_checker.domain.link import Link
from output_checker.domain.release_class import ReleaseClass
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.rerun import Outcome, RerunState
from output_checker.domain.review import Vote
from output_checker.domain.terms import REQUIRED_REVIEWS
from output_checker.domain.workflow import IN_REVIEW, State


class Viewer(StrEnum):
    """As what somebody looks at a request; the first that applies."""

    AUTHOR = "author"
    MEMBER = "member"
    CONFLICTED = "conflicted"
    CHECKER = "checker"
    OWNER = "owner"
    OVERRIDER = "overrider"
    AUDITOR = "auditor"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSummary:
    """Attributes: `has_voted` says that nothing is needed from this viewer now."""

    request_id: str
    project_id: str
    author: str
    state: State
    verdict: str | None
    turn: int
    created_at: datetime
    updated_at: datetime
    message: str
    has_voted: bool = False
    claims: tuple[Claim, ...] = ()
    due_at: datetime | None = None
    required_reviews: int = REQUIRED_REVIEWS

    def is_overdue(self, now: datetime) -> bool:
        return self.state in IN_REVIEW and self.due_at is not None and now > self.due_at


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideView:
    person: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """A file.

    Attributes:
        vote: What this viewer said of it, or said of the same bytes a turn before.
        votes: What others said, by checker, as far as this viewer may know.
        can_override: Whether this viewer may let it pass though it fails.
    """

    file_id: str
    name: str
    sha256: str
    size_bytes: int
    verdict: str
    dataset: str | None
    kind: str | None
    findings: tuple[Mapping[str, Any], ...]
    vote: Vote = Vote.UNDECIDED
    votes: Mapping[str, Vote] | None = None
    overrides: tuple[OverrideView, ...] = ()
    can_override: bool = False
    role: FileRole = FileRole.OUTPUT
    group: str = UNNAMED_GROUP

    @property
    def may_leave(self) -> bool:
        return self.role is FileRole.OUTPUT


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteView:
    checker: str
    vote: Vote
    comment: str
    turn: int
    at: datetime
    is_blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffView:
    """Attributes: `owners` have agreed; `can_sign` says whether this viewer may."""

    dataset: str
    owners: tuple[str, ...]
    can_sign: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunFileView:
    """A file beside what the re-run made; counts only."""

    name: str
    outcome: Outcome
    different: int
    units: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RerunView:
    """A re-run of the request's notebook.

    Attributes:
        cell, error: Where it stopped by itself: for its author only.
        is_taken: Whether the request's files are its own.
    """

    state: RerunState
    reason: str
    seconds: int
    cell: int
    error: str
    files: tuple[RerunFileView, ...]
    extra: int
    is_taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link and what it leads to; `link.why_closed(now)` says whether it still works."""

    link: Link
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as one person may see it.

    Attributes:
        files, groups, recipients: Empty for members, who see the state only.
        votes: Those this viewer may see now; `hidden_votes` counts the others.
        comment: What this viewer wrote of this turn.
        sign_offs: The datasets of which an owner must agree.
        why_not_vote: Why this viewer cannot vote, in words; None when they can.
        can_confer: Whether they may ask that checkers see each other's votes.
        can_check: Whether they are one of those who may say something about it now.
        can_withdraw, can_withdraw_release: Whether this viewer may take it back now.
        frozen: Why nothing of the project leaves at present; None when it may.
        rerun: What became of a re-run of its notebook; None when there is none.
        can_ask: Whether this viewer may ask for the release of what was checked.
        why_not_ask: Why the author cannot, in words; None where nobody would.
    """

    summary: RequestSummary
    viewer: Viewer
    policy: str
    release_class: ReleaseClass
    required_reviews: int
    groups: tuple[FileGroup, ...]
    recipients: tuple[str, ...]
    files: tuple[FileView, ...]
    votes: tuple[VoteView, ...]
    hidden_votes: int
    comment: str
    sign_offs: tuple[SignOffView, ...]
    why_not_vote: str | None
    can_confer: bool
    can_check: bool
    can_withdraw: bool
    can_withdraw_release: bool
    frozen: str | None
    links: tuple[LinkView, ...]
    sees_content: bool
    rerun: RerunView | None = None
    can_ask: bool = False
    why_not_ask: str | None = None


def summary(
    request: ReleaseRequest,
    *,
    has_voted: bool = False,
    required_reviews: int | None = None,
    shows_claims: bool = False,
) -> RequestSummary:
    """Who looks at a request is between checkers: an author could press them."""
    return RequestSummary(
        request_id=request.request_id,
        project_id=request.project_id,
        author=request.author,
        state=request.state,
        verdict=request.verdict,
        turn=request.turn,
        created_at=request.created_at,
        updated_at=request.updated_at,
        message=request.message,
        has_voted=has_voted,
        claims=request.claims if shows_claims else (),
        due_at=request.due_at,
        required_reviews=required_reviews or request.required_reviews,
    )
