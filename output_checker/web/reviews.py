"""Reviewing: the page with one file at a time, the page on which one decides, and the vote."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT

from output_checker.application.queries import request_page
from output_checker.application.record_view import file_image, open_review
from output_checker.application.request_views import RequestView
from output_checker.application.review import Ballot, review
from output_checker.application.steer_review import return_early
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden, InvalidSubmission
from output_checker.domain.review import FILE_VOTES, Vote
from output_checker.domain.workflow import IN_REVIEW, State
from output_checker.web.review_pages import (
    DecidePage,
    ReviewPage,
    VoteForm,
    chosen,
    fresh_form,
    grouped,
    listed,
    said_so_far,
    vote_table,
)
from output_checker.web.shell import CurrentActor, CurrentShell, Shell

router = APIRouter(tags=["review"])

_FILE_FIELD: Final = "file-"
_DECISION: Final = "decision"
_DECISIONS: Final = frozenset({Vote.APPROVE, Vote.RETURN, Vote.REJECT})
# An address may fill in a refusal; a way to get an approval by a link there is not.
_FROM_ADDRESS: Final = frozenset({Vote.RETURN, Vote.REJECT})


async def _file_votes(request: Request) -> dict[str, Vote]:
    """The votes on single files: one field each, named for the file."""
    form = await request.form()
    return {
        name.removeprefix(_FILE_FIELD): Vote(value)
        for name, value in form.items()
        if name.startswith(_FILE_FIELD) and value in FILE_VOTES
    }


FileVotes = Annotated[dict[str, Vote], Depends(_file_votes)]
FileNumber = Annotated[int, Query(ge=1, le=100_000)]

NEXT_STEPS = {
    State.REVIEW: "Your vote is recorded. One approval is not enough: the request stays in "
    "the queue until all who must agree have done so, and none of you checkers sees the others' "
    "votes before.",
    State.CONSOLIDATING: "Checkers see each other's votes now. Talk it over, and change your vote "
    "if you see it otherwise; the request moves on when you agree. Anybody can return it. "
    "What you change takes your vote back until you record it again.",
    State.APPROVED: "Enough checkers approved. The files are hashed once more and released "
    "within a minute; nothing is left for you to do.",
    State.RELEASING: "The files are being sealed in the release store.",
    State.RELEASED: "The files are released, and their recipients have been given links.",
    State.RETURNED: "The request is back with its author, who sees the comments. It comes into "
    "the queue again when they submit it again.",
    State.REJECTED: "The request is over. Its author sees the comments.",
    State.REFUSED: "The files could not be released. Their author has been told.",
    State.WITHDRAWN: "The author has taken the request back.",
    State.EXPIRED: "The request is over: nothing happened to it for too long.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asks for which page of which request; `file` is the number of the open file."""

    shell: Shell
    request: Request
    request_id: str
    actor: Actor
    file: int = 1

    @property
    def path(self) -> str:
        return f"/review/{self.request_id}"

    def view(self) -> RequestView:
        return request_page(self.shell.unit_of_work(), self.request_id, self.actor)


@router.get("/review/{request_id}")
def show_review(
    request_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    file: FileNumber = 1,
) -> Response:
    asked = Asked(shell=shell, request=request, request_id=request_id, actor=actor, file=file)
    return shell.page(request, "output_checker/review.html", _review_page(asked))


@router.get("/review/{request_id}/decide")
def show_decision(
    request_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    vote: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """The exact list of what would be released, and the question what to say about it."""
    asked = Asked(shell=shell, request=request, request_id=request_id, actor=actor)
    view = asked.view()
    if view.why_not_vote is not None:
        return _refuse_or_go_back(asked, view)
    form = replace(fresh_form(view), vote=vote if vote in _FROM_ADDRESS else "")
    return shell.page(request, "output_checker/decide.html", _decide_page(view, form))


@router.post("/review/{request_id}/vote")
def cast_vote(
    *,
    request_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    files: FileVotes,
    turn: Annotated[int, Form(ge=1, le=2**31)],
    vote: Annotated[str, Form(max_length=16)] = "",
    comment: Annotated[str, Form()] = "",
    do: Annotated[str, Form(max_length=16)] = "decide",
    go: Annotated[str, Form(max_length=16)] = "",
    file: FileNumber = 1,
) -> Response:
    """What the checker says.

    `do` names the button: decide, save (for later) or return (now). `go` names what to open next,
    after what was changed is kept: the number of a file, or `decision`, or the same with `reject`
    filled in.
    """
    asked = Asked(shell=shell, request=request, request_id=request_id, actor=actor, file=file)
    form = VoteForm(turn=turn, vote=vote, comment=comment, files=files)
    if go or do == "save":
        return _keep(asked, form, go)
    if do != "return" and vote not in _DECISIONS:
        words = "Select whether to approve, ask for changes or reject"
        return _decide_again(asked, replace(form, vote_error=words))
    try:
        _record(asked, form, do)
    except InvalidSubmission as invalid:
        return _decide_again(asked, replace(form, comment_error=str(invalid)))
    return RedirectResponse(asked.path, HTTP_303_SEE_OTHER)


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


def _record(asked: Asked, form: VoteForm, do: str) -> None:
    uow, clock = asked.shell.unit_of_work(), asked.shell.clock
    if do == "return":
        return_early(
            uow,
            clock,
            request_id=asked.request_id,
            turn=form.turn,
            comment=form.comment,
            actor=asked.actor,
        )
        return
    ballot = Ballot(turn=form.turn, vote=Vote(form.vote), comment=form.comment, files=form.files)
    review(uow, clock, request_id=asked.request_id, ballot=ballot, actor=asked.actor)


def _keep(asked: Asked, form: VoteForm, go: str) -> Response:
    """Keep what was filled in, if it is new, and open what is asked for next.

    Who only leafs through the files says nothing, and so claims nothing.
    """
    view = asked.view()
    files = said_so_far(view) | dict(form.files)
    ballot = Ballot(turn=form.turn, vote=Vote.UNDECIDED, comment=form.comment, files=files)
    try:
        if not go or _is_new(view, form):
            uow, clock = asked.shell.unit_of_work(), asked.shell.clock
            review(uow, clock, request_id=asked.request_id, ballot=ballot, actor=asked.actor)
    except InvalidSubmission as invalid:
        wrong = replace(form, files=files, comment_error=str(invalid))
        page = _review_page(asked, wrong)
        return asked.shell.page(
            asked.request, "output_checker/review.html", page, status=HTTP_422_UNPROCESSABLE_CONTENT
        )
    return RedirectResponse(_next_place(asked, go), HTTP_303_SEE_OTHER)


def _is_new(view: RequestView, form: VoteForm) -> bool:
    saved = {file.file_id: file.vote for file in view.files}
    said = any(saved.get(file_id) != vote for file_id, vote in form.files.items())
    # Browsers send other line breaks than were kept.
    comment = form.comment.strip().replace("\r\n", "\n")
    return said or comment != view.comment.replace("\r\n", "\n")


def _next_place(asked: Asked, go: str) -> str:
    if go == _DECISION:
        return f"{asked.path}/decide"
    if go == Vote.REJECT:
        return f"{asked.path}/decide?vote={Vote.REJECT}"
    number = int(go) if go.isascii() and go.isdigit() else asked.file
    return f"{asked.path}?file={number}"


def _decide_again(asked: Asked, form: VoteForm) -> Response:
    view = asked.view()
    if view.why_not_vote is not None:
        return _refuse_or_go_back(asked, view)
    page = _decide_page(view, form)
    return asked.shell.page(
        asked.request, "output_checker/decide.html", page, status=HTTP_422_UNPROCESSABLE_CONTENT
    )


def _refuse_or_go_back(asked: Asked, view: RequestView) -> Response:
    """To the request's page, which says why; for who has no say about it, no further."""
    if not view.can_check and view.why_not_vote and view.summary.state in IN_REVIEW:
        raise Forbidden(view.why_not_vote)
    return RedirectResponse(asked.path, HTTP_303_SEE_OTHER)


def _decide_page(view: RequestView, form: VoteForm) -> DecidePage:
    panels = listed(grouped(view))
    said = said_so_far(view) | dict(form.files)
    return DecidePage(
        request=view,
        form=replace(form, files=said),
        panels=tuple(panel for panel in panels if panel.file.may_leave),
        shown_only=tuple(panel for panel in panels if not panel.file.may_leave),
        table=vote_table(view),
    )


def _review_page(asked: Asked, form: VoteForm | None = None) -> ReviewPage:
    shell, actor = asked.shell, asked.actor
    opened = open_review(
        shell.unit_of_work(), shell.clock, request_id=asked.request_id, actor=actor
    )
    view = opened.request
    groups = grouped(view, opened.files)
    panel, group = chosen(groups, asked.file)
    claims = view.summary.claims
    return ReviewPage(
        request=view,
        groups=groups,
        file_count=len(listed(groups)),
        panel=panel,
        group=group,
        form=(form or fresh_form(view)) if view.why_not_vote is None else None,
        next_step=_next_step(view),
        is_overdue=view.summary.is_overdue(shell.clock.now()),
        is_mine=any(one.checker == actor.username for one in claims),
        others=tuple(one for one in claims if one.checker != actor.username),
        table=vote_table(view),
    )


def _next_step(view: RequestView) -> str | None:
    if view.why_not_vote is None and view.summary.state is not State.CONSOLIDATING:
        return None
    if view.summary.state in IN_REVIEW and not view.can_check:
        return None
    return NEXT_STEPS.get(view.summary.state, view.why_not_vote)
