"""The ledger in PostgreSQL: one line after the other, whoever writes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import LedgerRow
from output_checker.domain.ledger import EMPTY, JsonValue, LedgerEntry, LedgerHead, seal

# Any number will do, so long as nothing else in this database uses it.
LEDGER_LOCK: Final = 7_283_001

_PAGE: Final = 1000


class SqlLedger:
    """Append to the ledger on the caller's session: the line shares its transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def append(
        self,
        *,
        at: datetime,
        actor: str,
        event: str,
        subject: str,
        project: str | None,
        details: Mapping[str, JsonValue],
    ) -> LedgerHead:
        # Held to the end of the transaction: a number that is read must be the last committed.
        self._session.execute(select(func.pg_advisory_xact_lock(LEDGER_LOCK)))
        entry = seal(
            self.head(),
            at=at,
            actor=actor,
            event=event,
            subject=subject,
            project=project,
            details=details,
        )
        self._session.execute(insert(LedgerRow).values(_columns(entry)))
        return LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)

    def head(self) -> LedgerHead:
        row = self._session.execute(
            select(LedgerRow.seq, LedgerRow.entry_hash).order_by(LedgerRow.seq.desc()).limit(1)
        ).one_or_none()
        return EMPTY if row is None else LedgerHead(seq=row.seq, entry_hash=row.entry_hash)

    def all(self) -> Iterator[LedgerEntry]:
        # In pages, because whoever finds a broken line stops half-way through.
        query = select(LedgerRow).order_by(LedgerRow.seq).limit(_PAGE)
        rows = self._session.scalars(query).all()
        while rows:
            yield from (_entry(row) for row in rows)
            rows = self._session.scalars(query.where(LedgerRow.seq > rows[-1].seq)).all()

    def page(self, *, before: int | None, size: int, project: str | None) -> Sequence[LedgerEntry]:
        query = select(LedgerRow).order_by(LedgerRow.seq.desc()).limit(size)
        if before is not None:
            query = query.where(LedgerRow.seq < before)
        if project is not None:
            query = query.where(LedgerRow.project == project)
        return [_entry(row) for row in self._session.scalars(query)]


def _columns(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "event": entry.event,
        "subject": entry.subject,
        "project": entry.project,
        "details": dict(entry.details),
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
    }


def _entry(row: LedgerRow) -> LedgerEntry:
    return LedgerEntry(
        seq=row.seq,
        at=row.at.astimezone(UTC),
        actor=row.actor,
        event=row.event,
        subject=row.subject,
        project=row.project,
        details=row.details,
        previous_hash=row.previous_hash,
        entry_hash=row.entry_hash,
    )
