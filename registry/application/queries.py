"""What other packages may ask the registry.

Plain SQL on the caller's session: it joins the caller's transaction, and other packages
need none of the registry's rows. Every answer is a frozen value.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application.stored_limits import from_stored
from registry.application.stored_terms import dataset_from_stored
from registry.application.stored_terms import from_stored as terms_from_stored
from registry.application.view_queries import Evidence, all_evidence, of_version, of_view
from registry.domain.freeze import Freeze, Frozen
from registry.domain.limits import Limits
from registry.domain.organisation import OrganisationRole
from registry.domain.release_terms import DEFAULT_DATASET_TERMS, DatasetTerms, ReleaseTerms
from registry.domain.tier import Tier, strictest


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetView:
    """A granted dataset version, or the view of one that was granted.

    Attributes:
        path: The file that is granted, beneath the datasets directory.
        sha256: What outputs made of it are kept under: `Evidence.version`.
        evidence: What the engine judges them by.
        others: Everything else that outputs of the dataset can have been made from, by version.
        view_digest: Of the view that was granted; None for the whole version.
        is_ready: Whether it can be given: a view once it is made, and clean or overridden.
    """

    dataset_id: str
    version: str
    title: str
    path: str
    sha256: str
    policy: str
    evidence: Evidence
    others: Mapping[str, Evidence] = field(default_factory=dict)
    tier: Tier | None = None
    release: DatasetTerms = DEFAULT_DATASET_TERMS
    view_digest: str | None = None
    is_ready: bool = True


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
    release: ReleaseTerms
    members: tuple[str, ...]
    checkers: tuple[str, ...]
    datasets: tuple[DatasetView, ...]
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorView:
    """A person and what they may do now.

    Attributes:
        overrides: The projects in which they are one of those who override.
        signs_off: Pairs of a project and a dataset of it that they sign off for.
        conflicts: Pairs of a project and an author whose outputs they do not check.
    """

    username: str
    display_name: str
    is_admin: bool
    is_auditor: bool
    member_of: tuple[str, ...]
    checks: tuple[str, ...]
    overrides: tuple[str, ...] = ()
    signs_off: tuple[tuple[str, str], ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()


_PROJECT = text("""
    SELECT project_id, title, ends_on, policy, tier, limits, release, networks,
           NOT is_closed AND ends_on >= (now() AT TIME ZONE 'utc')::date AS open,
           ARRAY(SELECT username FROM project_member m
                 WHERE m.project_id = p.project_id ORDER BY username) AS members,
           ARRAY(SELECT username FROM project_checker c
                 WHERE c.project_id = p.project_id ORDER BY username) AS checkers
    FROM project p WHERE project_id = ANY(:project_ids)
""")

_DATASETS = text("""
    SELECT g.project_id, d.dataset_id, d.version, d.title, d.path, d.sha256, d.entity,
           d.identifiers, d.policy, d.tier, d.fields, d.release, v.digest, v.spec,
           v.sha256 AS file_sha256, v.beside_sha256, g.view_digest,
           g.view_digest IS NULL OR coalesce(
             v.made_at IS NOT NULL AND (v.is_clean OR v.overridden_at IS NOT NULL), false
           ) AS is_ready
    FROM project_grant g JOIN dataset_version d USING (dataset_id, version)
    LEFT JOIN dataset_view v ON (v.dataset_id, v.version, v.digest)
                              = (g.dataset_id, g.version, g.view_digest)
    WHERE g.project_id = ANY(:project_ids) ORDER BY d.dataset_id
""")

_ACTOR = text("""
    SELECT username, display_name, is_admin, is_auditor,
           ARRAY(SELECT project_id FROM project_member m
                 WHERE m.username = p.username ORDER BY project_id) AS member_of,
           ARRAY(SELECT project_id FROM project_checker c
                 WHERE c.username = p.username ORDER BY project_id) AS checks,
           ARRAY(SELECT project_id FROM project q
                 WHERE jsonb_exists(q.release->'override', p.username)
                 ORDER BY project_id) AS overrides,
           ARRAY(SELECT project_id || ' ' || owned.key
                 FROM project q, jsonb_each(coalesce(q.release->'owners', '{}')) owned
                 WHERE jsonb_exists(owned.value, p.username) ORDER BY 1) AS signs_off,
           ARRAY(SELECT project_id || ' ' || (one->>'author')
                 FROM project q, jsonb_array_elements(coalesce(q.release->'conflicts', '[]')) one
                 WHERE one->>'checker' = p.username ORDER BY 1) AS conflicts
    FROM person p WHERE username = ANY(:usernames) AND is_active
""")

_ROLES = text("""
    SELECT r.organisation_id, r.role FROM organisation_role r JOIN person USING (username)
    WHERE username = :username AND is_active
""")

_ADMINS = text("SELECT username FROM person WHERE is_active AND is_admin ORDER BY username")

_EMAIL = text("SELECT email FROM person WHERE username = :username")

_CONCERNED = text("""
    SELECT username FROM person p WHERE is_active AND (is_admin
      OR EXISTS (SELECT FROM project_member m WHERE m.username = p.username
                 AND m.project_id = coalesce(:project_id, m.project_id))
      OR EXISTS (SELECT FROM project_checker c WHERE c.username = p.username
                 AND c.project_id = coalesce(:project_id, c.project_id)))
    ORDER BY username
""")

_EGRESS_FREEZE = text("""
    SELECT project_id, reason, stops_running, frozen_by, frozen_at
    FROM workspace_freeze
    WHERE thawed_at IS NULL AND kind = 'egress'
      AND (project_id IS NULL OR project_id = :project_id)
    ORDER BY project_id NULLS FIRST LIMIT 1
""")


def project(session: Session, project_id: str) -> ProjectView | None:
    """The project with its people and granted datasets; None when there is no such project."""
    return projects(session, [project_id]).get(project_id)


def projects(session: Session, project_ids: Collection[str]) -> Mapping[str, ProjectView]:
    """As `project`, of many at once; those that are not there are left out."""
    names = {"project_ids": list(project_ids)}
    granted: dict[str, list[DatasetView]] = {}
    found = session.execute(_DATASETS, names).mappings().all()
    evidence = all_evidence(session, {row["dataset_id"] for row in found}) if found else {}
    for row in found:
        dataset = _dataset(row, evidence.get(row["dataset_id"], {}))
        granted.setdefault(row["project_id"], []).append(dataset)
    rows = session.execute(_PROJECT, names).mappings()
    return {
        row["project_id"]: _project(row, tuple(granted.get(row["project_id"], ()))) for row in rows
    }


def _project(row: Any, datasets: tuple[DatasetView, ...]) -> ProjectView:
    return ProjectView(
        project_id=row["project_id"],
        title=row["title"],
        ends_on=row["ends_on"],
        open=row["open"],
        policy=row["policy"],
        tier=strictest(Tier(row["tier"]), (dataset.tier for dataset in datasets)),
        limits=from_stored(row["limits"]),
        release=terms_from_stored(row["release"]),
        members=tuple(row["members"]),
        checkers=tuple(row["checkers"]),
        datasets=datasets,
        networks=tuple(row["networks"]),
    )


def _dataset(row: Any, every: Mapping[str, Evidence]) -> DatasetView:
    evidence = of_version(row) if row["view_digest"] is None else of_view(row)
    return DatasetView(
        dataset_id=row["dataset_id"],
        version=row["version"],
        title=row["title"],
        path=evidence.path,
        sha256=evidence.version,
        policy=row["policy"],
        evidence=evidence,
        others={name: one for name, one in every.items() if name != evidence.version},
        tier=Tier(row["tier"]) if row["tier"] else None,
        release=dataset_from_stored(row["release"]),
        view_digest=row["view_digest"],
        is_ready=row["is_ready"],
    )


def actor(session: Session, username: str) -> ActorView | None:
    """Who this is and what they may do now; None for nobody and for accounts switched off."""
    return actors(session, [username]).get(username)


def actors(session: Session, usernames: Collection[str]) -> Mapping[str, ActorView]:
    """As `actor`, of many at once; nobody, and who is switched off, is left out."""
    rows = session.execute(_ACTOR, {"usernames": list(usernames)}).mappings()
    return {row["username"]: _actor(row) for row in rows}


def _actor(row: Any) -> ActorView:
    return ActorView(
        username=row["username"],
        display_name=row["display_name"],
        is_admin=row["is_admin"],
        is_auditor=row["is_auditor"],
        member_of=tuple(row["member_of"]),
        checks=tuple(row["checks"]),
        overrides=tuple(row["overrides"]),
        signs_off=tuple(map(_pair, row["signs_off"])),
        conflicts=tuple(map(_pair, row["conflicts"])),
    )


def roles_of(session: Session, username: str) -> frozenset[tuple[str, OrganisationRole]]:
    """Pairs of an organisation's id and a role there; none of one whose account is off."""
    rows = session.execute(_ROLES, {"username": username})
    return frozenset((row.organisation_id, OrganisationRole(row.role)) for row in rows)


def admins(session: Session) -> tuple[str, ...]:
    """The administrators whose accounts are on."""
    return tuple(session.scalars(_ADMINS))


def concerned(session: Session, project_id: str | None) -> tuple[str, ...]:
    """Who works on a project, checks or signs for it, and administrators; None: on any."""
    return tuple(session.scalars(_CONCERNED, {"project_id": project_id}))


def email(session: Session, username: str) -> str | None:
    """Where somebody is written to; None where no address is known."""
    found: str | None = session.scalar(_EMAIL, {"username": username})
    return found


def why_egress_is_frozen(session: Session, project_id: str) -> str | None:
    """Why nothing of a project may leave now, in words; None when it may."""
    row = _one(session, _EGRESS_FREEZE, project_id=project_id)
    return None if row is None else Freeze(**row, kind=Frozen.EGRESS).words


def _pair(joined: str) -> tuple[str, str]:
    # Neither a project's, a dataset's nor a person's name has a space.
    one, _, other = joined.partition(" ")
    return one, other


def _one(session: Session, query: Any, **parameters: str) -> Any | None:
    return session.execute(query, parameters).mappings().one_or_none()
