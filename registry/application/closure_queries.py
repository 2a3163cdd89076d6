"""Certificates of what became of projects' files; asked as `queries` are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application import organisation_queries
from registry.application.queries import ActorView, ProjectView
from registry.domain.closure import ClosureMode


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCertificate:
    project_id: str
    at: datetime
    mode: ClosureMode
    files: int
    size_bytes: int
    document: str
    sha256: str


_LATEST = text("""
    SELECT project_id, at, mode, files, size_bytes, document, sha256 FROM closure_certificate
    WHERE project_id = :project_id ORDER BY at DESC LIMIT 1
""")

_PUBLISHERS = text("""
    SELECT DISTINCT d.publisher FROM project_grant g JOIN dataset_version d
        USING (dataset_id, version)
    WHERE g.project_id = :project_id
""")


def latest(session: Session, project_id: str) -> KeptCertificate | None:
    """The latest of a project; None while its files were neither archived nor destroyed."""
    row = session.execute(_LATEST, {"project_id": project_id}).mappings().one_or_none()
    if row is None:
        return None
    return KeptCertificate(**{**row, "mode": ClosureMode(row["mode"])})


def may_see(session: Session, viewer: ActorView, project: ProjectView) -> bool:
    """Administrators, auditors, and whoever owns data that the project used."""
    sight = organisation_queries.sight_of(session, viewer)
    if sight.sees_all or any(name == project.project_id for name, _ in viewer.signs_off):
        return True
    publishers = session.scalars(_PUBLISHERS, {"project_id": project.project_id})
    return bool(sight.keeps & frozenset(publishers))
