"""What pages show, already cut to what this actor may see. Nothing here changes anything.

Contents of files are not here: they are read through `record_view`, which notes who looked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden
from output_checker.domain.ledger import LedgerEntry
from output_checker.domain.link import Link
from output_checker.domain.output_file import OutputFile
from output_checker.domain.release_request import Action, ReleaseRequest, State
from output_checker.domain.review import Review, Vote


class Viewer(StrEnum):
    """As what somebody looks at a request; the first that applies."""

    AUTHOR = "author"
    MEMBER = "member"
    CHECKER = "checker"
    AUDITOR = "auditor"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSummary:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    file_id: str
    name: str
    sha256: str
    size_bytes: int
    verdict: str
    dataset: str | None
    kind: str | None
    findings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteView:
    checker: str
    vote: Vote
    comment: str
    turn: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A link and what it leads to; `link.why_closed(now)` says whether it still works."""

    link: Link
    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request as one person may see it.

    Attributes:
        files, context, recipients: Empty for members, who see the state only.
        votes: Those this viewer may see now; `hidden_votes` counts the others.
        why_not_vote: Why this viewer cannot vote, in words; None when they can.
        can_withdraw: Whether this viewer may withdraw it now.
    """

    summary: RequestSummary
    viewer: Viewer
    policy: str
    required_reviews: int
    context: str
    recipients: tuple[str, ...]
    files: tuple[FileView, ...]
    votes: tuple[VoteView, ...]
    hidden_votes: int
    why_not_vote: str | None
    can_withdraw: bool
    links: tuple[LinkView, ...]


def my_requests(uow: UnitOfWork, actor: Actor) -> tuple[RequestSummary, ...]:
    with uow:
        return tuple(summary(request) for request in uow.requests.of_author(actor.username))


def review_queue(uow: UnitOfWork, actor: Actor) -> tuple[RequestSummary, ...]:
    """Requests this actor could vote on, or has voted on while others have not."""
    with uow:
        waiting = [
            request
            for request in uow.requests.waiting_for_review(actor.checks)
            if _why_not_check(request, actor) is None
        ]
        return tuple(
            summary(
                request, has_voted=_has_voted(request, uow.reviews.of(request.request_id), actor)
            )
            for request in waiting
        )


def request_page(uow: UnitOfWork, request_id: str, actor: Actor) -> RequestView:
    """A request, cut to what this actor may see.

    Raises:
        NotFound: There is none, or it is not this actor's to see.
    """
    with uow:
        return view_request(uow, request_id, actor)


def my_links(uow: UnitOfWork, actor: Actor) -> tuple[LinkView, ...]:
    """Released files this actor may collect, newest first."""
    with uow:
        return tuple(
            LinkView(link=link, file_name=file_name)
            for link, file_name in uow.links.of_recipient(actor.username)
        )


def ledger_page(
    uow: UnitOfWork,
    actor: Actor,
    *,
    before: int | None = None,
    size: int = 100,
    project: str | None = None,
) -> tuple[LedgerEntry, ...]:
    """The newest entries first, below `before`.

    Raises:
        Forbidden: Only auditors and admins read the ledger.
    """
    if not (actor.is_auditor or actor.is_admin):
        raise Forbidden("Only auditors and admins read the ledger")
    with uow:
        return tuple(uow.ledger.page(before=before, size=min(size, 500), project=project))


def view_request(uow: UnitOfWork, request_id: str, actor: Actor) -> RequestView:
    """The same inside a transaction that is already open."""
    request = uow.requests.get(request_id, visible_to=actor)
    viewer = _viewer(request, actor)
    reviews = uow.reviews.of(request_id)
    sees_content = viewer not in {Viewer.MEMBER, Viewer.RECIPIENT}
    files = uow.files.of(request_id, turn=request.turn) if sees_content else ()
    votes = _visible_votes(request, reviews, actor) if sees_content else ()
    return RequestView(
        summary=summary(request, has_voted=_has_voted(request, reviews, actor)),
        viewer=viewer,
        policy=request.policy,
        required_reviews=request.required_reviews,
        context=request.context if sees_content else "",
        recipients=request.recipients if sees_content else (),
        files=tuple(file_view(file) for file in files),
        votes=tuple(_vote_view(review) for review in votes),
        hidden_votes=len(reviews) - len(votes) if sees_content else 0,
        why_not_vote=why_not_vote(request, reviews, actor),
        can_withdraw=viewer is Viewer.AUTHOR and Action.WITHDRAW in request.available_actions(),
        links=_links(uow, request, actor, viewer),
    )


def why_not_vote(request: ReleaseRequest, reviews: Sequence[Review], actor: Actor) -> str | None:
    if why := _why_not_check(request, actor):
        return why
    if request.state is not State.SUBMITTED:
        return f"This request is {request.state}, so it is not open for votes"
    if _has_voted(request, reviews, actor):
        return "You have voted; the request waits for other checkers"
    return None


def summary(request: ReleaseRequest, *, has_voted: bool = False) -> RequestSummary:
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
    )


def file_view(file: OutputFile) -> FileView:
    return FileView(
        file_id=file.file_id,
        name=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        verdict=file.verdict,
        dataset=file.dataset,
        kind=file.previews[0].get("kind") if file.previews else None,
        findings=file.findings,
    )


def _viewer(request: ReleaseRequest, actor: Actor) -> Viewer:
    if actor.username == request.author:
        return Viewer.AUTHOR
    if actor.is_auditor:
        return Viewer.AUDITOR
    if request.project_id in actor.member_of:
        return Viewer.MEMBER
    if request.project_id in actor.checks:
        return Viewer.CHECKER
    return Viewer.RECIPIENT


def _why_not_check(request: ReleaseRequest, actor: Actor) -> str | None:
    return actor.why_not_check(project_id=request.project_id, author=request.author)


def _has_voted(request: ReleaseRequest, reviews: Sequence[Review], actor: Actor) -> bool:
    return any(
        review.checker == actor.username and review.turn == request.turn for review in reviews
    )


def _visible_votes(
    request: ReleaseRequest, reviews: Sequence[Review], actor: Actor
) -> tuple[Review, ...]:
    # While votes are being cast, each voter sees only their own; nobody else sees any.
    return tuple(
        review
        for review in reviews
        if review.turn < request.turn
        or request.state is not State.SUBMITTED
        or review.checker == actor.username
    )


def _vote_view(review: Review) -> VoteView:
    return VoteView(
        checker=review.checker,
        vote=review.vote,
        comment=review.comment,
        turn=review.turn,
        at=review.at,
    )


def _links(
    uow: UnitOfWork, request: ReleaseRequest, actor: Actor, viewer: Viewer
) -> tuple[LinkView, ...]:
    if viewer is Viewer.MEMBER:
        return ()
    sees_all = viewer is not Viewer.RECIPIENT
    names = _names(uow, request)
    return tuple(
        LinkView(link=link, file_name=names[link.file_id])
        for link in uow.links.of_request(request.request_id)
        if sees_all or link.recipient == actor.username
    )


def _names(uow: UnitOfWork, request: ReleaseRequest) -> dict[str, str]:
    return {file.file_id: file.name for file in uow.files.of(request.request_id, turn=request.turn)}
