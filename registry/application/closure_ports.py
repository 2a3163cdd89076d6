"""What closing a project's files needs from outside."""

from datetime import datetime
from typing import Protocol

from registry.application.ports import UnitOfWork
from registry.domain.closure import Certificate, ClosureState


class Closures(Protocol):
    def state(self, project_id: str) -> ClosureState | None:
        """None when there is no such project. No workspace of it starts or ends meanwhile."""

    def keep(self, certificate: Certificate, *, at: datetime) -> None: ...
    def has(self, project_id: str, sha256: str) -> bool:
        """Whether this very certificate is kept already."""


class ClosureUnitOfWork(UnitOfWork, Protocol):
    @property
    def closures(self) -> Closures: ...
