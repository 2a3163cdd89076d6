"""What people beside the checkers must say: owners of datasets, and those who override."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """A dataset's owner agrees to the release of exactly these bytes."""

    request_id: str
    turn: int
    dataset: str
    owner: str
    snapshot_sha256: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Somebody takes it upon them that a failing file may leave, and says why."""

    request_id: str
    file_id: str
    sha256: str
    person: str
    reason: str
    at: datetime
