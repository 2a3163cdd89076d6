"""What other packages may ask the registry.

Plain SQL on the caller's session: it joins the caller's transaction, and other packages
need none of the registry's rows. Every answer is a frozen value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application.stored_limits import from_stored
from registry.domain.dataset import FieldRole
from registry.domain.limits import Limits
from registry.domain.tier import Tier, strictest


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """A granted dataset version. `path` names its data file beneath the datasets directory.

    Attributes:
        holding: The column that names who owns the entity, if there is one.
        structural_zeros: Combinations of column and label that nobody can have.
        bounds: Column to the lowest and highest value there can be.
        other_versions: Paths of the dataset's other versions, by the SHA-256 of each.
    """

    dataset_id: str
    version: str
    title: str
    path: str
    sha256: str
    entity: str | None
    identifiers: tuple[str, ...]
    policy: str
    tier: Tier | None = None
    holding: str | None = None
    structural_zeros: tuple[Mapping[str, str], ...] = ()
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    other_versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectView:
    """A project. `tier` is the one that holds: the strictest of its own and its data's."""

    project_id: str
    title: str
    ends_on: date
    open: bool
    policy: str
    tier: Tier
    limits: Limits
    members: tuple[str, ...]
    checkers: tuple[str, ...]
    datasets: tuple[DatasetView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    username: str
    display_name: str
    is_admin: bool
    is_auditor: bool
    member_of: tuple[str, ...]
    checks: tuple[str, ...]


class Refusal(StrEnum):
    """Why a person may not have a workspace. The value is the code that clients rely on."""

    NOT_A_MEMBER = "not_a_member"
    PROJECT_CLOSED = "project_closed"
    PROJECT_ENDED = "project_ended"

    @property
    def words(self) -> str:
        return _REFUSAL_WORDS[self]


_REFUSAL_WORDS = {
    Refusal.NOT_A_MEMBER: "You are not a member of a project with this name.",
    Refusal.PROJECT_CLOSED: "This project is closed. Ask the project's administrator.",
    Refusal.PROJECT_ENDED: "This project has reached its end date. Ask for an extension.",
}

_PROJECT = text("""
    SELECT project_id, title, ends_on, policy, tier, limits,
           NOT is_closed AND ends_on >= (now() AT TIME ZONE 'utc')::date AS open,
           ARRAY(SELECT username FROM project_member m
                 WHERE m.project_id = p.project_id ORDER BY username) AS members,
           ARRAY(SELECT username FROM project_checker c
                 WHERE c.project_id = p.project_id ORDER BY username) AS checkers
    FROM project p WHERE project_id = :project_id
""")

_DATASETS = text("""
    SELECT d.dataset_id, d.version, d.title, d.path, d.sha256, d.entity, d.identifiers, d.policy,
           d.tier, d.fields,
           (SELECT coalesce(jsonb_object_agg(o.sha256, o.path), '{}') FROM dataset_version o
            WHERE o.dataset_id = d.dataset_id AND o.sha256 <> d.sha256) AS other_versions
    FROM project_grant g JOIN dataset_version d USING (dataset_id, version)
    WHERE g.project_id = :project_id ORDER BY d.dataset_id
""")

_ACTOR = text("""
    SELECT username, display_name, is_admin, is_auditor,
           ARRAY(SELECT project_id FROM project_member m
                 WHERE m.username = p.username ORDER BY project_id) AS member_of,
           ARRAY(SELECT project_id FROM project_checker c
                 WHERE c.username = p.username ORDER BY project_id) AS checks
    FROM person p WHERE username = :username AND is_active
""")

_ENTITLED = text("""
    SELECT m.username, m.project_id
    FROM project_member m
    JOIN project p USING (project_id)
    JOIN person USING (username)
    WHERE person.is_active AND NOT p.is_closed AND p.ends_on >= :today
    ORDER BY m.username, m.project_id
""")

_ENTITLEMENT = text("""
    SELECT p.is_closed, p.ends_on
    FROM project_member m
    JOIN project p USING (project_id)
    JOIN person USING (username)
    WHERE m.username = :username AND m.project_id = :project_id AND person.is_active
""")


def project(session: Session, project_id: str) -> ProjectView | None:
    """The project with its people and granted datasets; None when there is no such project."""
    row = _one(session, _PROJECT, project_id=project_id)
    if row is None:
        return None
    found = session.execute(_DATASETS, {"project_id": project_id}).mappings()
    datasets = tuple(map(_dataset, found))
    return ProjectView(
        project_id=row["project_id"],
        title=row["title"],
        ends_on=row["ends_on"],
        open=row["open"],
        policy=row["policy"],
        tier=strictest(Tier(row["tier"]), (dataset.tier for dataset in datasets)),
        limits=from_stored(row["limits"]),
        members=tuple(row["members"]),
        checkers=tuple(row["checkers"]),
        datasets=datasets,
    )


def _dataset(row: Any) -> DatasetView:
    columns = dict(row)
    fields = columns.pop("fields")
    columns["identifiers"] = tuple(row["identifiers"])
    columns["tier"] = Tier(row["tier"]) if row["tier"] else None
    ends = {one["name"]: (one.get("minimum"), one.get("maximum")) for one in fields}
    return DatasetView(
        **columns,
        holding=next((one["name"] for one in fields if one["role"] == FieldRole.HOLDING), None),
        structural_zeros=tuple(zero for one in fields for zero in one.get("impossible", ())),
        bounds={name: pair for name, pair in ends.items() if pair != (None, None)},
    )


def actor(session: Session, username: str) -> ActorView | None:
    """Who this is and what they may do now; None for nobody and for accounts switched off."""
    row = _one(session, _ACTOR, username=username)
    if row is None:
        return None
    return ActorView(
        username=row["username"],
        display_name=row["display_name"],
        is_admin=row["is_admin"],
        is_auditor=row["is_auditor"],
        member_of=tuple(row["member_of"]),
        checks=tuple(row["checks"]),
    )


def entitled(session: Session, now: datetime) -> list[tuple[str, str]]:
    """Every (username, project) that may have a workspace at `now`, in order.

    A project's last day is its end date, in UTC.
    """
    rows = session.execute(_ENTITLED, {"today": now.date()})
    return [(row.username, row.project_id) for row in rows]


def is_entitled(session: Session, username: str, project_id: str, now: datetime) -> Refusal | None:
    """None when the person may have the project's workspace at `now`, else the reason."""
    row = _one(session, _ENTITLEMENT, username=username, project_id=project_id)
    if row is None:
        return Refusal.NOT_A_MEMBER
    if row["is_closed"]:
        return Refusal.PROJECT_CLOSED
    return Refusal.PROJECT_ENDED if row["ends_on"] < now.date() else None


def _one(session: Session, query: Any, **parameters: str) -> Any | None:
    return session.execute(query, parameters).mappings().one_or_none()
