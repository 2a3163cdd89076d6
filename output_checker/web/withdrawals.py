"""Taking a release back, with a reason, by its author, an owner of the data or an admin."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.withdraw_release import (
    ReleaseToWithdraw,
    release_to_withdraw,
    withdraw_release,
)
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(prefix="/requests/{request_id}/withdraw-release", tags=["requests"])


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPage:
    release: ReleaseToWithdraw


@router.get("")
def show_withdrawal(
    request_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    found = release_to_withdraw(
        shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor
    )
    page = WithdrawPage(release=found)
    return shell.page(request, "output_checker/withdraw_release.html", page)


@router.post("")
def withdraw(
    request_id: str,
    shell: CurrentShell,
    actor: CurrentActor,
    reason: Annotated[str, Form()] = "",
) -> RedirectResponse:
    saved = withdraw_release(
        shell.unit_of_work(), shell.clock, request_id=request_id, reason=reason, actor=actor
    )
    # An admin who is nothing else does not see the request.
    there = f"/requests/{request_id}" if saved.is_visible_to(actor) else "/"
    return RedirectResponse(there, HTTP_303_SEE_OTHER)
