"""A line of the ledger about a request that stays in its state."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from output_checker.application.ports import UnitOfWork
from output_checker.domain.actor import WORKER, Actor
from output_checker.domain.ledger import JsonValue
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review, Vote


def note(
    uow: UnitOfWork,
    request: ReleaseRequest,
    event: str,
    *,
    at: datetime,
    actor: Actor,
    details: Mapping[str, JsonValue] | None = None,
) -> None:
    """Inside an open transaction; the caller commits."""
    uow.ledger.append(
        at=at,
        actor=actor.username,
        event=event,
        subject=f"request:{request.request_id}",
        project=request.project_id,
        details={"turn": request.turn, "snapshot": request.snapshot_sha256, **(details or {})},
    )


def vote_of(review: Review) -> dict[str, JsonValue]:
    """What somebody said, as the ledger has it."""
    approved = [one for one in review.files.values() if one.vote is Vote.APPROVE]
    return {"vote": review.vote.value, "approved_files": len(approved)}


def open_votes(
    uow: UnitOfWork, request: ReleaseRequest, votes: Sequence[Review], *, at: datetime
) -> None:
    """Write down what was said blindly, now that others may know; inside an open transaction."""
    for one in votes:
        said = {"checker": one.checker, **vote_of(one)}
        note(uow, request, "review.opened", at=at, actor=WORKER, details=said)
