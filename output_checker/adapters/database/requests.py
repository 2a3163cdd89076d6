"""Requests."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import LinkRow, ReleaseRequestRow
from output_checker.domain.actor import Actor
from output_checker.domain.claim import Claim
from output_checker.domain.errors import ConcurrentUpdate, NotFound
from output_checker.domain.file_group import FileGroup
from output_checker.domain.release_class import ReleaseClass
from output_checker.domain.release_request import ReleaseRequest
from output_checker.domain.workflow import IN_REVIEW, State


class SqlRequests:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: ReleaseRequest) -> None:
        self._session.execute(
            insert(ReleaseRequestRow).values(request_id=request.request_id, **_columns(request))
        )

    def get(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        return self._find(_by_id(request_id), visible_to)

    def lock(self, request_id: str, *, visible_to: Actor) -> ReleaseRequest:
        return self._find(_by_id(request_id).with_for_update(), visible_to)

    def save(self, request: ReleaseRequest) -> ReleaseRequest:
        # Compare-and-set: whoever loaded an older version moves nothing.
        columns = _columns(request) | {"version": request.version + 1}
        moved = self._session.execute(
            update(ReleaseRequestRow)
            .where(
                ReleaseRequestRow.request_id == request.request_id,
                ReleaseRequestRow.version == request.version,
            )
            .values(columns)
            .returning(ReleaseRequestRow.request_id),
            execution_options={"synchronize_session": False},
        ).scalar_one_or_none()
        if moved is None:
            raise ConcurrentUpdate("Someone else changed this request; reload to see how")
        return replace(request, version=request.version + 1)

    def of_author(self, username: str) -> Sequence[ReleaseRequest]:
        return self._all(
            select(ReleaseRequestRow)
            .where(ReleaseRequestRow.author == username)
            .order_by(ReleaseRequestRow.created_at.desc())
            .limit(200)
        )

    def waiting_for_review(self, projects: Iterable[str]) -> Sequence[ReleaseRequest]:
        return self._all(
            select(ReleaseRequestRow)
            .where(
                ReleaseRequestRow.project_id.in_(sorted(projects)),
                ReleaseRequestRow.state.in_(sorted(IN_REVIEW)),
            )
            .order_by(ReleaseRequestRow.updated_at)
        )

    def waiting_for_release(self) -> Sequence[str]:
        return self._session.scalars(
            select(ReleaseRequestRow.request_id)
            .where(ReleaseRequestRow.state.in_([State.APPROVED.value, State.RELEASING.value]))
            .order_by(ReleaseRequestRow.updated_at)
        ).all()

    def in_states(self, states: Iterable[State], *, unmoved_since: datetime) -> Sequence[str]:
        return self._session.scalars(
            select(ReleaseRequestRow.request_id)
            .where(
                ReleaseRequestRow.state.in_(sorted(states)),
                ReleaseRequestRow.updated_at <= unmoved_since,
            )
            .order_by(ReleaseRequestRow.updated_at)
        ).all()

    def never_collected(self, *, released_before: datetime) -> Sequence[str]:
        fetched = exists().where(
            LinkRow.request_id == ReleaseRequestRow.request_id, LinkRow.downloads > 0
        )
        return self._session.scalars(
            select(ReleaseRequestRow.request_id)
            .where(
                ReleaseRequestRow.state == State.RELEASED.value,
                ReleaseRequestRow.updated_at <= released_before,
                ~fetched,
            )
            .order_by(ReleaseRequestRow.updated_at)
        ).all()

    def _find(self, query: Select[ReleaseRequestRow], actor: Actor) -> ReleaseRequest:
        found = self._all(query)
        if not found or not found[0].is_visible_to(actor):
            raise NotFound("There is no such request")
        return found[0]

    def _all(self, query: Select[ReleaseRequestRow]) -> list[ReleaseRequest]:
        # A row met earlier in this session may have moved while the lock was awaited.
        rows = self._session.scalars(query, execution_options={"populate_existing": True})
        return [_request(row) for row in rows]


def _by_id(request_id: str) -> Select[ReleaseRequestRow]:
    return select(ReleaseRequestRow).where(ReleaseRequestRow.request_id == request_id)


def _columns(request: ReleaseRequest) -> dict[str, Any]:
    return {
        "project_id": request.project_id,
        "author": request.author,
        "policy": request.policy,
        "state": request.state.value,
        "version": request.version,
        "turn": request.turn,
        "groups": [asdict(group) for group in request.groups],
        "recipients": list(request.recipients),
        "verdict": request.verdict,
        "snapshot_sha256": request.snapshot_sha256,
        "required_reviews": request.required_reviews,
        "judged_by": dict(request.judged_by),
        "message": request.message,
        "claims": [_claim_columns(one) for one in request.claims],
        "conflicts": sorted(request.conflicts),
        "due_at": request.due_at,
        "release_class": request.release_class.value,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
    }


def _request(row: ReleaseRequestRow) -> ReleaseRequest:
    return ReleaseRequest(
        request_id=row.request_id,
        project_id=row.project_id,
        author=row.author,
        policy=row.policy,
        state=State(row.state),
        version=row.version,
        turn=row.turn,
        groups=tuple(FileGroup(**group) for group in row.groups),
        recipients=tuple(row.recipients),
        verdict=row.verdict,
        snapshot_sha256=row.snapshot_sha256,
        required_reviews=row.required_reviews,
        judged_by=row.judged_by,
        message=row.message,
        claims=tuple(map(_claim, row.claims)),
        conflicts=frozenset(row.conflicts),
        due_at=row.due_at,
        release_class=ReleaseClass(row.release_class),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _claim_columns(claim: Claim) -> dict[str, str]:
    return asdict(claim) | {"at": claim.at.isoformat()}


def _claim(stored: Mapping[str, str]) -> Claim:
    return Claim(**{**stored, "at": datetime.fromisoformat(stored["at"])})  # type: ignore[arg-type]
