"""Requests by the API: one's own, one of them, its record, and taking it back."""

from fastapi import APIRouter
from starlette.responses import Response
from starlette.status import HTTP_204_NO_CONTENT

from output_checker.application.queries import my_requests, request_page
from output_checker.application.release_papers import release_papers
from output_checker.application.withdraw import withdraw
from output_checker.application.withdraw_release import withdraw_release
from output_checker.domain.errors import NotFound
from output_checker.domain.release_record import RECORD_NAME, SIGNATURE_SUFFIX
from output_checker.web.api import answers, bodies
from output_checker.web.api.caller import Caller, CurrentCaller
from output_checker.web.api.words import NOT_YOURS, STEERED, RequestPath, bytes_of
from output_checker.web.collect import attachment

router = APIRouter(prefix="/requests", tags=["requests"])


@router.get("")
def list_requests(caller: CurrentCaller) -> answers.Summaries:
    """Your own requests, the newest first."""
    found = my_requests(caller.work(), caller.actor)
    return answers.Summaries.model_validate({"requests": found})


@router.get("/{request_id}", responses=NOT_YOURS)
def show_request(request_id: RequestPath, caller: CurrentCaller) -> answers.Request:
    """A request with its files, findings and votes, as far as you may see them."""
    return as_seen(request_id, caller)


@router.post("/{request_id}/withdraw", responses=STEERED)
def withdraw_request(request_id: RequestPath, caller: CurrentCaller) -> answers.Request:
    """Take your own request back, until its release has begun."""
    withdraw(caller.work(), caller.clock, request_id=request_id, actor=caller.actor)
    return as_seen(request_id, caller)


@router.post("/{request_id}/withdraw-release", status_code=HTTP_204_NO_CONTENT, responses=STEERED)
def withdraw_a_release(
    request_id: RequestPath, body: bodies.WithdrawReleaseBody, caller: CurrentCaller
) -> Response:
    """Take a release back: its links end at once. By its author, an owner of the data, an admin."""
    withdraw_release(
        caller.work(),
        caller.clock,
        request_id=request_id,
        reason=body.reason,
        actor=caller.actor,
    )
    # An admin who is nothing else does not see the request.
    return Response(status_code=HTTP_204_NO_CONTENT)


@router.get(
    "/{request_id}/record",
    response_class=Response,
    responses=NOT_YOURS | bytes_of("application/octet-stream", "The record, as it was signed"),
)
def show_record(request_id: RequestPath, caller: CurrentCaller) -> Response:
    """The release record, an RO-Crate, byte for byte."""
    papers = release_papers(caller.work(), caller.clock, request_id=request_id, actor=caller.actor)
    return attachment(RECORD_NAME, papers.record)


@router.get(
    "/{request_id}/signature",
    response_class=Response,
    responses=NOT_YOURS | bytes_of("application/octet-stream", "The signature of the record"),
)
def show_signature(request_id: RequestPath, caller: CurrentCaller) -> Response:
    """The record's signature, Ed25519; `haven release verify` checks it."""
    papers = release_papers(caller.work(), caller.clock, request_id=request_id, actor=caller.actor)
    if not papers.signature:
        raise NotFound("This release is from before records were signed")
    return attachment(f"{RECORD_NAME}{SIGNATURE_SUFFIX}", papers.signature)


def as_seen(request_id: str, caller: Caller) -> answers.Request:
    view = request_page(caller.work(), request_id, caller.actor)
    return answers.request_answer(view, caller.clock.now())
