"""Record a run of the isolation probes, and raise the alarm when it found something."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from infra.probes.signed import NotGenuine, verify
from output_checker.adapters.database.ledger import SqlLedger
from output_checker.adapters.database.notices import SqlNotices
from output_checker.domain.notice import Notice, NoticeKind
from portal.isolation.runs import OPEN, SHUT
from portal.isolation.tables import ProbeRunRow
from registry.application import queries

log = structlog.get_logger()


def record_run(
    session: Session, document: Mapping[str, Any], *, actor: str, now: datetime
) -> tuple[str, ...]:
    """Write the row and its ledger lines in the caller's transaction.

    Args:
        session: Joins the caller's transaction.
        document: A signed result.
        actor: Who had the probes run.
        now: When it is recorded.

    Returns:
        The probes that found an open door.

    Raises:
        NotGenuine: The result is not as it was signed.
    """
    row = _row(verify(document), document, now)
    session.add(row)
    session.flush()
    holes = tuple(name for name, state in row.states.items() if state == OPEN)
    broken = [name for name, state in row.states.items() if state not in (OPEN, SHUT)]

    def write(event: str, details: dict[str, str | int | bool]) -> None:
        subject = f"probe_run:{row.run_id}"
        SqlLedger(session).append(
            at=now, actor=actor, event=event, subject=subject, project=None, details=details
        )

    counts: dict[str, str | int | bool] = {
        "probes": len(row.states),
        "open": len(holes),
        "broken": len(broken),
    }
    seal: dict[str, str | int | bool] = {
        "whole": row.is_whole,
        "signature": str(document["signature"])[:32],
    }
    write("isolation.probed", counts | seal)
    for name in holes:
        log.error("an isolation probe found an open door", probe=name, run_id=row.run_id)
        write("isolation.hole", {"probe": name})
    for name in broken:
        log.error("an isolation probe could not run", probe=name, run_id=row.run_id)
    if holes or broken:
        _tell_admins(session, run_id=row.run_id, at=now)
    return holes


def _tell_admins(session: Session, *, run_id: int, at: datetime) -> None:
    notices = SqlNotices(session)
    for name in queries.admins(session):
        notices.add(
            Notice(
                recipient=name,
                kind=NoticeKind.ISOLATION_ALERT,
                occasion=f"probe_run/{run_id}",
                at=at,
            )
        )


def _row(payload: Mapping[str, Any], document: Mapping[str, Any], now: datetime) -> ProbeRunRow:
    try:
        return ProbeRunRow(
            at=datetime.fromisoformat(payload["at"]),
            recorded_at=now,
            version=str(payload["version"]),
            image=str(payload["image"]),
            tier=str(payload["tier"]),
            is_whole=bool(payload["whole"]),
            states={str(one["probe_id"]): str(one["state"]) for one in payload["probes"]},
            document=dict(document),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotGenuine("This is not a result of the isolation probes.") from error
