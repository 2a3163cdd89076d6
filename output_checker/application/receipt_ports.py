"""The worker's memory of manifests."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Memory of a manifest: the worker cannot move it away, so it remembers it."""

    project: str
    username: str
    name: str
    sha256: str
    request_id: str | None
    attempts: int
    answer: Mapping[str, Any] | None


class Receipts(Protocol):
    def get(self, *, project: str, username: str, name: str, sha256: str) -> Receipt | None: ...

    def save(self, receipt: Receipt, *, at: datetime) -> None: ...
