"""What the use cases about traffic need from outside."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from registry.application.workspace_ports import WorkspaceUnitOfWork
from registry.domain.traffic import Allowance, DayOfSession, Figures, Owner, Reached


class Traffic(Protocol):
    def save(self, one: DayOfSession) -> None:
        """Store a day's figures; a figure that was higher before stays."""

    def note(self, reached: Reached) -> bool:
        """Remember that a level was reached; False when it is known."""

    def of_session(self, owner: Owner) -> Figures:
        """The sums over all days."""

    def shown_bytes(self, username: str, project_id: str, day: date) -> int: ...

    def allow(self, allowance: Allowance, *, by: str) -> None: ...

    def allowances(self, *, since: date) -> Sequence[Allowance]:
        """The sum for each person, project and day."""


class TrafficUnitOfWork(WorkspaceUnitOfWork, Protocol):
    @property
    def traffic(self) -> Traffic: ...
