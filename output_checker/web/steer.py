"""What people do about a review beside voting: claim, confer, stand aside, sign off, override."""

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.responses import RedirectResponse
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.claim import claim, unclaim
from output_checker.application.consent import override, sign_off
from output_checker.application.steer_review import consolidate, declare_conflict
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(prefix="/review/{request_id}", tags=["review"])

Turn = Annotated[int, Form(ge=1, le=2**31)]


@router.post("/claim")
def claim_request(
    *,
    request_id: str,
    shell: CurrentShell,
    actor: CurrentActor,
    instead_of: Annotated[str, Form(max_length=64)] = "",
    word: Annotated[str, Form()] = "",
) -> RedirectResponse:
    claim(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        actor=actor,
        instead_of=instead_of,
        word=word,
    )
    return _back(request_id)


@router.post("/unclaim")
def unclaim_request(request_id: str, shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    unclaim(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    return RedirectResponse("/review", HTTP_303_SEE_OTHER)


@router.post("/confer")
def confer(
    request_id: str, shell: CurrentShell, actor: CurrentActor, turn: Turn
) -> RedirectResponse:
    consolidate(shell.unit_of_work(), shell.clock, request_id=request_id, turn=turn, actor=actor)
    return _back(request_id)


@router.post("/conflict")
def stand_aside(request_id: str, shell: CurrentShell, actor: CurrentActor) -> RedirectResponse:
    declare_conflict(shell.unit_of_work(), shell.clock, request_id=request_id, actor=actor)
    return RedirectResponse("/review", HTTP_303_SEE_OTHER)


@router.post("/sign-off")
def sign_request_off(
    *,
    request_id: str,
    shell: CurrentShell,
    actor: CurrentActor,
    turn: Turn,
    dataset: Annotated[str, Form(max_length=64)],
) -> RedirectResponse:
    sign_off(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        turn=turn,
        dataset=dataset,
        actor=actor,
    )
    return _back(request_id)


@router.post("/files/{file_id}/override")
def override_file(
    *,
    request_id: str,
    file_id: str,
    shell: CurrentShell,
    actor: CurrentActor,
    reason: Annotated[str, Form()] = "",
    file: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> RedirectResponse:
    override(
        shell.unit_of_work(),
        shell.clock,
        request_id=request_id,
        file_id=file_id,
        reason=reason,
        actor=actor,
    )
    return _back(request_id, file)


def _back(request_id: str, file: int = 1) -> RedirectResponse:
    return RedirectResponse(f"/review/{request_id}?file={file}", HTTP_303_SEE_OTHER)
