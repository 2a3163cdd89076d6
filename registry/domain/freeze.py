"""A stop to workspaces: of one project, or of all."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

LONGEST_REASON: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Why workspaces do not start.

    Attributes:
        project_id: Whose; None: every project's.
        reason: For the people concerned to read.
        stops_running: Whether those that run are stopped too, or only new ones refused.
    """

    project_id: str | None
    reason: str
    stops_running: bool
    frozen_by: str
    frozen_at: datetime

    @property
    def words(self) -> str:
        whose = "All workspaces are" if self.project_id is None else "This project's workspaces are"
        return f"{whose} frozen: {self.reason}"
