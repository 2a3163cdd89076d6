"""Who may have a workspace, and why somebody may not; asked as `queries` are."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain import prober


class Refusal(StrEnum):
    """Why a person may not have a workspace. The value is the code that clients rely on."""

    NOT_A_MEMBER = "not_a_member"
    PROJECT_CLOSED = "project_closed"
    PROJECT_ENDED = "project_ended"
    TRAINING = "training"

    @property
    def words(self) -> str:
        return _REFUSAL_WORDS[self]


_REFUSAL_WORDS = {
    Refusal.NOT_A_MEMBER: "You are not a member of a project with this name.",
    Refusal.PROJECT_CLOSED: "This project is closed. Ask the project's administrator.",
    Refusal.PROJECT_ENDED: "This project has reached its end date. Ask for an extension.",
    Refusal.TRAINING: "The project's data ask for a course that you have no valid record of.",
}

# The accounts of the isolation probes are programs: nobody teaches them.
_TAUGHT = """
    (m.username = ANY(:programs) OR NOT EXISTS (
        SELECT FROM (
            SELECT unnest(q.training) AS course FROM project q WHERE q.project_id = m.project_id
            UNION SELECT unnest(d.training)
            FROM project_grant g JOIN dataset_version d USING (dataset_id, version)
            WHERE g.project_id = m.project_id
        ) asked
        WHERE NOT EXISTS (
            SELECT FROM training t
            WHERE t.username = m.username AND t.course = asked.course
              AND :today BETWEEN t.completed_on AND t.expires_on)))
"""

_ENTITLED = text(f"""
    SELECT m.username, m.project_id
    FROM project_member m
    JOIN project p USING (project_id)
    JOIN person USING (username)
    WHERE person.is_active AND NOT p.is_closed AND p.ends_on >= :today
      AND {_TAUGHT}
    ORDER BY m.username, m.project_id
""")  # noqa: S608  constants

_ENTITLEMENT = text(f"""
    SELECT p.is_closed, p.ends_on, {_TAUGHT} AS is_taught
    FROM project_member m
    JOIN project p USING (project_id)
    JOIN person USING (username)
    WHERE m.username = :username AND m.project_id = :project_id AND person.is_active
""")  # noqa: S608  constants


def entitled(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Every (username, project) that may have a workspace at `now`, in order.

    A project's last day is its end date, in UTC.
    """
    rows = session.execute(_ENTITLED, _names(now))
    return [(row.username, row.project_id) for row in rows]


def is_entitled(session: Session, username: str, project_id: str, now: datetime) -> Refusal | None:
    """None when the person may have the project's workspace at `now`, else the reason."""
    asked = {"username": username, "project_id": project_id} | _names(now)
    row = session.execute(_ENTITLEMENT, asked).mappings().one_or_none()
    if row is None:
        return Refusal.NOT_A_MEMBER
    if row["is_closed"]:
        return Refusal.PROJECT_CLOSED
    if row["ends_on"] < now.date():
        return Refusal.PROJECT_ENDED
    return None if row["is_taught"] else Refusal.TRAINING


def _names(now: datetime) -> dict[str, Any]:
    return {"today": now.date(), "programs": sorted(prober.USERNAMES)}
