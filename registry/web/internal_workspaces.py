"""What the hub asks and tells about workspaces: may it start, it ended, these run now."""

from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends, Request, status
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from registry.adapters.gateways.register_file import shipped_register
from registry.application import sign_in_queries
from registry.application.applications.expire import expire
from registry.application.applications.remind import remind
from registry.application.end_workspace import end_workspace
from registry.application.queries import DatasetView
from registry.application.start_workspace import may_start, start_workspace
from registry.application.watch_workspaces import Seen, watch_workspaces
from registry.application.workspace_ports import Grant, Refused
from registry.domain.workspace_session import EndReason
from registry.web.internal import require_token
from registry.web.shell import CurrentShell, Shell

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(require_token)])

StartedId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
Name = Annotated[str, Field(max_length=64)]


class Mount(BaseModel):
    dataset: str
    source: str
    target: str


class Workspace(BaseModel):
    project: str
    title: str
    ends_on: str
    tier: str
    mounts: list[Mount]
    profile: str
    memory_bytes: int
    cpus: float
    disk_mib: int
    shared_mib: int
    files: int
    networks: list[str]


class Start(BaseModel):
    model_config = ConfigDict(extra="forbid")

    started_id: StartedId


class End(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: EndReason
    ended_at: AwareDatetime | None = None
    cpu_seconds: Annotated[float, Field(ge=0)] | None = None


class Running(BaseModel):
    model_config = ConfigDict(extra="forbid")

    username: Name
    project: Name
    started_id: Name
    tier: Name
    mounts: tuple[Annotated[str, Field(max_length=512)], ...]
    networks: tuple[Annotated[str, Field(max_length=64)], ...] = ()
    is_active: bool
    cpu_seconds: Annotated[float, Field(ge=0)] | None = None


class AllRunning(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspaces: Annotated[tuple[Running, ...], Field(max_length=2000)]


class Stop(BaseModel):
    started_id: str
    stop: str | None
    notice: str | None


class Verdicts(BaseModel):
    verdicts: list[Stop]


@router.get("/workspaces/{username}/{project_id}", response_model=Workspace)
def describe_workspace(
    username: str, project_id: str, shell: CurrentShell
) -> Workspace | JSONResponse:
    with shell.unit_of_work() as uow:
        answer = may_start(uow, username, project_id, shell.clock.now())
    return _answer(answer)


@router.post(
    "/workspaces/{username}/{project_id}/sessions",
    response_model=Workspace,
    status_code=status.HTTP_201_CREATED,
)
def record_start(
    username: str, project_id: str, body: Start, shell: CurrentShell
) -> Workspace | JSONResponse:
    if refused := _what_is_missing(shell, username):
        return _answer(refused)
    answer = start_workspace(
        shell.unit_of_work(),
        shell.clock,
        username=username,
        project_id=project_id,
        started_id=body.started_id,
    )
    return _answer(answer)


@router.post("/workspaces/{username}/{project_id}/sessions/{started_id}/ended")
def record_end(
    *, username: str, project_id: str, started_id: str, body: End, shell: CurrentShell
) -> Response:
    end_workspace(
        shell.unit_of_work(),
        shell.clock,
        username=username,
        project_id=project_id,
        started_id=started_id,
        reason=body.reason,
        ended_at=body.ended_at,
        cpu_seconds=body.cpu_seconds,
    )
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/running")
def judge_running(
    request: Request, body: AllRunning, shell: CurrentShell, after: BackgroundTasks
) -> Verdicts:
    # After the answer: whatever becomes of it, the hub has heard what to stop.
    after.add_task(expire, shell.unit_of_work(), shell.clock, register=shipped_register())
    if _is_new_hour(request, shell):
        after.add_task(remind, shell.unit_of_work(), shell.clock, register=shipped_register())
    verdicts = watch_workspaces(
        shell.unit_of_work(), shell.clock, seen=[_seen(one) for one in body.workspaces]
    )
    return Verdicts(
        verdicts=[
            Stop(started_id=one.started_id, stop=one.stop, notice=one.notice) for one in verdicts
        ]
    )


def _is_new_hour(request: Request, shell: Shell) -> bool:
    """Whether this process has reminded nobody in this hour; another one may have."""
    hour = shell.clock.now().replace(minute=0, second=0, microsecond=0)
    known, request.app.state.reminded_in = getattr(request.app.state, "reminded_in", None), hour
    return known != hour


def _what_is_missing(shell: Shell, username: str) -> Refused | None:
    with shell.reading() as session:
        found = sign_in_queries.missing(session, username, shell.sign_in.mfa)
    return Refused(code=found.value, words=found.words) if found else None


def _seen(one: Running) -> Seen:
    return Seen(
        username=one.username,
        project_id=one.project,
        started_id=one.started_id,
        tier=one.tier,
        sources=one.mounts,
        networks=one.networks,
        is_active=one.is_active,
        cpu_seconds=one.cpu_seconds,
    )


def _answer(answer: Grant | Refused) -> Workspace | JSONResponse:
    if isinstance(answer, Refused):
        body = {"code": answer.code, "detail": answer.words}
        return JSONResponse(body, status.HTTP_403_FORBIDDEN)
    return Workspace(
        project=answer.project_id,
        title=answer.title,
        ends_on=answer.ends_on,
        tier=answer.tier,
        mounts=[_mount(dataset) for dataset in answer.datasets],
        profile=answer.profile.name,
        memory_bytes=answer.profile.memory_bytes,
        cpus=answer.profile.cpus,
        disk_mib=round(answer.limits.quota.disk_gib * 1024),
        shared_mib=round(answer.limits.quota.shared_gib * 1024),
        files=answer.limits.quota.files,
        networks=[*answer.networks],
    )


def _mount(dataset: DatasetView) -> Mount:
    return Mount(
        dataset=dataset.dataset_id,
        source=str(PurePosixPath(dataset.path).parent),
        target=f"/data/{dataset.dataset_id}",
    )
