"""Walk the whole account and say where it stops being true."""

from collections.abc import Iterable
from dataclasses import dataclass

from output_checker.application.ports import UnitOfWork
from output_checker.domain.ledger import LedgerHead, verify
from output_checker.domain.ledger_seal import anchors_from


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerVerdict:
    """What was found.

    Attributes:
        broken_at: The first sequence number that cannot be trusted; None when all can.
        anchors: How many heads release records in the database hold.
        seals: How many heads the store holds.
        sealed_seq: The last of them; what came after it is proved by the chain alone.
    """

    broken_at: int | None
    head: LedgerHead
    anchors: int
    seals: int
    sealed_seq: int


def verify_ledger(uow: UnitOfWork, sealed: Iterable[LedgerHead] = ()) -> LedgerVerdict:
    """Check every entry against its predecessor, and against heads written down elsewhere.

    Args:
        uow: The database.
        sealed: Heads from the store, read before the database: what is sealed was committed.
    """
    seals = list(sealed)
    with uow:
        anchors = uow.releases.anchors()
        noted = [LedgerHead(seq=seq, entry_hash=anchor) for seq, anchor in anchors.items()]
        broken_at = verify(uow.ledger.all(), anchors=anchors_from([*seals, *noted]))
        return LedgerVerdict(
            broken_at=broken_at,
            head=uow.ledger.head(),
            anchors=len(anchors),
            seals=len(seals),
            sealed_seq=max((head.seq for head in seals), default=0),
        )
