"""An append-only account in which each entry seals the one before it.

The hash of an entry covers all of its fields and the hash of its predecessor, so a
changed, missing, added or moved row breaks the chain at its own sequence number. The
chain alone cannot show that its end was cut off; anchors (heads written down elsewhere,
such as in release records) show that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from output_checker.domain.canonical import sha256_of

GENESIS: Final = "0" * 64

JsonValue = str | int | bool | None | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One thing that happened.

    Attributes:
        subject: What it happened to, such as `request:<id>`.
        details: Identifiers, counts and states; never file contents or names.
    """

    seq: int
    at: datetime
    actor: str
    event: str
    subject: str
    project: str | None
    details: Mapping[str, JsonValue]
    previous_hash: str
    entry_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """Which lines are wanted; what is empty limits nothing.

    Attributes:
        event: A whole name, or the first part of one with its dot: `request.`.
        since, until: Moments, the second not included.
    """

    project: str = ""
    actor: str = ""
    event: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return self != LedgerFilter()


ALL_LINES: Final = LedgerFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHead:
    seq: int
    entry_hash: str


EMPTY: Final = LedgerHead(seq=0, entry_hash=GENESIS)


def seal(
    head: LedgerHead,
    *,
    at: datetime,
    actor: str,
    event: str,
    subject: str,
    project: str | None,
    details: Mapping[str, JsonValue],
) -> LedgerEntry:
    """Make the entry that follows `head`.

    Raises:
        ValueError: The details hold something whose spelling a database may change.
    """
    _require_stable(details)
    entry = LedgerEntry(
        seq=head.seq + 1,
        at=at.astimezone(UTC),
        actor=actor,
        event=event,
        subject=subject,
        project=project,
        details=details,
        previous_hash=head.entry_hash,
    )
    return replace(entry, entry_hash=hash_of(entry))


def hash_of(entry: LedgerEntry) -> str:
    return sha256_of(
        {
            "seq": entry.seq,
            "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "event": entry.event,
            "subject": entry.subject,
            "project": entry.project,
            "details": dict(entry.details),
            "previous_hash": entry.previous_hash,
        }
    )


def verify(
    entries: Iterable[LedgerEntry],
    *,
    anchors: Mapping[int, str] | None = None,
    after: LedgerHead = EMPTY,
) -> int | None:
    """Walk the chain in order of `seq`.

    Args:
        entries: All entries after `after`, in ascending order.
        anchors: Entry hashes by sequence number, as written down elsewhere; of lines after it.
        after: The line before the first; what stands there is taken as it is.

    Returns:
        The first sequence number at which the account cannot be trusted, or None.
    """
    expected = dict(anchors or {})
    previous = after
    for entry in entries:
        due = previous.seq + 1
        if entry.seq != due:
            return due
        if entry.previous_hash != previous.entry_hash or entry.entry_hash != hash_of(entry):
            return due
        if expected.pop(due, entry.entry_hash) != entry.entry_hash:
            return due
        previous = LedgerHead(seq=due, entry_hash=entry.entry_hash)
    if any(seq > previous.seq for seq in expected):
        return previous.seq + 1
    return None


def _require_stable(value: object) -> None:
    # A float or a NUL comes back from JSONB spelled otherwise, or not at all: the chain
    # would look broken though nobody touched it.
    if isinstance(value, Mapping):
        for key, item in value.items():
            _require_stable(key)
            _require_stable(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _require_stable(item)
    elif isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise ValueError("Ledger text must be storable")
    elif value is not None and not isinstance(value, bool | int):
        raise ValueError(f"The ledger does not hold values of type {type(value).__name__}")
