"""The ledger as lines of JSON: as it is, so that anybody can check it, or for a SIEM.

The second form has the fields of OCSF 1.1, class Entity Management: who did what to which
entity. What has no field there is under `unmapped`, the hashes too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from output_checker.domain.ledger import EMPTY, LedgerEntry, LedgerHead, hash_of

_OCSF_VERSION: Final = "1.1.0"
_IDENTITY_CATEGORY: Final = 3
_ENTITY_MANAGEMENT: Final = 3004
_CREATE, _READ, _UPDATE, _DELETE = 1, 2, 3, 4
_INFORMATIONAL, _MEDIUM = 1, 3
_SUCCESS, _FAILURE = 1, 2
_ACTIVITY: Final[Mapping[str, int]] = {
    "added": _CREATE,
    "created": _CREATE,
    "received": _CREATE,
    "started": _CREATE,
    "viewed": _READ,
    "downloaded": _READ,
    "exported": _READ,
    "removed": _DELETE,
    "revoked": _DELETE,
}
_NOT_DONE: Final = ("refused", "rejected", "failed", "refuse_release")


class NotALine(Exception):
    """Carries what is wrong with a line, without quoting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportVerdict:
    """What an export shows by itself.

    Attributes:
        lines: How many there are.
        broken_at: The first line number that was altered or does not follow; None for none.
        missing: How many lines are left out, as a filter does; their neighbours stand alone.
        head: The last line.
    """

    lines: int
    broken_at: int | None
    missing: int
    head: LedgerHead


def as_line(entry: LedgerEntry) -> dict[str, Any]:
    """All that the hash covers, and the hash."""
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "event": entry.event,
        "subject": entry.subject,
        "project": entry.project,
        "details": dict(entry.details),
        "previous_hash": entry.previous_hash,
        "entry_hash": entry.entry_hash,
    }


def entry_of(line: Any) -> LedgerEntry:
    """Raises: NotALine."""
    if not isinstance(line, Mapping) or set(line) != set(LedgerEntry.__dataclass_fields__):
        raise NotALine("it does not have the fields of a ledger line")
    try:
        at = datetime.fromisoformat(line["at"])
    except (TypeError, ValueError):
        raise NotALine("its time is none") from None
    if not isinstance(line["seq"], int) or not isinstance(line["details"], Mapping):
        raise NotALine("its number or its details are not what they must be")
    if at.tzinfo is None:
        raise NotALine("its time has no zone")
    return LedgerEntry(**{**line, "at": at})


def verify_export(entries: Iterable[LedgerEntry]) -> ExportVerdict:
    """Check each line's own hash, and those of neighbours against each other."""
    previous, lines, missing = EMPTY, 0, 0
    for entry in entries:
        is_next = entry.seq == previous.seq + 1
        follows = entry.previous_hash == previous.entry_hash if is_next else True
        if entry.seq <= previous.seq or not follows or entry.entry_hash != hash_of(entry):
            return ExportVerdict(lines=lines, broken_at=entry.seq, missing=missing, head=previous)
        missing += entry.seq - previous.seq - 1
        lines += 1
        previous = LedgerHead(seq=entry.seq, entry_hash=entry.entry_hash)
    return ExportVerdict(lines=lines, broken_at=None, missing=missing, head=previous)


def as_ocsf(entry: LedgerEntry) -> dict[str, Any]:
    kind, _, identifier = entry.subject.partition(":")
    action = entry.event.rpartition(".")[2]
    activity = _ACTIVITY.get(action.rpartition("_")[2], _UPDATE)
    is_refused = action.endswith(_NOT_DONE)
    return {
        "category_uid": _IDENTITY_CATEGORY,
        "class_uid": _ENTITY_MANAGEMENT,
        "activity_id": activity,
        "type_uid": _ENTITY_MANAGEMENT * 100 + activity,
        "time": int(entry.at.timestamp() * 1000),
        "severity_id": _MEDIUM if is_refused else _INFORMATIONAL,
        "status_id": _FAILURE if is_refused else _SUCCESS,
        "message": entry.event,
        "actor": {"user": {"name": entry.actor}},
        "entity": {"name": entry.subject, "type": kind, "uid": identifier or entry.subject},
        "metadata": {
            "version": _OCSF_VERSION,
            "product": {"name": "Haven", "vendor_name": "Haven"},
            "uid": entry.entry_hash,
            "sequence": entry.seq,
            "event_code": entry.event,
        },
        "unmapped": {
            "project": entry.project,
            "details": dict(entry.details),
            "previous_hash": entry.previous_hash,
        },
    }
