"""Write the ledger's head down where not even the database's superuser can change it."""

from datetime import timedelta

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.store_ports import LedgerSeals, Signer
from output_checker.domain.ledger import LedgerHead
from output_checker.domain.ledger_seal import checkpoint_of, signed_words


def seal_ledger(
    uow: UnitOfWork, seals: LedgerSeals, signer: Signer, clock: Clock, *, retention: timedelta
) -> LedgerHead | None:
    """Sign and seal the head, unless it is sealed already.

    Returns:
        What was sealed; None when nothing was written since, or ever.

    Raises:
        DependencyUnavailable: Database, store or signer did not answer.
    """
    with uow:
        head = uow.ledger.head()
    if head.seq == 0 or seals.has(head):
        return None
    # In whole seconds: that is how a store keeps a date.
    checkpoint = checkpoint_of(head, signer.sign(signed_words(head)))
    seals.add(head, checkpoint, retain_until=(clock.now() + retention).replace(microsecond=0))
    return head
