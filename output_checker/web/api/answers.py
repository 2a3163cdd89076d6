"""What the API answers: the views of the application layer, field by field."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from output_checker.application.request_views import LinkView, RequestView, Viewer
from output_checker.domain.file_group import FileRole
from output_checker.domain.notice import NoticeKind
from output_checker.domain.release_class import ReleaseClass
from output_checker.domain.rerun import Outcome, RerunState
from output_checker.domain.review import Vote
from output_checker.domain.workflow import State
from output_checker.web.api.words import FileId, LinkId, ProjectId, RequestId, Sha256, Username


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Claim(Answer):
    """Who looks at a request; `word` is for the one whose place they took."""

    checker: Username
    at: datetime
    instead_of: str
    word: str


class Summary(Answer):
    """A request in a list; `has_voted`: nothing is needed from you now."""

    request_id: RequestId
    project_id: ProjectId
    author: Username
    state: State
    verdict: str | None
    turn: int
    created_at: datetime
    updated_at: datetime
    message: str
    has_voted: bool
    claims: tuple[Claim, ...]
    due_at: datetime | None
    required_reviews: int


class Summaries(Answer):
    requests: tuple[Summary, ...]


class Statistics(Answer):
    """Of the last `days`, in seconds of working time; null where there was none.

    `decided` submissions, half and 90 % of them within so long; of your own votes, half.
    """

    days: int
    decided: int
    half_within_seconds: float | None
    most_within_seconds: float | None
    own_reviews: int
    own_half_within_seconds: float | None


class Group(Answer):
    """Files that belong together, with what a checker must know of them."""

    name: str
    context: str
    controls: str


class Finding(Answer):
    """What a rule found; `position` is a row and a column of part `part` of the file."""

    rule: str
    verdict: str
    where: str
    reason: str
    mend: str | None = None
    cell: dict[str, Any] | None = None
    position: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    part: int = 0


class Override(Answer):
    person: Username
    reason: str
    at: datetime


class File(Answer):
    """A file; `vote` is yours, `votes` those of others that you may see now."""

    file_id: FileId
    name: str
    group: str
    role: FileRole
    sha256: Sha256
    size_bytes: int
    verdict: str
    dataset: str | None
    kind: str | None
    findings: tuple[Finding, ...]
    vote: Vote
    votes: Mapping[str, Vote] | None
    overrides: tuple[Override, ...]
    can_override: bool


class Review(Answer):
    """A checker's vote on the whole; `is_blind`: cast without sight of the others' votes."""

    checker: Username
    vote: Vote
    comment: str
    turn: int
    at: datetime
    is_blind: bool


class SignOff(Answer):
    """A dataset of which an owner must agree; `owners` have."""

    dataset: str
    owners: tuple[str, ...]
    can_sign: bool


class Link(Answer):
    """A right to collect a file; `why_closed` is null while it works."""

    link_id: LinkId
    request_id: RequestId
    project_id: ProjectId
    file_id: FileId
    file_name: str
    recipient: Username
    created_at: datetime
    expires_at: datetime
    allowed_downloads: int
    downloads: int
    revoked_at: datetime | None
    why_closed: str | None


class Links(Answer):
    links: tuple[Link, ...]


class LinkToken(Answer):
    """The secret of a link: it opens the link for its recipient alone, and the last one no more."""

    token: str


class RerunFile(Answer):
    """A file beside what the re-run made of it; counts only."""

    name: str
    outcome: Outcome
    different: int
    units: str


class Rerun(Answer):
    """A re-run of the request's notebook; `cell` and `error` are for its author only."""

    state: RerunState
    reason: str
    seconds: int
    cell: int
    error: str
    files: tuple[RerunFile, ...]
    extra: int
    is_taken: bool


class Request(Answer):
    """A request as you may see it now.

    Members see its state only. `why_not_vote` is null where you can vote; `hidden_votes` counts
    those you may not see yet; `frozen` says why nothing of the project leaves at present.
    """

    summary: Summary
    viewer: Viewer
    policy: str
    release_class: ReleaseClass
    required_reviews: int
    groups: tuple[Group, ...]
    recipients: tuple[str, ...]
    files: tuple[File, ...]
    votes: tuple[Review, ...]
    hidden_votes: int
    comment: str
    sign_offs: tuple[SignOff, ...]
    why_not_vote: str | None
    can_confer: bool
    can_check: bool
    can_withdraw: bool
    can_withdraw_release: bool
    frozen: str | None
    links: tuple[Link, ...]
    rerun: Rerun | None


class Notice(Answer):
    """What happened, in words, and the page about it; `read_at` is null until you say so."""

    notice_id: int
    kind: NoticeKind
    words: str
    address: str
    at: datetime
    request_id: str | None
    application_id: str | None
    project_id: str | None
    read_at: datetime | None


class Notices(Answer):
    """`older_before` is where the next page begins, null on the last."""

    notices: tuple[Notice, ...]
    unread: int
    older_before: int | None


class LedgerLine(Answer):
    """One thing that happened; `entry_hash` seals it and the line before it."""

    seq: int
    at: datetime
    actor: str
    event: str
    subject: str
    project: str | None
    details: Mapping[str, Any]
    previous_hash: Sha256
    entry_hash: Sha256


class DayCount(Answer):
    day: str
    lines: int


class LedgerFound(Answer):
    """Lines, the newest first; `older_before` is where the next page begins, null on the last."""

    lines: tuple[LedgerLine, ...]
    older_before: int | None
    days: tuple[DayCount, ...]


def request_answer(view: RequestView, now: datetime) -> Request:
    plain = {name: getattr(view, name) for name in Request.model_fields if name != "links"}
    links = tuple(link_answer(one, now) for one in view.links)
    return Request.model_validate({**plain, "links": links})


def link_answer(view: LinkView, now: datetime) -> Link:
    """Without what is kept of its secret."""
    link = view.link
    return Link(
        link_id=link.link_id,
        request_id=link.request_id,
        project_id=link.project_id,
        file_id=link.file_id,
        file_name=view.file_name,
        recipient=link.recipient,
        created_at=link.created_at,
        expires_at=link.expires_at,
        allowed_downloads=link.allowed_downloads,
        downloads=link.downloads,
        revoked_at=link.revoked_at,
        why_closed=link.why_closed(now),
    )
