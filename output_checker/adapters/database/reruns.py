"""Re-runs of notebooks."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from output_checker.adapters.database.review_tables import RerunRow
from output_checker.domain.rerun import OPEN, FileOutcome, Outcome, Rerun, RerunState


class SqlReruns:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, rerun: Rerun) -> None:
        self._session.execute(insert(RerunRow).values(_columns(rerun)))

    def save(self, rerun: Rerun) -> None:
        changed = update(RerunRow).where(RerunRow.rerun_id == rerun.rerun_id)
        self._session.execute(changed.values(_columns(rerun)))

    def unfinished(self) -> Sequence[Rerun]:
        query = select(RerunRow).where(RerunRow.state.in_([one.value for one in OPEN]))
        ordered = query.order_by(RerunRow.asked_at, RerunRow.rerun_id)
        return [_rerun(row) for row in self._session.scalars(ordered)]

    def of(self, request_id: str, *, turn: int) -> Rerun | None:
        query = select(RerunRow).where(
            RerunRow.request_id == request_id,
            or_(RerunRow.turn == turn, RerunRow.taken_turn == turn),
        )
        # What was saved earlier in this transaction counts.
        row = self._session.scalar(
            query.order_by(RerunRow.asked_at.desc()).limit(1),
            execution_options={"populate_existing": True},
        )
        return None if row is None else _rerun(row)


def _columns(rerun: Rerun) -> dict[str, Any]:
    return {
        **{name: getattr(rerun, name) for name in _PLAIN},
        "state": rerun.state.value,
        "files": [dict(one) for one in rerun.files],
        "outcomes": [asdict(one) | {"outcome": one.outcome.value} for one in rerun.outcomes],
    }


def _rerun(row: RerunRow) -> Rerun:
    return Rerun(
        **{name: getattr(row, name) for name in _PLAIN},
        state=RerunState(row.state),
        files=tuple(row.files),
        outcomes=tuple(
            FileOutcome(**{**one, "outcome": Outcome(one["outcome"])}) for one in row.outcomes
        ),
    )


_PLAIN = (
    "rerun_id", "request_id", "project_id", "author", "turn", "notebook", "seconds", "asked_at",
    "reason", "image", "cell", "error", "extra", "ended_at", "taken_turn", "taken_sha256",
    "sends_on",
)  # fmt: skip
