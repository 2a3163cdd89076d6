"""Look through the ledger, and take a copy of it; for auditors and admins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from output_checker.application.ports import Clock, UnitOfWork
from output_checker.application.reconcile import RECONCILED
from output_checker.domain.actor import Actor
from output_checker.domain.errors import Forbidden
from output_checker.domain.ledger import ALL_LINES, LedgerEntry, LedgerFilter

MOST_LINES: Final = 500
MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerView:
    """Attributes: `entries` and `days`, these with their numbers of lines; newest first."""

    entries: tuple[LedgerEntry, ...]
    days: Sequence[tuple[date, int]]


def search_ledger(
    uow: UnitOfWork,
    actor: Actor,
    *,
    wanted: LedgerFilter = ALL_LINES,
    before: int | None = None,
    size: int = 100,
) -> LedgerView:
    """The newest lines first, below `before`, and how many lines each of the last days has.

    Raises:
        Forbidden: Only auditors and admins read the ledger.
    """
    _require_reader(actor)
    with uow:
        return LedgerView(
            entries=tuple(
                uow.ledger.page(before=before, size=min(size, MOST_LINES), wanted=wanted)
            ),
            days=uow.ledger.days(wanted=wanted, most=MOST_DAYS),
        )


def export_ledger(
    uow: UnitOfWork, clock: Clock, actor: Actor, *, wanted: LedgerFilter = ALL_LINES
) -> Iterator[LedgerEntry]:
    """All lines in order. That somebody took them is a line itself, before the first is given.

    Raises:
        Forbidden: Only auditors and admins read the ledger.
    """
    _require_reader(actor)
    with uow:
        upto = uow.ledger.append(
            at=clock.now(),
            actor=actor.username,
            event="ledger.exported",
            subject="ledger",
            project=wanted.project or None,
            details={"is_whole": not wanted},
        )
        uow.commit()

    def lines() -> Iterator[LedgerEntry]:
        with uow:
            for entry in uow.ledger.all(wanted=wanted):
                if entry.seq > upto.seq:
                    return
                yield entry

    return lines()


def store_mismatches(uow: UnitOfWork, actor: Actor) -> int:
    """Objects that the last look at the release store found wrong; 0 for who may not know."""
    if not (actor.is_auditor or actor.is_admin):
        return 0
    with uow:
        last = uow.ledger.page(before=None, size=1, wanted=LedgerFilter(event=RECONCILED))
    return int(str(last[0].details["mismatches"])) if last else 0


def _require_reader(actor: Actor) -> None:
    if not (actor.is_auditor or actor.is_admin):
        raise Forbidden("Only auditors and admins read the ledger")
