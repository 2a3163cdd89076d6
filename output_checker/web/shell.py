"""What the output checker's pages need from the portal around them."""

from collections.abc import Callable
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request
from starlette.responses import Response

from output_checker.application.ingress.ports import Quarantine
from output_checker.application.outbox_ports import OutboxUnitOfWork
from output_checker.application.ports import Clock, Ids, UnitOfWork
from output_checker.application.store_ports import ReleaseStore
from output_checker.domain.actor import Actor


class Shell(Protocol):
    @property
    def clock(self) -> Clock: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def outbox_unit_of_work(self) -> Callable[[], OutboxUnitOfWork]: ...
    @property
    def quarantine(self) -> Quarantine:
        """Where files that come in wait."""

    @property
    def store(self) -> ReleaseStore: ...
    @property
    def unit_of_work(self) -> Callable[[], UnitOfWork]: ...

    def work_of(self, request: Request) -> Callable[[], UnitOfWork]:
        """As `unit_of_work`, whose ledger lines name the token by which somebody asks."""

    def actor(self, request: Request) -> Actor:
        """Who is signed in; where nobody is, the browser is sent to sign in."""

    def email(self, username: str) -> str | None:
        """Where somebody is mailed to."""

    def page(
        self, request: Request, template: str, page: object, *, status: int = 200
    ) -> Response: ...


def shell_of(request: Request) -> Shell:
    return cast(Shell, request.app.state.checker_shell)


CurrentShell = Annotated[Shell, Depends(shell_of)]


def _actor(request: Request, shell: CurrentShell) -> Actor:
    return shell.actor(request)


CurrentActor = Annotated[Actor, Depends(_actor)]
