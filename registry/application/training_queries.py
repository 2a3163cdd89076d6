"""What people were taught, and what a project's data ask for; asked as `queries` are."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.domain.organisation import OrganisationRole
from registry.domain.training import Lack, Training, lacking

_ASKED = text("""
    SELECT unnest(training) FROM project WHERE project_id = :project_id
    UNION SELECT unnest(d.training)
    FROM project_grant g JOIN dataset_version d USING (dataset_id, version)
    WHERE g.project_id = :project_id
""")

_HELD = text("""
    SELECT course, completed_on, expires_on FROM training
    WHERE username = :username ORDER BY course
""")

_STEWARDS = text("""
    SELECT steward.display_name
    FROM person asking
    JOIN organisation_role r ON r.organisation_id = asking.organisation_id AND r.role = :role
    JOIN person steward ON steward.username = r.username
    WHERE asking.username = :username AND steward.is_active AND steward.username <> :username
    ORDER BY steward.display_name
""")


def asked(session: Session, project_id: str) -> frozenset[str]:
    """The courses that a project, or data granted to it, asks of its members."""
    return frozenset(session.scalars(_ASKED, {"project_id": project_id}))


def held(session: Session, username: str) -> tuple[Training, ...]:
    """All that is on record of somebody, whether it counts or not, by course."""
    rows = session.execute(_HELD, {"username": username}).mappings()
    return tuple(Training(**row) for row in rows)


def lacks(session: Session, username: str, project_id: str, today: date) -> tuple[Lack, ...]:
    """What keeps somebody's workspace in a project from starting; nothing: training does not."""
    records = {one.course: one for one in held(session, username)}
    return lacking(asked(session, project_id), records, today)


def whom_to_ask(session: Session, username: str) -> tuple[str, ...]:
    """Names of the stewards of somebody's organisation, themselves aside."""
    names = {"username": username, "role": OrganisationRole.STEWARD.value}
    return tuple(session.scalars(_STEWARDS, names))
