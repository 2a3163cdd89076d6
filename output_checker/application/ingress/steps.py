"""Save a step of a file that comes in, with its line of the ledger."""

from datetime import datetime

from output_checker.application.ingress.tell import tell_of_ingress
from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import Actor
from output_checker.domain.ingress import IncomingFile, IngressAction, Scan, take


def record_ingress(
    uow: UnitOfWork,
    file: IncomingFile,
    action: IngressAction,
    *,
    actor: Actor,
    at: datetime,
    words: str = "",
    scan: Scan | None = None,
) -> IncomingFile:
    """Inside an open transaction that has locked the file; the caller commits."""
    moved = take(file, action, actor=actor, at=at, words=words, scan=scan)
    uow.ingress.save(moved)
    tell_of_ingress(uow, moved, actor=actor.username, at=at)
    uow.ledger.append(
        at=at,
        actor=actor.username,
        event=f"ingress.{action}",
        subject=f"input:{file.input_id}",
        project=file.project_id,
        details={
            "was": file.state.value,
            "now": moved.state.value,
            "sha256": file.sha256,
            "notes": len(moved.scan.notes) if moved.scan else 0,
        },
    )
    return moved
