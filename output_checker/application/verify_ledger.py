"""Walk the whole account and say where it stops being true."""

from dataclasses import dataclass

from output_checker.application.ports import UnitOfWork
from output_checker.domain.ledger import LedgerHead, verify


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """`broken_at` is the first sequence number that cannot be trusted; None when all can."""

    broken_at: int | None
    head: LedgerHead
    anchors: int


def verify_ledger(uow: UnitOfWork) -> LedgerVerdict:
    """Check every entry against its predecessor, and against what release records noted."""
    with uow:
        anchors = uow.releases.anchors()
        broken_at = verify(uow.ledger.all(), anchors=anchors)
        return LedgerVerdict(broken_at=broken_at, head=uow.ledger.head(), anchors=len(anchors))
