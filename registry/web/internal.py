"""What the hub asks: does this password fit, may this workspace run, whose must stop."""

import hmac
from pathlib import PurePosixPath
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, status
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.application import queries
from registry.application.queries import DatasetView, ProjectView
from registry.application.sign_in import sign_in
from registry.web.shell import CurrentShell, Shell


def _require_token(shell: CurrentShell, authorization: Annotated[str, Header()] = "") -> None:
    scheme, _, token = authorization.partition(" ")
    given = token.encode("utf-8", "replace")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, shell.internal_token):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(_require_token)])


class SignIn(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    username: str = Field(max_length=256)
    password: SecretStr


class SignedIn(BaseModel):
    username: str
    display_name: str


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
    memory_bytes: int
    cpus: float


class Entitlements(BaseModel):
    entitled: list[tuple[str, str]]


@router.post("/sign-in")
def check_password(body: SignIn, shell: CurrentShell) -> SignedIn:
    person = sign_in(
        shell.unit_of_work(),
        shell.passwords,
        shell.clock,
        username=body.username,
        password=body.password.get_secret_value(),
    )
    return SignedIn(username=person.username, display_name=person.display_name)


@router.get("/workspaces/{username}/{project_id}", response_model=Workspace)
def describe_workspace(
    username: str, project_id: str, shell: CurrentShell
) -> Workspace | JSONResponse:
    with shell.reading() as session:
        refusal = queries.is_entitled(session, username, project_id, shell.clock.now())
        project = queries.project(session, project_id)
    if refusal is not None or project is None:
        refusal = refusal or queries.Refusal.NOT_A_MEMBER
        body = {"code": refusal.value, "detail": refusal.words}
        return JSONResponse(body, status.HTTP_403_FORBIDDEN)
    return _workspace(project, shell)


@router.get("/entitlements")
def list_entitlements(shell: CurrentShell) -> Entitlements:
    with shell.reading() as session:
        return Entitlements(entitled=queries.entitled(session, shell.clock.now()))


def _workspace(project: ProjectView, shell: Shell) -> Workspace:
    return Workspace(
        project=project.project_id,
        title=project.title,
        ends_on=project.ends_on.isoformat(),
        tier=project.tier,
        mounts=[_mount(dataset) for dataset in project.datasets],
        memory_bytes=shell.workspace_memory_bytes,
        cpus=shell.workspace_cpus,
    )


def _mount(dataset: DatasetView) -> Mount:
    return Mount(
        dataset=dataset.dataset_id,
        source=str(PurePosixPath(dataset.path).parent),
        target=f"/data/{dataset.dataset_id}",
    )
