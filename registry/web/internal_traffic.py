"""What the gateway tells: how much passed, which budgets were reached.

Its token opens this address and no other.
"""

import hmac
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, status
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from registry.application.record_traffic import Report, record_traffic
from registry.domain.traffic import DayOfSession, Figures, Level, Owner, Reached, Scope
from registry.web.shell import CurrentShell

Name = Annotated[str, Field(max_length=64)]
Count = Annotated[int, Field(ge=0, lt=2**62)]


def _require_token(shell: CurrentShell, authorization: Annotated[str, Header()] = "") -> None:
    scheme, _, token = authorization.partition(" ")
    given = token.encode("utf-8", "replace")
    if scheme.lower() != "bearer" or not hmac.compare_digest(given, shell.traffic_token):
        raise HTTPException(status.HTTP_401_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})


router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[Depends(_require_token)])


class Session(BaseModel):
    model_config = ConfigDict(extra="forbid")

    started_id: Name
    username: Name
    project: Name

    def owner(self) -> Owner:
        return Owner(started_id=self.started_id, username=self.username, project_id=self.project)


class Day(Session):
    tier: Name
    day: date
    http_to_browser: Count = 0
    http_to_workspace: Count = 0
    kernel_to_browser: Count = 0
    kernel_to_workspace: Count = 0
    pixels_to_browser: Count = 0
    pixels_to_workspace: Count = 0
    static_to_browser: Count = 0
    requests: Count = 0
    refused: Count = 0
    dropped: Count = 0

    def counted(self) -> DayOfSession:
        names = Figures.__dataclass_fields__
        figures = Figures(**{name: getattr(self, name) for name in names})
        return DayOfSession(owner=self.owner(), tier=self.tier, day=self.day, figures=figures)


class ReachedLevel(Session):
    scope: Scope
    level: Level
    day: date
    used_bytes: Count
    budget_bytes: Count
    at: AwareDatetime

    def reached(self) -> Reached:
        return Reached(
            owner=self.owner(), scope=self.scope, level=self.level, day=self.day,
            used_bytes=self.used_bytes, budget_bytes=self.budget_bytes, at=self.at,
        )  # fmt: skip


class Traffic(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: Annotated[list[Day], Field(max_length=500)] = []
    reached: Annotated[list[ReachedLevel], Field(max_length=500)] = []
    ended: Annotated[list[Session], Field(max_length=500)] = []


class Allowed(BaseModel):
    username: str
    project: str
    day: date
    bytes: int


class Allowances(BaseModel):
    allowances: list[Allowed]


@router.post("/traffic")
def report_traffic(body: Traffic, shell: CurrentShell) -> Allowances:
    report = Report(
        days=[one.counted() for one in body.days],
        reached=[one.reached() for one in body.reached],
        ended=[one.owner() for one in body.ended],
    )
    found = record_traffic(shell.unit_of_work(), shell.clock, report)
    return Allowances(
        allowances=[
            Allowed(username=one.username, project=one.project_id, day=one.day, bytes=one.bytes)
            for one in found
        ]
    )
