"""Lets the registry write ledger lines and notices, the output checker's, in its transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from output_checker.adapters.database.ledger import SqlLedger
from output_checker.adapters.database.notices import SqlNotices
from output_checker.domain.notice import Notice, NoticeKind
from registry.application import queries
from registry.application.ports import Clock, Record
from registry.domain.applications.told import Told

# Of what the registry writes down, that which people must hear of at once.
_TOLD: Final = {
    "egress_frozen": NoticeKind.EGRESS_FROZEN,
    "egress_thawed": NoticeKind.EGRESS_THAWED,
    "workspaces_frozen": NoticeKind.WORKSPACES_FROZEN,
    "workspaces_thawed": NoticeKind.WORKSPACES_THAWED,
}


def ledger_lines(clock: Clock, *, token: str | None = None) -> Callable[[Session], Record]:
    """Args: `token` is the id of the one by which a person asks; lines name it."""
    also = {} if token is None else {"token": token}

    return lambda session: LedgerLines(session, clock, also)


class LedgerLines:
    """Args: `also` is in the details of every line."""

    def __init__(self, session: Session, clock: Clock, also: Mapping[str, str]) -> None:
        self._session = session
        self._clock = clock
        self._also = also

    def __call__(
        self,
        *,
        event: str,
        actor: str,
        subject: str,
        project_id: str | None,
        details: Mapping[str, str],
    ) -> None:
        SqlLedger(self._session, also=self._also).append(
            at=self._clock.now(),
            actor=actor,
            event=f"registry.{event}",
            subject=subject,
            project=project_id,
            details=dict(details),
        )
        if kind := _TOLD.get(event):
            _tell(self._session, kind, actor=actor, project_id=project_id, at=self._clock.now())

    def tell(self, told: Told) -> bool:
        return SqlNotices(self._session).add(
            Notice(
                recipient=told.recipient,
                kind=NoticeKind(told.kind.value),
                occasion=told.occasion,
                at=told.at,
                project_id=told.project_id,
                application_id=told.application_id,
                actor=told.actor,
            )
        )


def _tell(
    session: Session, kind: NoticeKind, *, actor: str, project_id: str | None, at: datetime
) -> None:
    notices = SqlNotices(session)
    for name in queries.concerned(session, project_id):
        if name != actor:
            notices.add(
                Notice(
                    recipient=name,
                    kind=kind,
                    occasion=f"{project_id or '(all)'}/{at.isoformat()}",
                    at=at,
                    project_id=project_id,
                    actor=actor,
                )
            )
