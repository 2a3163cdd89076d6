"""Applications for data in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.orm import Session, defer

from registry.adapters.database.application_tables import (
    ApplicationEventRow,
    ApplicationRow,
    ApplicationVoteRow,
)
from registry.application.applications.stored import (
    application_from_stored,
    stored_application,
    stored_vote,
    vote_from_stored,
)
from registry.domain.applications.application import Application, Happened
from registry.domain.applications.errors import ChangedMeanwhile
from registry.domain.applications.referrals import Vote
from registry.domain.applications.workflow import UNDER_WAY, Action, State


class SqlApplications:
    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, application_id: str, *, to_change: bool = False) -> Application | None:
        query = select(ApplicationRow).where(ApplicationRow.application_id == application_id)
        row = self._session.scalar(query.with_for_update() if to_change else query)
        if row is None:
            return None
        return application_from_stored(row.body, self._votes([application_id])[application_id])

    def every(self) -> Sequence[Application]:
        rows = self._session.scalars(
            select(ApplicationRow).order_by(ApplicationRow.updated_at.desc())
        ).all()
        votes = self._votes([row.application_id for row in rows])
        return [application_from_stored(row.body, votes[row.application_id]) for row in rows]

    def past_their_end(self, today: date) -> Sequence[str]:
        found = select(ApplicationRow.application_id).where(ApplicationRow.ends_on < today)
        return self._session.scalars(found.order_by(ApplicationRow.application_id)).all()

    def timed(self, today: date, *, ends_by: date) -> Sequence[str]:
        ends = ApplicationRow.ends_on
        found = select(ApplicationRow.application_id).where(
            or_(
                ApplicationRow.state.in_([state.value for state in UNDER_WAY]),
                ends.between(today, ends_by),
            )
        )
        return self._session.scalars(found.order_by(ApplicationRow.application_id)).all()

    def add(self, application: Application) -> None:
        self._session.execute(
            insert(ApplicationRow).values(
                application_id=application.application_id,
                applicant=application.applicant,
                created_at=application.created_at,
                **_changing(application),
            )
        )

    def save(self, application: Application) -> None:
        # Who read it with `to_change` holds the row, so only a fault comes to another version.
        done = self._session.execute(
            update(ApplicationRow)
            .where(
                ApplicationRow.application_id == application.application_id,
                ApplicationRow.version == application.version - 1,
            )
            .values(**_changing(application))
            .returning(ApplicationRow.application_id)
        )
        if done.first() is None:
            raise ChangedMeanwhile("Somebody changed this application meanwhile; look again")

    def cast(self, application_id: str, vote: Vote) -> None:
        self._session.execute(
            insert(ApplicationVoteRow).values(
                application_id=application_id,
                referral=vote.referral,
                voter=vote.voter,
                body=stored_vote(vote),
                at=vote.at,
            )
        )

    def happened(self, event: Happened) -> None:
        self._session.execute(
            insert(ApplicationEventRow).values(
                application_id=event.application_id,
                actor=event.actor,
                action=event.action.value,
                was=event.was.value,
                now=event.now.value,
                submission=event.submission,
                details=dict(event.details),
                at=event.at,
            )
        )

    def events(self, application_id: str) -> Sequence[Happened]:
        rows = self._session.scalars(
            select(ApplicationEventRow)
            .where(ApplicationEventRow.application_id == application_id)
            .order_by(ApplicationEventRow.event_id)
        )
        return [_event(row, details=row.details) for row in rows]

    def every_event(self, *, about: str | None = None) -> Sequence[Sequence[Happened]]:
        row = ApplicationEventRow
        query = select(row).options(defer(row.details)).order_by(row.application_id, row.event_id)
        if about is not None:
            asked = select(row.application_id).where(
                row.action == Action.SUBMIT.value,
                row.details.contains({"datasets": [{"dataset_id": about}]}),
            )
            query = query.where(row.application_id.in_(asked))
        found: dict[str, list[Happened]] = {}
        for one in self._session.scalars(query):
            found.setdefault(one.application_id, []).append(_event(one, details={}))
        return list(found.values())

    def refusals(self) -> Mapping[str, int]:
        row = ApplicationEventRow
        code = row.details["code"].astext
        refused = (Action.REFUSE.value, Action.REFUSE_AMENDMENT.value)
        counted = select(code, func.count()).where(row.action.in_(refused))
        return {
            str(name): int(count)
            for name, count in self._session.execute(counted.group_by(code).order_by(code))
        }

    def _votes(self, application_ids: Sequence[str]) -> dict[str, list[Vote]]:
        found: dict[str, list[Vote]] = {one: [] for one in application_ids}
        rows = self._session.scalars(
            select(ApplicationVoteRow)
            .where(ApplicationVoteRow.application_id.in_(application_ids))
            .order_by(ApplicationVoteRow.vote_id)
        )
        for row in rows:
            found[row.application_id].append(vote_from_stored(row.body))
        return found


def _changing(application: Application) -> dict[str, object]:
    agreed = application.agreed
    return {
        "state": application.state.value,
        "version": application.version,
        # Kept after the end: the project stays this application's.
        **({"project_id": agreed.project_id} if agreed else {}),
        "ends_on": agreed.ends_on if agreed else None,
        "body": stored_application(application),
        "updated_at": application.updated_at,
    }


def _event(row: ApplicationEventRow, *, details: Mapping[str, Any]) -> Happened:
    return Happened(
        application_id=row.application_id,
        actor=row.actor,
        action=Action(row.action),
        was=State(row.was),
        now=State(row.now),
        submission=row.submission,
        at=row.at,
        details=details,
    )
