"""Reviewing: the queue, the page with files and findings side by side, and the vote."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT

from output_checker.application.queries import RequestSummary, RequestView, review_queue
from output_checker.application.record_view import file_image, open_review
from output_checker.application.review import MAX_COMMENT_LETTERS, review
from output_checker.domain.actor import Actor
from output_checker.domain.errors import InvalidSubmission
from output_checker.domain.release_request import State
from output_checker.domain.review import Vote
from output_checker.web.previews import FilePanel, file_panels
from output_checker.web.shell import CurrentActor, CurrentShell, Shell

router = APIRouter(tags=["review"])

NEXT_STEPS = {
    State.SUBMITTED: "Your vote is recorded. One approval is not enough: the request stays in "
    "the queue until other checkers have voted too, and none of you sees the others' votes "
    "before.",
    State.APPROVED: "Enough checkers approved. The files are hashed once more and released "
    "within a minute; nothing is left for you to do.",
    State.RELEASING: "The files are being sealed in the release store.",
    State.RELEASED: "The files are released, and their recipients have been given links.",
    State.RETURNED: "The request is back with its author, who sees the comments. It comes into "
    "the queue again when they submit it again.",
    State.REJECTED: "The request is over. Its author sees the comments.",
    State.REFUSED: "The files could not be released. Their author has been told.",
    State.WITHDRAWN: "The author has taken the request back.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    to_review: tuple[RequestSummary, ...]
    waiting_for_others: tuple[RequestSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteForm:
    """What was filled in, and what is wrong with it."""

    turn: int
    vote: str = ""
    comment: str = ""
    vote_error: str | None = None
    comment_error: str | None = None
    max_comment_letters: int = MAX_COMMENT_LETTERS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """A review; `form` is None where this viewer cannot vote (any more)."""

    request: RequestView
    panels: tuple[FilePanel, ...]
    form: VoteForm | None
    next_step: str | None


@router.get("/review")
def show_queue(request: Request, shell: CurrentShell, actor: CurrentActor) -> Response:
    queue = review_queue(shell.unit_of_work(), actor)
    page = QueuePage(
        to_review=tuple(item for item in queue if not item.has_voted),
        waiting_for_others=tuple(item for item in queue if item.has_voted),
    )
    return shell.page(request, "output_checker/review_queue.html", page)


@router.get("/review/{request_id}")
def show_review(
    request_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    page = _review_page(shell, request_id, actor)
    return shell.page(request, "output_checker/review.html", page)


@router.post("/review/{request_id}/vote")
def cast_vote(
    *,
    request_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    turn: Annotated[int, Form(ge=1, le=2**31)],
    vote: Annotated[str, Form(max_length=16)] = "",
    comment: Annotated[str, Form()] = "",
) -> Response:
    if vote not in set(Vote):
        words = "Select whether to approve, ask for changes or reject"
        form = VoteForm(turn=turn, comment=comment, vote_error=words)
        return _again(shell, request, request_id, actor, form)
    try:
        review(
            shell.unit_of_work(),
            shell.clock,
            request_id=request_id,
            turn=turn,
            vote=Vote(vote),
            comment=comment,
            actor=actor,
        )
    except InvalidSubmission as invalid:
        form = VoteForm(turn=turn, vote=vote, comment=comment, comment_error=str(invalid))
        return _again(shell, request, request_id, actor, form)
    return RedirectResponse(f"/review/{request_id}", HTTP_303_SEE_OTHER)


@router.get("/requests/{request_id}/files/{file_id}/image")
def show_image(
    request_id: str, file_id: str, shell: CurrentShell, actor: CurrentActor, part: int = 0
) -> Response:
    content, media = file_image(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        file_id=file_id,
        part=part,
        actor=actor,
    )
    # Opened on its own, the picture's address must be as inert as the picture in the page.
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Content-Disposition": 'inline; filename="preview"',
    }
    return Response(content, media_type=media, headers=headers)


def _again(
    shell: Shell, request: Request, request_id: str, actor: Actor, form: VoteForm
) -> Response:
    page = _review_page(shell, request_id, actor, form)
    return shell.page(
        request, "output_checker/review.html", page, status=HTTP_422_UNPROCESSABLE_CONTENT
    )


def _review_page(
    shell: Shell, request_id: str, actor: Actor, form: VoteForm | None = None
) -> ReviewPage:
    opened = open_review(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    view = opened.request
    can_vote = view.why_not_vote is None
    return ReviewPage(
        request=view,
        panels=file_panels(view.files, opened.files),
        form=(form or VoteForm(turn=view.summary.turn)) if can_vote else None,
        next_step=None if can_vote else NEXT_STEPS.get(view.summary.state, view.why_not_vote),
    )
