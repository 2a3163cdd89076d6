"""Files that come into a project: brought in, decided about, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response
from starlette.status import HTTP_303_SEE_OTHER

from output_checker.application.ingress.bring_in import bring_in, require_may_bring_in
from output_checker.application.ingress.decide import step_by_person
from output_checker.application.ingress.look import IncomingView, incoming_file, incoming_list
from output_checker.domain.errors import InvalidOutput
from output_checker.domain.ingress import IncomingFile, IngressAction, IngressState
from output_checker.web.csv_lists import csv_answer
from output_checker.web.shell import CurrentActor, CurrentShell

router = APIRouter(prefix="/projects/{project_id}", tags=["ingress"])

# Above what any setting lets in: the form around the file comes on top.
MOST_BODY_BYTES: Final = 17 * 1024**2
_ENCODING_BYTES: Final = 64 * 1024
_FIELDS: Final = (
    "input_id", "name", "author", "purpose", "state", "size_bytes", "sha256", "created_at",
    "updated_at", "decided_by", "reason",
)  # fmt: skip
WORDS: Final = {
    IngressState.QUARANTINED: ("Being scanned", "blue"),
    IngressState.WAITING: ("Waiting for a checker", "blue"),
    IngressState.APPROVED: ("Approved", "turquoise"),
    IngressState.LAID: ("In /inputs", "green"),
    IngressState.LEAVING: ("Being taken back", "orange"),
    IngressState.TAKEN_BACK: ("Taken back", "grey"),
    IngressState.REFUSED: ("Refused", "red"),
    IngressState.WITHDRAWN: ("Withdrawn", "grey"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IngressPage:
    """Attributes: `state` is the filter that is on; empty for all."""

    project_id: str
    files: Sequence[IncomingFile]
    may_bring_in: bool
    state: str
    max_file_bytes: int
    words: dict[IngressState, tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingPage:
    """Attributes: `actions` are the names of the steps that the viewer may take now."""

    view: IncomingView
    actions: frozenset[str]
    words: dict[IngressState, tuple[str, str]]


State = Annotated[str, Query(max_length=20)]


@router.get("/inputs")
def show_inputs(
    project_id: str, request: Request, shell: CurrentShell, actor: CurrentActor, state: State = ""
) -> Response:
    found = incoming_list(shell.unit_of_work(), project_id=project_id, actor=actor)
    page = IngressPage(
        project_id=project_id,
        files=_filtered(found.files, state),
        may_bring_in=found.may_bring_in,
        state=state,
        max_file_bytes=shell.quarantine.max_file_bytes,
        words=WORDS,
    )
    return shell.page(request, "output_checker/ingress.html", page)


@router.get("/inputs.csv")
def inputs_as_csv(
    project_id: str, shell: CurrentShell, actor: CurrentActor, state: State = ""
) -> Response:
    found = incoming_list(shell.unit_of_work(), project_id=project_id, actor=actor)
    rows = (
        [value if isinstance(value, int) else str(value) for value in _values(file)]
        for file in _filtered(found.files, state)
    )
    return csv_answer(f"{project_id}-inputs", _FIELDS, rows)


def _may_bring_in(project_id: str, shell: CurrentShell, actor: CurrentActor) -> None:
    """Asked before a byte of the file is read."""
    with shell.unit_of_work() as uow:
        require_may_bring_in(uow, project_id=project_id, actor=actor)


@router.post("/inputs", max_body_size=MOST_BODY_BYTES, dependencies=[Depends(_may_bring_in)])
async def upload(
    project_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    async with request.form(max_files=1, max_fields=2, max_part_size=_ENCODING_BYTES) as form:
        file, purpose = form.get("file"), form.get("purpose")
        if not isinstance(file, UploadFile) or not file.filename:
            raise InvalidOutput("Choose a file")
        content = await file.read(shell.quarantine.max_file_bytes + 1)
        kept = await run_in_threadpool(
            partial(
                bring_in,
                shell.unit_of_work,
                shell.quarantine,
                shell.clock,
                shell.ids,
                project_id=project_id,
                name=file.filename,
                purpose=purpose if isinstance(purpose, str) else "",
                content=content,
                actor=actor,
            )
        )
    return _to(kept)


@router.get("/inputs/{input_id}")
def show_input(
    project_id: str, input_id: str, request: Request, shell: CurrentShell, actor: CurrentActor
) -> Response:
    view = incoming_file(
        shell.unit_of_work(), project_id=project_id, input_id=input_id, actor=actor
    )
    page = IncomingPage(
        view=view, actions=frozenset(one.value for one in view.actions), words=WORDS
    )
    return shell.page(request, "output_checker/incoming_file.html", page)


@router.post("/inputs/{input_id}/step")
def take_step(
    *,
    project_id: str,
    input_id: str,
    shell: CurrentShell,
    actor: CurrentActor,
    action: Annotated[str, Form(max_length=20)] = "",
    sha256: Annotated[str, Form(max_length=64)] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    # Whose it is comes first: a stranger learns nothing from a wrong form.
    incoming_file(shell.unit_of_work(), project_id=project_id, input_id=input_id, actor=actor)
    if action not in frozenset(IngressAction):
        raise InvalidOutput("Choose what to do with the file")
    moved = step_by_person(
        shell.unit_of_work(),
        shell.clock,
        project_id=project_id,
        input_id=input_id,
        action=IngressAction(action),
        words=reason,
        seen_sha256=sha256,
        actor=actor,
    )
    return _to(moved)


def _filtered(files: Sequence[IncomingFile], state: str) -> Sequence[IncomingFile]:
    return [file for file in files if state in ("", file.state.value)]


def _values(file: IncomingFile) -> Sequence[object]:
    return [getattr(file, name) for name in _FIELDS]


def _to(file: IncomingFile) -> Response:
    there = f"/projects/{file.project_id}/inputs/{file.input_id}"
    return RedirectResponse(there, HTTP_303_SEE_OTHER)
