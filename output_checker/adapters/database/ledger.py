"""The ledger in PostgreSQL: one line after the other, whoever writes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import LedgerRow
from output_checker.domain.ledger import (
    ALL_LINES,
    EMPTY,
    JsonValue,
    LedgerEntry,
    LedgerFilter,
    LedgerHead,
    seal,
)

# Any number will do, so long as nothing else in this database uses it.
LEDGER_LOCK: Final = 7_283_001

_PAGE: Final = 5000
# Columns, not rows of the table's class: a walk reads millions of them.
_COLUMNS: Final = (
    LedgerRow.seq,
    LedgerRow.at,
    LedgerRow.actor,
    LedgerRow.event,
    LedgerRow.subject,
    LedgerRow.project,
    LedgerRow.details,
    LedgerRow.previous_hash,
    LedgerRow.entry_hash,
)


class SqlLedger:
    """Append to the ledger on the caller's session: the line shares its transaction.

    Args:
        session: The caller's.
        also: Said in each line, beside its own details.
    """

    def __init__(self, session: Session, *, also: Mapping[str, JsonValue] | None = None) -> None:
        self._session = session
        self._also = dict(also or {})

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
            details={**details, **self._also},
        )
        self._session.execute(insert(LedgerRow).values(_columns(entry)))
        return LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)

    def head(self, *, until: int | None = None) -> LedgerHead:
        query = select(LedgerRow.seq, LedgerRow.entry_hash).order_by(LedgerRow.seq.desc())
        if until is not None:
            query = query.where(LedgerRow.seq <= until)
        row = self._session.execute(query.limit(1)).one_or_none()
        return EMPTY if row is None else LedgerHead(seq=row.seq, entry_hash=row.entry_hash)

    def all(
        self, *, wanted: LedgerFilter = ALL_LINES, after: int = 0, until: int | None = None
    ) -> Iterator[LedgerEntry]:
        # In pages, because whoever finds a broken line stops half-way through.
        query = select(*_COLUMNS).where(*_where(wanted)).order_by(LedgerRow.seq).limit(_PAGE)
        if until is not None:
            query = query.where(LedgerRow.seq <= until)
        rows = self._session.execute(query.where(LedgerRow.seq > after)).all()
        while rows:
            yield from map(_entry, rows)
            rows = self._session.execute(query.where(LedgerRow.seq > rows[-1][0])).all()

    def page(
        self, *, before: int | None, size: int, wanted: LedgerFilter = ALL_LINES
    ) -> Sequence[LedgerEntry]:
        query = select(*_COLUMNS).where(*_where(wanted)).order_by(LedgerRow.seq.desc()).limit(size)
        if before is not None:
            query = query.where(LedgerRow.seq < before)
        return list(map(_entry, self._session.execute(query)))

    def days(self, *, wanted: LedgerFilter, most: int) -> Sequence[tuple[date, int]]:
        newest = self._session.scalar(
            select(LedgerRow.at).where(*_where(wanted)).order_by(LedgerRow.seq.desc()).limit(1)
        )
        if newest is None:
            return []
        first = datetime.combine(newest.astimezone(UTC), time.min, UTC) - timedelta(days=most - 1)
        day = func.date_trunc("day", LedgerRow.at, "UTC")
        query = select(day, func.count()).where(*_where(wanted), LedgerRow.at >= first)
        rows = self._session.execute(query.group_by(day).order_by(day.desc()))
        return [(at.astimezone(UTC).date(), count) for at, count in rows]


def _where(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    tests: list[ColumnElement[bool]] = []
    for column, value in (
        (LedgerRow.project, wanted.project),
        (LedgerRow.actor, wanted.actor),
        (LedgerRow.subject, wanted.subject),
    ):
        if value:
            tests.append(column == value)
    if wanted.event.endswith("."):
        tests.append(LedgerRow.event.startswith(wanted.event, autoescape=True))
    elif wanted.event:
        tests.append(LedgerRow.event == wanted.event)
    if wanted.since is not None:
        tests.append(LedgerRow.at >= wanted.since)
    if wanted.until is not None:
        tests.append(LedgerRow.at < wanted.until)
    return tests


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


def _entry(row: Sequence[Any]) -> LedgerEntry:
    seq, at, actor, event, subject, project, details, previous_hash, entry_hash = row
    return LedgerEntry(
        seq=seq,
        at=at.astimezone(UTC),
        actor=actor,
        event=event,
        subject=subject,
        project=project,
        details=details,
        previous_hash=previous_hash,
        entry_hash=entry_hash,
    )
