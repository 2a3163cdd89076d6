"""People with their training, for administrators, auditors and stewards. Reads only."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application.organisation_queries import Sight
from registry.domain.organisation import OrganisationRole
from registry.domain.training import Lack, Training, TrainingState, lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtPerson:
    """A person, as far as who looks may know.

    Attributes:
        roles: In organisations that who looks may know of.
        training: All their records, by course.
        lacks: What open projects of theirs ask for that does not count today.
    """

    username: str
    display_name: str
    is_active: bool
    organisation_id: str | None
    roles: tuple[tuple[str, OrganisationRole], ...]
    training: tuple[tuple[Training, TrainingState], ...]
    lacks: tuple[Lack, ...]

    @property
    def ends_soon(self) -> bool:
        return any(state is TrainingState.ENDS_SOON for _, state in self.training)


_PEOPLE = text("""
    SELECT username, display_name, is_active, organisation_id FROM person p
    WHERE (:everybody OR p.organisation_id = ANY(:organisations) OR EXISTS (
               SELECT FROM organisation_role r
               WHERE r.username = p.username AND r.organisation_id = ANY(:organisations)))
      AND (:organisation = '' OR p.organisation_id = :organisation OR EXISTS (
               SELECT FROM organisation_role r
               WHERE r.username = p.username AND r.organisation_id = :organisation))
    ORDER BY username
""")

_ROLES = text("""
    SELECT username, organisation_id, role FROM organisation_role
    WHERE username = ANY(:usernames) AND (:everybody OR organisation_id = ANY(:organisations))
    ORDER BY organisation_id, role
""")

_TRAINING = text("""
    SELECT username, course, completed_on, expires_on FROM training
    WHERE username = ANY(:usernames) ORDER BY course
""")

_ASKED = text("""
    SELECT m.username, asked.course
    FROM project_member m JOIN project q USING (project_id), LATERAL (
        SELECT unnest(q.training) AS course
        UNION SELECT unnest(d.training)
        FROM project_grant g JOIN dataset_version d USING (dataset_id, version)
        WHERE g.project_id = q.project_id
    ) asked
    WHERE m.username = ANY(:usernames) AND NOT q.is_closed AND q.ends_on >= :today
""")


def people(
    session: Session, sight: Sight, today: date, *, organisation: str = ""
) -> tuple[TaughtPerson, ...]:
    """Everybody that a steward, an administrator or an auditor looks after, by username.

    Args:
        session: To read on.
        sight: Of who looks; stewards see who works or acts for their organisations.
        today: Against which training is held, in UTC.
        organisation: Only who works or acts for this one; empty: for any.
    """
    names: dict[str, Any] = {
        "everybody": sight.sees_all,
        "organisations": sorted(sight.stewards),
        "organisation": organisation,
        "today": today,
    }
    found = session.execute(_PEOPLE, names).mappings().all()
    names["usernames"] = [row["username"] for row in found]
    roles = _grouped(session, _ROLES, names)
    taught = _grouped(session, _TRAINING, names)
    asked = _grouped(session, _ASKED, names)
    return tuple(_person(dict(row), roles, taught, asked, today) for row in found)


def _person(
    row: dict[str, Any],
    roles: dict[str, list[Any]],
    taught: dict[str, list[Any]],
    asked: dict[str, list[Any]],
    today: date,
) -> TaughtPerson:
    name = row["username"]
    records = [
        Training(course=one.course, completed_on=one.completed_on, expires_on=one.expires_on)
        for one in taught.get(name, ())
    ]
    courses = {one.course for one in asked.get(name, ())}
    return TaughtPerson(
        **row,
        roles=tuple(
            (one.organisation_id, OrganisationRole(one.role)) for one in roles.get(name, ())
        ),
        training=tuple((one, one.state(today)) for one in records),
        lacks=lacking(courses, {one.course: one for one in records}, today),
    )


def _grouped(session: Session, query: Any, names: dict[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in session.execute(query, names):
        found.setdefault(row.username, []).append(row)
    return found
