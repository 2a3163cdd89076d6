"""What the portal is put together from. Tests put in their own."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from output_checker.application import ports as checker_ports
from portal.hub import Hub
from portal.settings import Settings
from registry.application import ports as registry_ports
from registry.application.traffic_ports import TrafficUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    clock: checker_ports.Clock
    ids: checker_ports.Ids
    hub: Hub
    passwords: registry_ports.Passwords
    store: checker_ports.ReleaseStore
    registry_unit_of_work: Callable[[], TrafficUnitOfWork]
    checker_unit_of_work: Callable[[], checker_ports.UnitOfWork]
