"""What pages ask about traffic. Reads only."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficRow:
    """One session's figures, or the sums of several.

    Attributes:
        started_id: None for a sum over sessions.
        levels: The levels that were reached, in order of their weight.
    """

    started_id: str | None
    username: str
    project_id: str
    tier: str
    day: date
    http_to_browser: int
    kernel_to_browser: int
    pixels_to_browser: int
    static_to_browser: int
    to_workspace: int
    requests: int
    refused: int
    dropped: int
    last_at: datetime
    levels: tuple[str, ...]

    @property
    def shown_bytes(self) -> int:
        return self.http_to_browser + self.kernel_to_browser + self.pixels_to_browser


_SUMS = """
    sum(http_to_browser)::bigint AS http_to_browser,
    sum(kernel_to_browser)::bigint AS kernel_to_browser,
    sum(pixels_to_browser)::bigint AS pixels_to_browser,
    sum(static_to_browser)::bigint AS static_to_browser,
    sum(http_to_workspace + kernel_to_workspace + pixels_to_workspace)::bigint AS to_workspace,
    sum(requests)::bigint AS requests, sum(refused)::bigint AS refused,
    sum(dropped)::bigint AS dropped, max(last_at) AS last_at
"""
_LEVELS = """
    ARRAY(SELECT DISTINCT level FROM workspace_traffic_level l
          WHERE l.level <> 'closed' AND l.username = t.username AND l.project_id = t.project_id
            AND l.day = t.day {more} ORDER BY level) AS levels
"""
_BY_PERSON = text(
    f"SELECT NULL AS started_id, username, project_id, string_agg(DISTINCT tier, ', ') AS tier,"  # noqa: S608  constants
    f" day, {_SUMS}, {_LEVELS.format(more='')} FROM workspace_traffic t"
    " WHERE day >= :since GROUP BY username, project_id, day"
    " ORDER BY day DESC, project_id, username LIMIT :most"
)
_BY_SESSION = text(
    f"SELECT started_id, username, project_id, tier, day, {_SUMS},"  # noqa: S608  constants
    f" {_LEVELS.format(more='AND l.started_id = t.started_id')} FROM workspace_traffic t"
    " WHERE day >= :since GROUP BY started_id, username, project_id, tier, day"
    " ORDER BY day DESC, max(last_at) DESC LIMIT :most"
)
MOST = 500


def by_person(session: Session, *, since: date) -> tuple[TrafficRow, ...]:
    """For each day, project and person; the newest day first."""
    return _rows(session, _BY_PERSON, since)


def by_session(session: Session, *, since: date) -> tuple[TrafficRow, ...]:
    """For each day and session; the newest first."""
    return _rows(session, _BY_SESSION, since)


def _rows(session: Session, query: object, since: date) -> tuple[TrafficRow, ...]:
    rows = session.execute(query, {"since": since, "most": MOST}).mappings()  # type: ignore[call-overload]  # a text
    return tuple(TrafficRow(**{**row, "levels": tuple(row["levels"])}) for row in rows)
