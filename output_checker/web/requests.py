"""Requests as their authors, and everybody who may see them, find them."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_CONTENT

from output_checker.application.queries import my_requests, request_page
from output_checker.application.release_papers import release_papers
from output_checker.application.request_views import LinkView, RequestSummary, RequestView, Viewer
from output_checker.application.submit import submit_checked
from output_checker.application.withdraw import withdraw
from output_checker.domain.actor import Actor
from output_checker.domain.errors import InvalidSubmission, NotFound
from output_checker.domain.release_record import RECORD_NAME, SIGNATURE_SUFFIX
from output_checker.domain.rerun import OPEN
from output_checker.domain.workflow import State
from output_checker.web.ask_form import AskForm, filled_form, fresh_form, words_of
from output_checker.web.collect import attachment
from output_checker.web.previews import GroupPanel, file_panels, group_panels
from output_checker.web.shell import CurrentActor, CurrentShell, Shell

router = APIRouter(prefix="/requests", tags=["requests"])

NEXT_STEPS = {
    State.CHECKING: "The files are being checked. This takes a few seconds; reload the page.",
    State.DRAFT: "Mend what the findings name and run haven submit again in your workspace, "
    "or withdraw the request.",
    State.SUBMITTED: "Checkers of the project look at the files next. Nothing is needed from "
    "you now.",
    State.REVIEW: "Checkers of the project look at the files. Nothing is needed from you now.",
    State.CONSOLIDATING: "Checkers have voted and talk it over. Nothing is needed from you now.",
    State.RETURNED: "Read the comments below, mend the files in your workspace, then run "
    "haven submit again for this request.",
    State.APPROVED: "The files are released within a minute: they are hashed once more, then "
    "sealed in the release store.",
    State.RELEASING: "The files are being sealed in the release store.",
    State.RELEASED: "The recipients can collect the files by the links below.",
    State.REJECTED: "This request is over. Read the comments below before you ask again.",
    State.REFUSED: "The files could not be released. Submit them again from your workspace.",
    State.EXPIRED: "Nothing happened to this request for so long that it is over. Submit a new one "
    "from your workspace if you need to.",
    State.WITHDRAWN: "This request is over. Submit a new one from your workspace if you need to.",
}


ASK = (
    "Nothing stands in the way of asking for release. Say below what the files show and ask, or "
    "run haven submit in your workspace."
)
RUNS_AGAIN = (
    "Its notebook is run again in a fresh workspace. When it makes every file the same, the "
    "request goes to review by itself. Nothing is needed from you now."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsPage:
    requests: tuple[RequestSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A link; `why_closed` is None while it works, `is_mine` when the viewer may use it."""

    link_id: str
    file_name: str
    recipient: str
    downloads: int
    allowed_downloads: int
    why_closed: str | None
    is_mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """A request; `ask` is None where this viewer cannot ask for its release."""

    request: RequestView
    groups: tuple[GroupPanel, ...]
    next_step: str
    sees_content: bool
    can_review: bool
    can_revoke: bool
    links: tuple[LinkRow, ...]
    ask: AskForm | None


@router.get("")
def list_requests(request: Request, shell: CurrentShell, actor: CurrentActor) -> Response:
    page = RequestsPage(requests=my_requests(shell.unit_of_work(), actor))
    return shell.page(request, "output_checker/requests.html", page)


@router.get("/{request_id}")
def show_request(
    request_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    view = request_page(shell.unit_of_work(), request_id, actor)
    page = _page(shell, view, actor, fresh_form(view))
    return shell.page(request, "output_checker/request.html", page)


def _page(shell: Shell, view: RequestView, actor: Actor, form: AskForm) -> RequestPage:
    now = shell.clock.now()
    return RequestPage(
        request=view,
        groups=group_panels(view.groups, file_panels(view.files, ())),
        next_step=_next_step(view),
        sees_content=view.sees_content,
        can_review=view.why_not_vote is None,
        can_revoke=actor.is_admin or view.viewer in {Viewer.AUTHOR, Viewer.CHECKER},
        links=tuple(
            link_row(link, actor.username, link.link.why_closed(now)) for link in view.links
        ),
        ask=form if view.can_ask else None,
    )


@router.post("/{request_id}/submit")
def submit_request(
    *,
    request_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    turn: Annotated[int, Form(ge=1, le=2**31)],
    context: Annotated[list[str], Form(default_factory=list)],
    controls: Annotated[list[str], Form(default_factory=list)],
    recipients: Annotated[str, Form()] = "",
) -> Response:
    words = words_of(turn, context, controls, recipients)
    try:
        submit_checked(
            shell.unit_of_work(), shell.clock, request_id=request_id, words=words, actor=actor
        )
    except InvalidSubmission as refusal:
        view = request_page(shell.unit_of_work(), request_id, actor)
        if not view.can_ask:
            raise
        form = filled_form(view, words, recipients, str(refusal))
        page = _page(shell, view, actor, form)
        return shell.page(
            request, "output_checker/request.html", page, status=HTTP_422_UNPROCESSABLE_CONTENT
        )
    return RedirectResponse(f"/requests/{request_id}", HTTP_303_SEE_OTHER)


def _next_step(view: RequestView) -> str:
    if view.summary.state is State.DRAFT and view.rerun and view.rerun.state in OPEN:
        return RUNS_AGAIN
    if view.can_ask:
        return ASK
    return NEXT_STEPS[view.summary.state]


@router.get("/{request_id}/record")
def show_record(request_id: str, shell: CurrentShell, actor: CurrentActor) -> Response:
    papers = release_papers(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    return attachment(RECORD_NAME, papers.record)


@router.get("/{request_id}/record.sig")
def show_signature(request_id: str, shell: CurrentShell, actor: CurrentActor) -> Response:
    papers = release_papers(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    if not papers.signature:
        raise NotFound("This release is from before records were signed")
    return attachment(f"{RECORD_NAME}{SIGNATURE_SUFFIX}", papers.signature)


@router.post("/{request_id}/withdraw")
def withdraw_request(request_id: str, shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    withdraw(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    return RedirectResponse(f"/requests/{request_id}", HTTP_303_SEE_OTHER)


def link_row(view: LinkView, username: str, why_closed: str | None) -> LinkRow:
    link = view.link
    return LinkRow(
        link_id=link.link_id,
        file_name=view.file_name,
        recipient=link.recipient,
        downloads=link.downloads,
        allowed_downloads=link.allowed_downloads,
        why_closed=why_closed,
        is_mine=link.recipient == username,
    )
