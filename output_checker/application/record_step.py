"""Save a request's step, its ledger line, notices to people and the workspace's together."""

from collections.abc import Mapping

from output_checker.application.ports import UnitOfWork
from output_checker.application.tell import tell_of_step
from output_checker.domain.ledger import JsonValue
from output_checker.domain.release_request import ReleaseRequest, Transitioned


def record_step(
    uow: UnitOfWork,
    request: ReleaseRequest,
    event: Transitioned,
    *,
    details: Mapping[str, JsonValue] | None = None,
) -> ReleaseRequest:
    """Inside an open transaction; the caller commits.

    Raises:
        ConcurrentUpdate: Somebody else moved the request.
    """
    saved = uow.requests.save(request)
    # Before the line: from there on nobody else writes to the ledger.
    tell_of_step(uow, saved, event)
    uow.ledger.append(
        at=event.at,
        actor=event.actor,
        event=f"request.{event.action}",
        subject=f"request:{event.request_id}",
        project=event.project_id,
        details={
            "was": event.was.value,
            "now": event.now.value,
            "turn": event.turn,
            **(details or {}),
        },
    )
    uow.jobs.enqueue("publish", request_id=event.request_id)
    return saved
