"""What the use cases about applications need from outside."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from registry.application.traffic_ports import TrafficUnitOfWork
from registry.application.view_ports import ViewUnitOfWork
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.referrals import Vote


class Applications(Protocol):
    def find(self, application_id: str, *, to_change: bool = False) -> Application | None:
        """Args: `to_change` keeps others from changing it before this transaction ends."""

    def every(self) -> Sequence[Application]:
        """All, the last changed first."""

    def past_their_end(self, today: date) -> Sequence[str]:
        """The ids of those whose agreement ended before today and was not taken back yet."""

    def timed(self, today: date, *, ends_by: date) -> Sequence[str]:
        """The ids of those that somebody judges, and of those in force that end by a day."""

    def add(self, application: Application) -> None: ...
    def save(self, application: Application) -> None:
        """Raises: ChangedMeanwhile: Its version is not the one after what is kept."""

    def cast(self, application_id: str, vote: Vote) -> None: ...
    def happened(self, event: Happened) -> None: ...
    def events(self, application_id: str) -> Sequence[Happened]:
        """Oldest first."""

    def every_event(self, *, about: str | None = None) -> Sequence[Sequence[Happened]]:
        """Those of each application, oldest first, without their details.

        Args: `about` is a dataset's id: only of applications that were submitted for it.
        """

    def refusals(self) -> Mapping[str, int]:
        """How many refusals there were, by code."""


class ApplicationUnitOfWork(TrafficUnitOfWork, ViewUnitOfWork, Protocol):
    @property
    def applications(self) -> Applications: ...
