"""Documents that show a file, or what changed in it, for a frame beside the findings."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from output_checker.application.look_at_file import compare_file, look_at_file
from output_checker.domain.errors import NotFound
from output_checker.web.diff_pages import diff_page
from output_checker.web.inert import inert_headers
from output_checker.web.preview_pages import preview_page
from output_checker.web.shell import CurrentActor, CurrentShell
from output_checker.web.table_pages import Wanted

router = APIRouter(tags=["review"])

RELEASE: Final = "release"
_TURN: Final = re.compile(r"[1-9]\d{0,5}")
_MOST: Final = 10**6
Count = Annotated[int, Query(ge=1, le=_MOST)]


@router.get("/requests/{request_id}/files/{file_id}/preview")
def show_preview(
    *,
    request_id: str,
    file_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    part: Annotated[int | None, Query(ge=0, le=_MOST)] = None,
    page: Count = 1,
    q: Annotated[str, Query(max_length=200)] = "",
    sort: Annotated[int | None, Query(ge=1, le=_MOST)] = None,
    desc: bool = False,
    flagged: bool = False,
    across: Count = 1,
) -> Response:
    opened = look_at_file(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        file_id=file_id,
        part=part,
        actor=actor,
    )
    wanted = Wanted(part=part, page=page, q=q, sort=sort, desc=desc, flagged=flagged, across=across)
    answer = shell.page(request, "output_checker/preview.html", preview_page(opened, wanted))
    answer.headers.update(inert_headers(request))
    return answer


@router.get("/requests/{request_id}/files/{file_id}/diff")
def show_diff(
    *,
    request_id: str,
    file_id: str,
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    against: Annotated[str, Query(max_length=8)] = RELEASE,
    page: Count = 1,
) -> Response:
    """Against a turn of the same request, by its number, or the project's last release."""
    if against != RELEASE and not _TURN.fullmatch(against):
        raise NotFound("A file is compared with a turn, or with the last release")
    turn = None if against == RELEASE else int(against)
    compared = compare_file(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        file_id=file_id,
        turn=turn,
        actor=actor,
    )
    answer = shell.page(request, "output_checker/diff.html", diff_page(compared, turn, page))
    answer.headers.update(inert_headers(request))
    return answer
