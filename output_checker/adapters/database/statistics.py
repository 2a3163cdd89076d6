"""How long reviews took, worked out by the database from the ledger's lines."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Label, and_, bindparam, distinct, func, select
from sqlalchemy.orm import Session

from output_checker.adapters.database.tables import REVIEW_EVENTS, LedgerRow
from output_checker.domain.turnaround import Turnaround

_SUBMITTED: Final = "request.submit"
_VOTED: Final = "review.recorded"
# What was submitted longer than this before the first day counts as never submitted.
_LONGEST: Final = timedelta(days=30)
_WEEK_SECONDS: Final = 7 * 86_400
_WORKING_SECONDS: Final = 5 * 86_400
# Of 1970-01-05, a Monday, since 1970-01-01.
_MONDAY_SECONDS: Final = 4 * 86_400


class SqlStatistics:
    def __init__(self, session: Session) -> None:
        self._session = session

    def turnaround(self, projects: Iterable[str], *, checker: str, since: datetime) -> Turnaround:
        steps = _steps(projects, since - _LONGEST).subquery()
        took = _working_seconds(steps.c.at) - _working_seconds(steps.c.submitted_at)
        recent = and_(steps.c.at >= since, steps.c.submitted_at.is_not(None))
        is_end = and_(recent, steps.c.event.not_in([_SUBMITTED, _VOTED]))
        is_own = and_(recent, steps.c.event == _VOTED, steps.c.actor == checker)
        row = self._session.execute(
            select(
                func.count().filter(is_end),
                func.percentile_cont(0.5).within_group(took).filter(is_end),
                func.percentile_cont(0.9).within_group(took).filter(is_end),
                func.count(distinct(steps.c.subject)).filter(is_own),
                func.percentile_cont(0.5).within_group(took).filter(is_own),
            )
        ).one()
        return Turnaround(
            decided=row[0],
            half_within_seconds=row[1],
            most_within_seconds=row[2],
            own_reviews=row[3],
            own_half_within_seconds=row[4],
        )


def _steps(projects: Iterable[str], since: datetime) -> Any:
    """The lines that tell how a review went, each with the time of the submission before it."""
    return select(
        LedgerRow.subject, LedgerRow.event, LedgerRow.actor, LedgerRow.at, _submitted_at()
    ).where(
        LedgerRow.project.in_(sorted(projects)),
        # Written out, so that the index that holds these lines only can be used.
        LedgerRow.event.in_(
            bindparam("events", REVIEW_EVENTS, expanding=True, literal_execute=True)
        ),
        LedgerRow.at >= since,
    )


def _submitted_at() -> Label[datetime]:
    submitted = func.max(LedgerRow.at).filter(LedgerRow.event == _SUBMITTED)
    return submitted.over(partition_by=LedgerRow.subject, order_by=LedgerRow.seq).label(
        "submitted_at"
    )


def _working_seconds(at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Seconds of working days from a Monday long ago up to then."""
    passed = func.extract("epoch", at) - _MONDAY_SECONDS
    weeks = func.floor(passed / _WEEK_SECONDS)
    return weeks * _WORKING_SECONDS + func.least(passed - weeks * _WEEK_SECONDS, _WORKING_SECONDS)
