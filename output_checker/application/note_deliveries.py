"""Write into the ledger how many messages to people went out, and how many did not."""

from typing import Protocol

from output_checker.application.ledger_ports import Ledger
from output_checker.application.outbox_ports import OutboxUnitOfWork
from output_checker.application.ports import Clock
from output_checker.domain.actor import WORKER


class CountingUnitOfWork(OutboxUnitOfWork, Protocol):
    @property
    def ledger(self) -> Ledger: ...


def note_deliveries(uow: CountingUnitOfWork, clock: Clock) -> None:
    """One line about all that ended since the last one; none when nothing did."""
    with uow:
        counts = uow.outbox.note_ended(at=clock.now())
        if not counts:
            return
        uow.ledger.append(
            at=clock.now(),
            actor=WORKER.username,
            event="notices.delivered",
            subject="notices",
            project=None,
            details=dict(counts),
        )
        uow.commit()
