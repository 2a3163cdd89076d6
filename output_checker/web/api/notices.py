"""Notices by the API: what happened that the person should know of, never what is in it."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response
from starlette.status import HTTP_204_NO_CONTENT

from output_checker.application.my_notices import mark_read, my_notices
from output_checker.domain.notice import KeptNotice
from output_checker.domain.notice_words import address, sentence
from output_checker.web.api import answers
from output_checker.web.api.caller import CurrentCaller
from output_checker.web.api.words import NOT_YOURS

router = APIRouter(prefix="/notices", tags=["notices"])

_LARGEST: Final = 2**31 - 1


@router.get("")
def list_notices(
    caller: CurrentCaller, before: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None
) -> answers.Notices:
    """Your notices, the newest first, below the number `before`."""
    view = my_notices(caller.work(), actor=caller.actor, before=before)
    return answers.Notices(
        notices=tuple(map(_answer, view.notices)), unread=view.unread, older_before=view.older
    )


@router.post("/read", status_code=HTTP_204_NO_CONTENT)
def read_all_notices(caller: CurrentCaller) -> Response:
    """Mark all your notices as read."""
    mark_read(caller.work(), caller.clock, actor=caller.actor)
    return Response(status_code=HTTP_204_NO_CONTENT)


@router.post("/{notice_id}/read", status_code=HTTP_204_NO_CONTENT, responses=NOT_YOURS)
def read_notice(
    notice_id: Annotated[int, Path(ge=1, le=_LARGEST, examples=[1])], caller: CurrentCaller
) -> Response:
    """Mark one of your notices as read."""
    mark_read(caller.work(), caller.clock, actor=caller.actor, notice_id=notice_id)
    return Response(status_code=HTTP_204_NO_CONTENT)


def _answer(kept: KeptNotice) -> answers.Notice:
    return answers.Notice(
        notice_id=kept.notice_id,
        kind=kept.notice.kind,
        words=sentence(kept.notice),
        address=address(kept.notice),
        at=kept.notice.at,
        request_id=kept.notice.request_id,
        application_id=kept.notice.application_id,
        project_id=kept.notice.project_id,
        read_at=kept.read_at,
    )
