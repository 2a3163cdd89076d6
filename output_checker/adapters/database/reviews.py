"""What people said about requests: votes, sign-offs, overrides."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.review_tables import (
    FileOverrideRow,
    ReviewRow,
    SignOffRow,
)
from output_checker.domain.consent import Override, SignOff
from output_checker.domain.review import FileVote, Review, Vote

_Said = TypeVar("_Said", Review, SignOff)


class SqlReviews:
    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, review: Review) -> None:
        # Added, never changed: what somebody said first stays there too.
        so_far = (
            select(func.count())
            .select_from(ReviewRow)
            .where(
                ReviewRow.request_id == review.request_id,
                ReviewRow.turn == review.turn,
                ReviewRow.checker == review.checker,
            )
            .scalar_subquery()
        )
        self._session.execute(
            insert(ReviewRow).values(
                request_id=review.request_id,
                turn=review.turn,
                checker=review.checker,
                revision=so_far,
                vote=review.vote.value,
                comment=review.comment,
                snapshot_sha256=review.snapshot_sha256,
                at=review.at,
                files=_files(review.files),
                is_blind=review.is_blind,
            )
        )

    def of(self, request_id: str) -> Sequence[Review]:
        return self.of_each([request_id]).get(request_id, [])

    def of_each(self, request_ids: Collection[str]) -> Mapping[str, Sequence[Review]]:
        of_one = (ReviewRow.request_id, ReviewRow.turn, ReviewRow.checker)
        rows = self._session.scalars(
            select(ReviewRow)
            .where(ReviewRow.request_id.in_(request_ids))
            .order_by(*of_one, ReviewRow.revision.desc())
            .ext(distinct_on(*of_one))
        )
        return _by_request(sorted(map(_review, rows), key=lambda one: (one.turn, one.at)))

    def reset(self, request_id: str, *, turn: int, but: str) -> None:
        for one in self.of(request_id):
            if one.turn == turn and one.checker != but:
                self.save(replace(one, vote=Vote.UNDECIDED, comment="", files={}))


class SqlConsents:
    def __init__(self, session: Session) -> None:
        self._session = session

    def sign_off(self, given: SignOff) -> None:
        self._session.execute(
            insert(SignOffRow)
            .values(
                request_id=given.request_id,
                turn=given.turn,
                dataset=given.dataset,
                owner=given.owner,
                snapshot_sha256=given.snapshot_sha256,
                at=given.at,
            )
            .on_conflict_do_nothing()
        )

    def sign_offs(self, request_id: str) -> Sequence[SignOff]:
        return self.sign_offs_of_each([request_id]).get(request_id, [])

    def sign_offs_of_each(self, request_ids: Collection[str]) -> Mapping[str, Sequence[SignOff]]:
        rows = self._session.scalars(
            select(SignOffRow).where(SignOffRow.request_id.in_(request_ids)).order_by(SignOffRow.at)
        )
        return _by_request(
            SignOff(
                request_id=row.request_id,
                turn=row.turn,
                dataset=row.dataset,
                owner=row.owner,
                snapshot_sha256=row.snapshot_sha256,
                at=row.at,
            )
            for row in rows
        )

    def override(self, given: Override) -> None:
        self._session.execute(
            insert(FileOverrideRow)
            .values(
                file_id=given.file_id,
                person=given.person,
                request_id=given.request_id,
                sha256=given.sha256,
                reason=given.reason,
                at=given.at,
            )
            .on_conflict_do_nothing()
        )

    def overrides(self, request_id: str) -> Sequence[Override]:
        rows = self._session.scalars(
            select(FileOverrideRow)
            .where(FileOverrideRow.request_id == request_id)
            .order_by(FileOverrideRow.at)
        )
        return [
            Override(
                request_id=row.request_id,
                file_id=row.file_id,
                sha256=row.sha256,
                person=row.person,
                reason=row.reason,
                at=row.at,
            )
            for row in rows
        ]


def _by_request(said: Iterable[_Said]) -> Mapping[str, Sequence[_Said]]:
    found: dict[str, list[_Said]] = {}
    for one in said:
        found.setdefault(one.request_id, []).append(one)
    return found


def _files(votes: Mapping[str, FileVote]) -> dict[str, Any]:
    return {
        file_id: {"vote": said.vote.value, "sha256": said.sha256} for file_id, said in votes.items()
    }


def _review(row: ReviewRow) -> Review:
    return Review(
        request_id=row.request_id,
        turn=row.turn,
        checker=row.checker,
        vote=Vote(row.vote),
        comment=row.comment,
        snapshot_sha256=row.snapshot_sha256,
        at=row.at,
        files={
            file_id: FileVote(vote=Vote(said["vote"]), sha256=said["sha256"])
            for file_id, said in row.files.items()
        },
        is_blind=row.is_blind,
    )
