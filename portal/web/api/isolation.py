"""What the isolation probes found, by the API."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict

from portal.isolation import runs
from portal.parts import Parts
from portal.shells import RegistryShell
from portal.web.isolation import NO_RUN, SHOWN_RUNS, sees_all
from registry.domain.errors import NotFound

router = APIRouter(prefix="/isolation", tags=["isolation"])


class Answer(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Run(Answer):
    """A run of the probes; `states` by probe: shut, OPEN or broken."""

    run_id: int
    at: datetime
    version: str
    tier: str
    is_whole: bool
    is_well: bool
    states: Mapping[str, str]


class Isolation(Answer):
    """How isolation stands; `warning` is null when all is well."""

    warning: str | None
    is_overdue: bool
    runs: tuple[Run, ...]


@router.get("")
def show_isolation(request: Request) -> Isolation:
    """How isolation stands, and the latest runs of the probes."""
    parts: Parts = request.app.state.parts
    shell: RegistryShell = request.app.state.registry_shell
    shell.viewer(request)
    with shell.reading() as session:
        standing = runs.standing(session, parts.clock.now())
        history = runs.history(session, SHOWN_RUNS)
    return Isolation(
        warning=standing.warning,
        is_overdue=standing.is_overdue,
        runs=tuple(Run.model_validate(one) for one in history),
    )


@router.get("/runs/{run_id}", responses={404: {"description": "No such run, or not yours to see"}})
def show_run(
    run_id: Annotated[int, Path(ge=1, lt=2**31, examples=[1])], request: Request
) -> dict[str, Any]:
    """A run's signed result, for `haven probe --verify`."""
    shell: RegistryShell = request.app.state.registry_shell
    viewer = shell.viewer(request)
    with shell.reading() as session:
        run = runs.find(session, run_id)
    if run is None or not (run.is_well or sees_all(viewer)):
        raise NotFound(NO_RUN)
    return dict(run.document)
