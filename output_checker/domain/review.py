"""What reviewers say about one turn of a request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Vote(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One checker's word on exactly the bytes that `snapshot_sha256` stands for."""

    request_id: str
    turn: int
    checker: str
    vote: Vote
    comment: str
    snapshot_sha256: str
    at: datetime


def approvers(reviews: Iterable[Review], *, turn: int, snapshot_sha256: str) -> frozenset[str]:
    """The distinct people who approved these bytes in this turn."""
    return frozenset(
        review.checker
        for review in reviews
        if review.vote is Vote.APPROVE
        and review.turn == turn
        and review.snapshot_sha256 == snapshot_sha256
    )
