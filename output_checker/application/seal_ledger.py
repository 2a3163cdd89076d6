"""Write the ledger's head down where not even the database's superuser can change it."""

from datetime import timedelta

from output_checker.application.ports import Clock, LedgerSeals, UnitOfWork
from output_checker.domain.ledger import LedgerHead


def seal_ledger(
    uow: UnitOfWork, seals: LedgerSeals, clock: Clock, *, retention: timedelta
) -> LedgerHead | None:
    """Seal the head, unless it is sealed already.

    Returns:
        What was sealed; None when nothing was written since, or ever.

    Raises:
        DependencyUnavailable: Database or store did not answer.
    """
    with uow:
        head = uow.ledger.head()
    if head.seq == 0 or seals.has(head):
        return None
    # In whole seconds: that is how a store keeps a date.
    seals.add(head, retain_until=(clock.now() + retention).replace(microsecond=0))
    return head
