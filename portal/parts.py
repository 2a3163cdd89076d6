"""What the portal is put together from. Tests put in their own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from output_checker.application import ports as checker_ports
from output_checker.application.outbox_ports import OutboxUnitOfWork
from output_checker.application.store_ports import ReleaseStore
from portal.hub import Hub
from portal.oidc import OidcProvider
from portal.settings import Settings
from registry.application import ports as registry_ports
from registry.application.applications.ports import ApplicationUnitOfWork
from registry.application.sign_in_ports import SignInParts


class CheckerWork(Protocol):
    def __call__(self, *, token: str | None = None) -> checker_ports.UnitOfWork:
        """One transaction; its ledger lines name the token by which its person asks."""


class RegistryWork(Protocol):
    def __call__(self, *, token: str | None = None) -> ApplicationUnitOfWork:
        """As `CheckerWork`, of the registry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    clock: checker_ports.Clock
    ids: checker_ports.Ids
    hub: Hub
    passwords: registry_ports.Passwords
    store: ReleaseStore
    registry_unit_of_work: RegistryWork
    sign_in: SignInParts
    provider: OidcProvider | None = None
    checker_unit_of_work: CheckerWork
    outbox_unit_of_work: Callable[[], OutboxUnitOfWork]
