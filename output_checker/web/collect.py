"""Collecting released files by links that name their recipient."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.collect import (
    look_at_link,
    open_link,
    renew_link,
    revoke_link,
)
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(tags=["collect"])


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPage:
    file_name: str
    recipient: str
    project_id: str
    request_id: str
    expires_at: datetime
    downloads_left: int
    download_path: str


@router.get("/collect/{token}")
def show_link(token: str, request: Request, shell: CurrentShell, actor: CurrentActor) -> Response:
    link, file_name = look_at_link(shell.unit_of_work(), shell.clock, token=token, actor=actor)
    page = CollectPage(
        file_name=file_name,
        recipient=link.recipient,
        project_id=link.project_id,
        request_id=link.request_id,
        expires_at=link.expires_at,
        downloads_left=link.allowed_downloads - link.downloads,
        download_path=f"/collect/{quote(token, safe='')}/download",
    )
    return shell.page(request, "output_checker/collect.html", page)


# A POST, because each download counts: a GET would let any page that shows the address as a
# picture use the link up.
@router.post("/collect/{token}/download")
def download(token: str, shell: CurrentShell, actor: CurrentActor) -> Response:
    name, content = open_link(
        shell.unit_of_work(), shell.store, shell.clock, token=token, actor=actor
    )
    return attachment(name, content)


@router.post("/links/{link_id}/open")
def hand_out_link(link_id: str, shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    token = renew_link(shell.unit_of_work(), shell.clock, shell.ids, link_id=link_id, actor=actor)
    return RedirectResponse(f"/collect/{quote(token, safe='')}", HTTP_303_SEE_OTHER)


@router.post("/links/{link_id}/revoke")
def close_link(link_id: str, shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    link = revoke_link(shell.unit_of_work(), shell.clock, link_id=link_id, actor=actor)
    return RedirectResponse(f"/requests/{link.request_id}", HTTP_303_SEE_OTHER)


def attachment(name: str, content: bytes) -> Response:
    """Bytes that a browser saves and never shows, whatever they are."""
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(name, safe='')}"
        },
    )
