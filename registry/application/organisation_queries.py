"""What pages and programs ask about organisations. Reads only; asked as `queries` are.

Everybody who is signed in may know which organisations there are. Who does what for one, and its
datasets, is for its own people; its projects are for its stewards and data owners.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application import queries
from registry.application.queries import ActorView
from registry.domain.applications.party import CUSTODIANS
from registry.domain.organisation import Organisation, OrganisationKind, OrganisationRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How much somebody may know of organisations.

    Attributes:
        sees_all: Administrators and auditors.
        works_for: Organisations that they work or act for.
        keeps: Those of which they are a steward or data owner.
        stewards: Those of which they are a steward.
        projects: Those that they work on or check.
    """

    sees_all: bool
    works_for: frozenset[str]
    keeps: frozenset[str]
    stewards: frozenset[str]
    projects: frozenset[str]

    def is_inside(self, organisation_id: str) -> bool:
        return self.sees_all or organisation_id in self.works_for

    def sees_project(self, organisation_id: str, project_id: str) -> bool:
        return self.sees_all or organisation_id in self.keeps or project_id in self.projects


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationSummary:
    """An organisation in a list; the counts are None for who may not know them."""

    organisation_id: str
    title: str
    kind: OrganisationKind
    people: int | None
    datasets: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHolders:
    """Who has a role; `people` are pairs of username and name, of accounts that are on."""

    role: OrganisationRole
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedDataset:
    """A dataset of an organisation, by the version added last."""

    dataset_id: str
    title: str
    version: str
    versions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedProject:
    """A project that uses an organisation's data, or on which its people work, or both."""

    project_id: str
    title: str
    ends_on: date
    open: bool
    uses_data: bool
    has_people: bool
    has_certificate: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationView:
    """An organisation, as far as somebody may know it.

    Attributes:
        is_inside: Whether they may know its roles and datasets; those are empty otherwise.
        colleagues: Pairs of username and name of those who work for it without a role there.
        projects: Those of its projects that they may know.
    """

    organisation: Organisation
    is_inside: bool
    roles: tuple[RoleHolders, ...]
    colleagues: tuple[tuple[str, str], ...]
    datasets: tuple[OwnedDataset, ...]
    projects: tuple[RelatedProject, ...]

    @property
    def gaps(self) -> tuple[OrganisationRole, ...]:
        """The roles that nobody has."""
        return tuple(one.role for one in self.roles if not one.people)


_WORKS_FOR = text("""
    SELECT organisation_id FROM person
    WHERE username = :username AND is_active AND organisation_id IS NOT NULL
""")

_LIST = text("""
    SELECT organisation_id, title, kind,
           (SELECT count(*) FROM person p WHERE p.is_active AND (
               p.organisation_id = o.organisation_id OR EXISTS (
                   SELECT FROM organisation_role r
                   WHERE r.username = p.username AND r.organisation_id = o.organisation_id)
           )) AS people,
           (SELECT count(DISTINCT dataset_id) FROM dataset_version d
            WHERE d.publisher = o.organisation_id) AS datasets
    FROM organisation o
    WHERE (:kind = '' OR kind = :kind)
      AND (position(lower(:words) IN lower(title)) > 0
           OR position(lower(:words) IN organisation_id) > 0)
    ORDER BY lower(title), organisation_id
""")

_ONE = text("""
    SELECT organisation_id, title, kind, board_quorum
    FROM organisation WHERE organisation_id = :name
""")

_ROLES = text("""
    SELECT r.role, p.username, p.display_name
    FROM organisation_role r JOIN person p USING (username)
    WHERE r.organisation_id = :name AND p.is_active ORDER BY p.display_name, p.username
""")

_COLLEAGUES = text("""
    SELECT username, display_name FROM person p
    WHERE organisation_id = :name AND is_active AND NOT EXISTS (
        SELECT FROM organisation_role r
        WHERE r.username = p.username AND r.organisation_id = :name)
    ORDER BY display_name, username
""")

_DATASETS = text("""
    SELECT DISTINCT ON (dataset_id) dataset_id, title, version,
           count(*) OVER (PARTITION BY dataset_id) AS versions
    FROM dataset_version WHERE publisher = :name
    ORDER BY dataset_id, added_at DESC, version DESC
""")

_PROJECTS = text("""
    SELECT * FROM (
        SELECT q.project_id, q.title, q.ends_on, NOT q.is_closed AND q.ends_on >= :today AS open,
               EXISTS (SELECT FROM project_grant g JOIN dataset_version d
                           USING (dataset_id, version)
                       WHERE g.project_id = q.project_id AND d.publisher = :name) AS uses_data,
               EXISTS (SELECT FROM project_member m JOIN person p USING (username)
                       WHERE m.project_id = q.project_id AND p.organisation_id = :name
                      ) AS has_people,
               EXISTS (SELECT FROM closure_certificate c WHERE c.project_id = q.project_id
                      ) AS has_certificate
        FROM project q
    ) related
    WHERE uses_data OR has_people ORDER BY project_id
""")


def sight_of(session: Session, viewer: ActorView) -> Sight:
    """What the registry says now; roles of an account that is off count for nothing."""
    roles = queries.roles_of(session, viewer.username)
    employer = session.scalars(_WORKS_FOR, {"username": viewer.username})
    return Sight(
        sees_all=viewer.is_admin or viewer.is_auditor,
        works_for=frozenset(employer) | {name for name, _ in roles},
        keeps=frozenset(name for name, role in roles if role in CUSTODIANS),
        stewards=frozenset(name for name, role in roles if role is OrganisationRole.STEWARD),
        projects=frozenset((*viewer.member_of, *viewer.checks)),
    )


def organisations(
    session: Session, sight: Sight, *, words: str = "", kind: str = ""
) -> tuple[OrganisationSummary, ...]:
    """All whose title or id holds the words, of a kind if one is given, by title."""
    rows = session.execute(_LIST, {"words": words, "kind": kind}).mappings()
    return tuple(_summary(dict(row), sight) for row in rows)


def organisation(
    session: Session, sight: Sight, organisation_id: str, today: date
) -> OrganisationView | None:
    """None when there is none of this id."""
    names: dict[str, Any] = {"name": organisation_id}
    row = session.execute(_ONE, names).mappings().one_or_none()
    if row is None:
        return None
    is_inside = sight.is_inside(organisation_id)
    projects = session.execute(_PROJECTS, names | {"today": today}).mappings()
    return OrganisationView(
        organisation=Organisation(
            organisation_id=organisation_id,
            title=row["title"],
            kind=OrganisationKind(row["kind"]),
            board_quorum=row["board_quorum"],
        ),
        is_inside=is_inside,
        roles=_roles(session, names) if is_inside else (),
        colleagues=_pairs(session, names) if is_inside else (),
        datasets=_datasets(session, names) if is_inside else (),
        projects=tuple(
            RelatedProject(**one)
            for one in projects
            if sight.sees_project(organisation_id, one["project_id"])
        ),
    )


def _summary(row: Mapping[str, Any], sight: Sight) -> OrganisationSummary:
    is_inside = sight.is_inside(row["organisation_id"])
    return OrganisationSummary(
        organisation_id=row["organisation_id"],
        title=row["title"],
        kind=OrganisationKind(row["kind"]),
        people=row["people"] if is_inside else None,
        datasets=row["datasets"] if is_inside else None,
    )


def _roles(session: Session, names: dict[str, Any]) -> tuple[RoleHolders, ...]:
    holders: dict[str, list[tuple[str, str]]] = {}
    for row in session.execute(_ROLES, names):
        holders.setdefault(row.role, []).append((row.username, row.display_name))
    return tuple(
        RoleHolders(role=role, people=tuple(holders.get(role.value, ())))
        for role in OrganisationRole
    )


def _pairs(session: Session, names: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = session.execute(_COLLEAGUES, names)
    return tuple((row.username, row.display_name) for row in rows)


def _datasets(session: Session, names: dict[str, Any]) -> tuple[OwnedDataset, ...]:
    rows = session.execute(_DATASETS, names).mappings()
    return tuple(OwnedDataset(**row) for row in rows)
