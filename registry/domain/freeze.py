"""A stop to workspaces, or to everything that leaves: of one project, or of all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

LONGEST_REASON: Final = 300


class Frozen(StrEnum):
    """What stands still: `egress` is submissions, releases and downloads."""

    WORKSPACES = "workspaces"
    EGRESS = "egress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Why workspaces do not start, or nothing leaves.

    Attributes:
        project_id: Whose; None: every project's.
        reason: For the people concerned to read.
        stops_running: Whether workspaces that run are stopped too, or only new ones refused.
    """

    project_id: str | None
    reason: str
    stops_running: bool
    frozen_by: str
    frozen_at: datetime
    kind: Frozen = Frozen.WORKSPACES

    @property
    def words(self) -> str:
        return f"{_WORDS[self.kind, self.project_id is None]}: {self.reason}"


_WORDS: Final = {
    (Frozen.WORKSPACES, True): "All workspaces are frozen",
    (Frozen.WORKSPACES, False): "This project's workspaces are frozen",
    (Frozen.EGRESS, True): "Nothing leaves Haven at present",
    (Frozen.EGRESS, False): "Nothing of this project leaves at present",
}
