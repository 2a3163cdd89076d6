"""What the use cases need of the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from output_checker.domain.ledger import (
    ALL_LINES,
    JsonValue,
    LedgerEntry,
    LedgerFilter,
    LedgerHead,
)


class Ledger(Protocol):
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
        """Add a line; it stands or falls with the transaction."""

    def head(self, *, until: int | None = None) -> LedgerHead:
        """The last line, or the last up to `until`."""

    def all(
        self, *, wanted: LedgerFilter = ALL_LINES, after: int = 0, until: int | None = None
    ) -> Iterable[LedgerEntry]:
        """From the first to the last, or after `after` up to `until`."""

    def page(
        self, *, before: int | None, size: int, wanted: LedgerFilter = ALL_LINES
    ) -> Sequence[LedgerEntry]:
        """The newest first, below `before`."""

    def days(self, *, wanted: LedgerFilter, most: int) -> Sequence[tuple[date, int]]:
        """How many lines each day has, the newest day first; days without any are left out.

        Args:
            wanted: Which lines.
            most: How many days, up to that of the newest of them.
        """
