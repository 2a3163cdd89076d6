"""Requests as their authors, and everybody who may see them, find them."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.queries import (
    LinkView,
    RequestSummary,
    RequestView,
    Viewer,
    my_requests,
    request_page,
)
from output_checker.application.withdraw import withdraw
from output_checker.domain.release_request import State
from output_checker.web.previews import FilePanel, file_panels
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(prefix="/requests", tags=["requests"])

NEXT_STEPS = {
    State.CHECKING: "The files are being checked. This takes a few seconds; reload the page.",
    State.DRAFT: "Mend what the findings name and run haven submit again in your workspace, "
    "or withdraw the request.",
    State.SUBMITTED: "Checkers of the project look at the files next. Nothing is needed from "
    "you now.",
    State.RETURNED: "Read the comments below, mend the files in your workspace, then run "
    "haven submit again for this request.",
    State.APPROVED: "The files are released within a minute: they are hashed once more, then "
    "sealed in the release store.",
    State.RELEASING: "The files are being sealed in the release store.",
    State.RELEASED: "The recipients can collect the files by the links below.",
    State.REJECTED: "This request is over. Read the comments below before you ask again.",
    State.REFUSED: "The files could not be released. Submit them again from your workspace.",
    State.WITHDRAWN: "This request is over. Submit a new one from your workspace if you need to.",
}


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
    request: RequestView
    files: tuple[FilePanel, ...]
    next_step: str
    sees_content: bool
    can_review: bool
    can_revoke: bool
    links: tuple[LinkRow, ...]


@router.get("")
def list_requests(request: Request, shell: CurrentShell, actor: CurrentActor) -> Response:
    page = RequestsPage(requests=my_requests(shell.unit_of_work(), actor))
    return shell.page(request, "output_checker/requests.html", page)


@router.get("/{request_id}")
def show_request(
    request_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    view = request_page(shell.unit_of_work(), request_id, actor)
    now = shell.clock.now()
    page = RequestPage(
        request=view,
        files=file_panels(view.files, ()),
        next_step=NEXT_STEPS[view.summary.state],
        sees_content=view.viewer not in {Viewer.MEMBER, Viewer.RECIPIENT},
        can_review=view.why_not_vote is None,
        can_revoke=actor.is_admin or view.viewer in {Viewer.AUTHOR, Viewer.CHECKER},
        links=tuple(
            link_row(link, actor.username, link.link.why_closed(now)) for link in view.links
        ),
    )
    return shell.page(request, "output_checker/request.html", page)


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
