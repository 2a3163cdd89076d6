"""Votes that still count: of people who might cast them today."""

from output_checker.application.ports import UnitOfWork
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.review import Review


def standing(uow: UnitOfWork, request: ReleaseRequest) -> list[Review]:
    """Leave out who has joined the project since, checks it no longer, or was switched off."""
    return [one for one in uow.reviews.of(request.request_id) if _counts(uow, request, one.checker)]


def _counts(uow: UnitOfWork, request: ReleaseRequest, checker: str) -> bool:
    found = uow.registry.actor(checker)
    return (
        found is not None
        and found.why_not_check(project_id=request.project_id, author=request.author) is None
    )
