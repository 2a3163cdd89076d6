"""What the registry's pages need from the portal around them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.ports import Clock, Passwords
from registry.application.queries import ActorView
from registry.application.sign_in_ports import SignInParts


class Shell(Protocol):
    @property
    def clock(self) -> Clock: ...
    @property
    def passwords(self) -> Passwords: ...
    @property
    def sign_in(self) -> SignInParts: ...
    @property
    def internal_token(self) -> bytes: ...
    @property
    def traffic_token(self) -> bytes: ...
    @property
    def unit_of_work(self) -> Callable[[], ApplicationUnitOfWork]: ...
    def work_of(self, request: Request) -> Callable[[], ApplicationUnitOfWork]:
        """Transactions whose ledger lines name the token by which somebody asks, if any."""

    @property
    def policies(self) -> frozenset[str]:
        """The names of the disclosure policies that there are."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session for queries."""

    def viewer(self, request: Request) -> ActorView:
        """Who is signed in; where nobody is, the browser is sent to sign in."""

    def viewer_or_none(self, request: Request) -> ActorView | None:
        """Who is signed in; None for a page that anybody may see."""

    def page(
        self, request: Request, template: str, page: object, *, status: int = 200
    ) -> Response: ...


def shell_of(request: Request) -> Shell:
    return cast(Shell, request.app.state.registry_shell)


CurrentShell = Annotated[Shell, Depends(shell_of)]


def _viewer(request: Request, shell: CurrentShell) -> ActorView:
    return shell.viewer(request)


CurrentViewer = Annotated[ActorView, Depends(_viewer)]
