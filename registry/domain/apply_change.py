"""One difference between files and what is registered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Sign(StrEnum):
    ADDED = "+"
    CHANGED = "~"
    REMOVED = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: a line of the diff, and a line of the ledger."""

    sign: Sign
    words: str
    event: str
    subject: str
    project_id: str | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.sign} {self.words}"
