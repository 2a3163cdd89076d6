"""Collecting released files by the API."""

from fastapi import APIRouter
from starlette.responses import Response
from starlette.status import HTTP_204_NO_CONTENT

from output_checker.application.collect import open_link, renew_link, revoke_link
from output_checker.application.queries import my_links
from output_checker.web.api import answers, bodies
from output_checker.web.api.caller import CurrentCaller
from output_checker.web.api.words import CLOSED, MAY_NOT, NOT_YOURS, LinkPath, bytes_of
from output_checker.web.collect import attachment

router = APIRouter(tags=["links"])


@router.get("/links")
def list_links(caller: CurrentCaller) -> answers.Links:
    """Links in your name, the newest first."""
    now = caller.clock.now()
    found = my_links(caller.work(), caller.actor)
    return answers.Links(links=tuple(answers.link_answer(one, now) for one in found))


@router.post("/links/{link_id}/open", responses=NOT_YOURS | MAY_NOT | CLOSED)
def hand_out_link(link_id: LinkPath, caller: CurrentCaller) -> answers.LinkToken:
    """A new secret for a link of yours, to collect with; the one before works no more."""
    token = renew_link(
        caller.work(), caller.clock, caller.shell.ids, link_id=link_id, actor=caller.actor
    )
    return answers.LinkToken(token=token)


@router.post(
    "/links/{link_id}/revoke", status_code=HTTP_204_NO_CONTENT, responses=NOT_YOURS | MAY_NOT
)
def close_link(link_id: LinkPath, caller: CurrentCaller) -> Response:
    """Close a link for good: its recipient, the author, a checker or an admin."""
    revoke_link(caller.work(), caller.clock, link_id=link_id, actor=caller.actor)
    return Response(status_code=HTTP_204_NO_CONTENT)


@router.post(
    "/collect",
    response_class=Response,
    responses=NOT_YOURS
    | MAY_NOT
    | CLOSED
    | bytes_of("application/octet-stream", "The file: the bytes that were reviewed"),
)
def collect_file(body: bodies.CollectBody, caller: CurrentCaller) -> Response:
    """Download a released file. Each time counts, and is in the ledger."""
    name, content = open_link(
        caller.work(), caller.shell.store, caller.clock, token=body.token, actor=caller.actor
    )
    return attachment(name, content)
