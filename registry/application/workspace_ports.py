"""What the use cases about workspaces need from outside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Protocol

from registry.application.ports import UnitOfWork
from registry.application.queries import DatasetView
from registry.domain.freeze import Freeze, Frozen
from registry.domain.limits import Limits, Profile
from registry.domain.tier import Tier
from registry.domain.workspace_session import WorkspaceSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a person's workspace in a project is made of."""

    project_id: str
    title: str
    ends_on: str
    tier: Tier
    datasets: tuple[DatasetView, ...]
    limits: Limits
    profile: Profile
    networks: tuple[str, ...] = ()

    def sources(self) -> list[str]:
        """The datasets' folders, beneath the datasets directory."""
        return sorted(str(PurePosixPath(dataset.path).parent) for dataset in self.datasets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no workspace: `code` is what the hub relies on, `words` are for the person."""

    code: str
    words: str


class Workspaces(Protocol):
    def grant(self, username: str, project_id: str, now: datetime) -> Grant | Refused:
        """What the registry allows, freezes and quotas aside."""

    def has_project(self, project_id: str) -> bool: ...
    def running(self, project_id: str | None = None) -> Sequence[WorkspaceSession]:
        """The runs without an end; locked, so that nobody else starts or ends one meanwhile."""

    def find(self, started_id: str) -> WorkspaceSession | None: ...
    def add(self, session: WorkspaceSession) -> None: ...
    def save(self, session: WorkspaceSession) -> None: ...
    def freezes(self) -> Sequence[Freeze]:
        """Those of workspaces that hold now, that of all projects first."""

    def freeze(self, freeze: Freeze) -> None: ...
    def thaw(self, project_id: str | None, *, kind: Frozen, by: str, at: datetime) -> int:
        """End the freeze of exactly this; returns how many ended."""

    def choose(self, username: str, project_id: str, profile: str) -> None: ...


class WorkspaceUnitOfWork(UnitOfWork, Protocol):
    @property
    def workspaces(self) -> Workspaces: ...


def freeze_of(freezes: Sequence[Freeze], project_id: str) -> Freeze | None:
    """The freeze that concerns a project, if there is one."""
    return next((one for one in freezes if one.project_id in (None, project_id)), None)
