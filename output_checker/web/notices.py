"""What happened that the person should know of: links only, and how else they want to be told."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.my_notices import (
    choose,
    mark_read,
    my_notices,
    my_wishes,
    not_sent,
    try_again,
)
from output_checker.domain.errors import InvalidSubmission
from output_checker.domain.message import Message
from output_checker.domain.notice import KeptNotice, NoticeKind
from output_checker.domain.notice_words import MANNERS, Delivery, address, sentence
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(prefix="/notices", tags=["notices"])

_LARGEST = 2**31 - 1
_ADMINS_ONLY = {NoticeKind.ISOLATION_ALERT, NoticeKind.STORE_MISMATCH}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    notice_id: int
    words: str
    href: str
    at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """Attributes: `troubled` is for administrators."""

    notices: tuple[NoticeRow, ...]
    unread: int
    older: int | None
    troubled: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    kind: str
    words: str
    delivery: Delivery


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    choices: tuple[Choice, ...]
    email: str | None
    is_saved: bool


@router.get("")
def list_notices(
    request: Request,
    shell: CurrentShell,
    actor: CurrentActor,
    before: Annotated[int | None, Query(ge=1, le=_LARGEST)] = None,
) -> Response:
    view = my_notices(shell.unit_of_work(), actor=actor, before=before)
    page = NoticesPage(
        notices=tuple(map(_row, view.notices)),
        unread=view.unread,
        older=view.older,
        troubled=tuple(not_sent(shell.outbox_unit_of_work(), actor=actor)),
    )
    return shell.page(request, "output_checker/notices.html", page)


@router.post("/read")
def read_all(shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    mark_read(shell.unit_of_work(), shell.clock, actor=actor)
    return _back()


@router.post("/{notice_id}/read")
def read_one(
    notice_id: Annotated[int, Path(ge=1, le=_LARGEST)], shell: CurrentShell, actor: CurrentActor
) -> RedirectResponse:
    mark_read(shell.unit_of_work(), shell.clock, actor=actor, notice_id=notice_id)
    return _back()


@router.get("/settings")
def show_settings(
    request: Request, shell: CurrentShell, actor: CurrentActor, saved: bool = False
) -> Response:
    wishes = my_wishes(shell.unit_of_work(), actor=actor)
    page = SettingsPage(
        choices=tuple(
            Choice(kind=kind.value, words=MANNERS[kind].words, delivery=delivery)
            for kind, delivery in wishes.items()
            if actor.is_admin or kind not in _ADMINS_ONLY
        ),
        email=shell.email(actor.username),
        is_saved=saved,
    )
    return shell.page(request, "output_checker/notice_settings.html", page)


@router.post("/settings")
async def save_settings(
    request: Request, shell: CurrentShell, actor: CurrentActor
) -> RedirectResponse:
    form = await request.form()
    try:
        wishes = {NoticeKind(kind): Delivery(str(said)) for kind, said in form.items()}
    except ValueError:
        raise InvalidSubmission("Choose one of what the page offers for each kind") from None
    await run_in_threadpool(choose, shell.unit_of_work(), actor=actor, wishes=wishes)
    return RedirectResponse("/notices/settings?saved=true", HTTP_303_SEE_OTHER)


@router.post("/not-sent/retry")
def send_again(shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    try_again(shell.outbox_unit_of_work(), shell.clock, actor=actor)
    return _back()


def _row(kept: KeptNotice) -> NoticeRow:
    return NoticeRow(
        notice_id=kept.notice_id,
        words=sentence(kept.notice),
        href=address(kept.notice),
        at=kept.notice.at,
        is_unread=kept.read_at is None,
    )


def _back() -> RedirectResponse:
    return RedirectResponse("/notices", HTTP_303_SEE_OTHER)
