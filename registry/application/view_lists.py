"""Views as people are shown them: who shares one, how it stands, what was found, what is spared."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from registry.application.stored_entry import entry_from_stored
from registry.domain.view_findings import ViewFindings, findings_from_stored
from registry.domain.view_spec import ViewSpec, view_from_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewLine:
    """A view.

    Attributes:
        state: waiting, ready, overridden, withheld (for what was found) or failed.
        owners: The organisations that decide about the data.
        projects: Those that are given it, in order.
        overridden_by, reason: Who let it be given in spite of what was found, and why.
    """

    dataset_id: str
    version: str
    title: str
    owners: tuple[str, ...]
    digest: str
    view: ViewSpec
    state: str
    rows: int | None
    size_bytes: int | None
    failure: str | None
    projects: tuple[str, ...]
    findings: ViewFindings | None
    overridden_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spared:
    """What is not copied because projects share files.

    Attributes:
        copies: Grants beyond the first of each file: copies that would lie about otherwise.
        size_bytes: What those of views would take.
    """

    copies: int
    size_bytes: int


_VIEWS = text("""
    SELECT v.dataset_id, v.version, v.digest, v.rows, v.bytes AS size_bytes, v.failure, v.findings,
           v.spec, v.overridden_by, v.override_reason AS reason, d.title, d.publisher, d.entry,
           CASE WHEN v.failure IS NOT NULL THEN 'failed' WHEN v.made_at IS NULL THEN 'waiting'
                WHEN v.is_clean THEN 'ready' WHEN v.overridden_at IS NOT NULL THEN 'overridden'
                ELSE 'withheld' END AS state,
           ARRAY(SELECT g.project_id FROM project_grant g
                 WHERE (g.dataset_id, g.version, g.view_digest)
                     = (v.dataset_id, v.version, v.digest) ORDER BY g.project_id) AS projects
    FROM dataset_view v JOIN dataset_version d USING (dataset_id, version)
    ORDER BY v.dataset_id, v.version, v.asked_at, v.digest
""")

_SPARED = text("""
    SELECT coalesce(sum(shared.grants - 1), 0) AS copies,
           coalesce(sum((shared.grants - 1) * v.bytes), 0) AS size_bytes
    FROM (SELECT g.dataset_id, g.version, g.view_digest, count(*) AS grants
          FROM project_grant g JOIN project p USING (project_id)
          WHERE (CAST(:dataset_ids AS text[]) IS NULL OR g.dataset_id = ANY(:dataset_ids))
            AND NOT p.is_closed AND p.ends_on >= (now() AT TIME ZONE 'utc')::date
          GROUP BY g.dataset_id, g.version, g.view_digest) shared
    LEFT JOIN dataset_view v ON (v.dataset_id, v.version, v.digest)
                              = (shared.dataset_id, shared.version, shared.view_digest)
""")


def views(session: Session) -> Sequence[ViewLine]:
    return [_line(dict(row)) for row in session.execute(_VIEWS).mappings()]


def copies_avoided(session: Session, dataset_ids: Collection[str] | None = None) -> Spared:
    """Of projects that are open now: of whole versions the copies are counted, not their size.

    Args:
        dataset_ids: Of these only; None for all.
    """
    names = {"dataset_ids": None if dataset_ids is None else sorted(dataset_ids)}
    row = session.execute(_SPARED, names).mappings().one()
    return Spared(copies=int(row["copies"]), size_bytes=int(row["size_bytes"]))


def _line(row: dict[str, Any]) -> ViewLine:
    findings, publisher = row.pop("findings"), row.pop("publisher")
    owners = entry_from_stored(row.pop("entry")).owners
    return ViewLine(
        view=view_from_stored(row.pop("spec")),
        owners=owners or (publisher,),
        projects=tuple(row.pop("projects")),
        findings=None if findings is None else findings_from_stored(findings),
        **row,
    )
